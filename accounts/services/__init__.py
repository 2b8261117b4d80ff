"""Every write to accounts. Callers import the verbs from here."""

from accounts.services.users import (
    change_password,
    create_person,
    create_user,
    disable_user,
    enable_user,
    set_office_user,
    update_person,
)

__all__ = [
    "change_password",
    "create_person",
    "create_user",
    "disable_user",
    "enable_user",
    "set_office_user",
    "update_person",
]

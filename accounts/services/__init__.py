"""Every write to accounts. Callers import the verbs from here."""

from accounts.services.resets import (
    find_reset_link,
    issue_reset_link,
    lift_lockout,
    set_password_by_link,
)
from accounts.services.second_factor import (
    confirm_set_up,
    renew_recovery_codes,
    reset_second_factor,
    start_set_up,
    verify_second_factor,
)
from accounts.services.sessions import (
    begin_session,
    end_other_sessions,
    end_session,
    mark_seen,
    move_session,
    sweep_sessions,
)
from accounts.services.tokens import issue_token, mark_token_used, revoke_token
from accounts.services.users import (
    change_password,
    create_person,
    create_user,
    disable_user,
    enable_user,
    open_account,
    set_admin_marks,
    set_office_user,
    update_person,
)

__all__ = [
    "begin_session",
    "change_password",
    "confirm_set_up",
    "create_person",
    "create_user",
    "disable_user",
    "enable_user",
    "end_other_sessions",
    "end_session",
    "find_reset_link",
    "issue_reset_link",
    "issue_token",
    "lift_lockout",
    "mark_seen",
    "mark_token_used",
    "move_session",
    "open_account",
    "renew_recovery_codes",
    "reset_second_factor",
    "revoke_token",
    "set_admin_marks",
    "set_office_user",
    "set_password_by_link",
    "start_set_up",
    "sweep_sessions",
    "update_person",
    "verify_second_factor",
]

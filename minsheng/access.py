"""Who may open which address. A view without a rule here is refused (core.middleware).

The rule is the outer door only: it says who may knock. Whether this person may do this, at this
place, is answered by the app's permissions.py and again by the service.

A key is the full view name ("communities:need_list"); "admin:*" stands for a whole namespace.
Keep the sections in the order of the layers and the names in the order of the app's urls.py.
"""

PUBLIC = "public"  # everybody, without an account
SIGNED_IN = "signed_in"  # an active account
STAFF = "staff"  # an active account that holds at least one office role
ADMIN = "admin"  # is_staff, second factor passed (demo accounts excepted in demo mode)

RULES: dict[str, str] = {
    # minsheng
    "healthz": PUBLIC,
    "admin:*": ADMIN,
    # every endpoint has its own DRF permission; the default is core.api.DenyAll
    "api:*": PUBLIC,
    # core
    # the rule of the file's purpose decides (core.files.register_file_rule)
    "core:file": PUBLIC,
    # accounts
    "accounts:home": SIGNED_IN,
    "accounts:sign_in": PUBLIC,
    "accounts:sign_out": PUBLIC,
    # the words of the link are the key
    "accounts:reset": PUBLIC,
    "accounts:verify": SIGNED_IN,
    "accounts:set_up": SIGNED_IN,
    "accounts:set_up_qr": SIGNED_IN,
    "accounts:recovery_codes": SIGNED_IN,
    "accounts:password": SIGNED_IN,
    "accounts:sessions": SIGNED_IN,
    "accounts:end_others": SIGNED_IN,
    "accounts:tokens": SIGNED_IN,
    "accounts:token_revoke": SIGNED_IN,
    # communities
    "communities:needs": PUBLIC,
    "communities:need_new": PUBLIC,
    "communities:need_new_where": PUBLIC,
    "communities:need_new_contact": PUBLIC,
    # the author's pages: this browser filed the need, or number and code were given
    "communities:need_receipt": PUBLIC,
    "communities:need_receipt_qr": PUBLIC,
    "communities:follow_up": PUBLIC,
    "communities:followed": PUBLIC,
    "communities:correct": PUBLIC,
    "communities:withdraw": PUBLIC,
    "communities:desk": STAFF,
    "communities:on_behalf": STAFF,
    "communities:desk_need": STAFF,
    "communities:answer": STAFF,
    "communities:close": STAFF,
    "communities:reopen": STAFF,
    "communities:contact": STAFF,
    "communities:need": PUBLIC,
    "communities:support": PUBLIC,
    # projects
    # deliberation
    # portal
    "portal:home": PUBLIC,
    "portal:lookup": PUBLIC,
    "portal:care_mode": PUBLIC,
    "portal:qr": PUBLIC,
    # answers 404 unless in demo mode or to is_staff
    "portal:gallery": PUBLIC,
}


def rule_for(view_name: str, rules: dict[str, str] = RULES) -> str | None:
    """The exact rule, else that of the nearest namespace, else None (refused)."""
    if view_name in rules:
        return rules[view_name]
    space = view_name
    while ":" in space:
        space = space.rsplit(":", 1)[0]
        if f"{space}:*" in rules:
            return rules[f"{space}:*"]
    return None

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
    # the photo of the form this browser is filling in
    "communities:need_new_photo": PUBLIC,
    "communities:need_new_contact": PUBLIC,
    "communities:need_new_join": PUBLIC,
    # the author's pages: this browser filed the need, or number and code were given
    "communities:need_receipt": PUBLIC,
    "communities:need_receipt_qr": PUBLIC,
    "communities:follow_up": PUBLIC,
    "communities:followed": PUBLIC,
    "communities:followed_photo": PUBLIC,
    "communities:correct": PUBLIC,
    "communities:withdraw": PUBLIC,
    "communities:needs_csv": PUBLIC,
    "communities:needs_xlsx": PUBLIC,
    # whose import it is, is asked by the service (404 to others)
    "communities:need_imports": STAFF,
    "communities:import_template_xlsx": STAFF,
    "communities:import_template_csv": STAFF,
    "communities:need_import": STAFF,
    "communities:import_confirm": STAFF,
    "communities:import_cancel": STAFF,
    "communities:import_codes": STAFF,
    "communities:desk": STAFF,
    "communities:desk_export": STAFF,
    "communities:on_behalf": STAFF,
    "communities:desk_need": STAFF,
    "communities:answer": STAFF,
    "communities:close": STAFF,
    "communities:reopen": STAFF,
    "communities:assign": STAFF,
    "communities:recategorise": STAFF,
    "communities:confirm": STAFF,
    "communities:merge": STAFF,
    "communities:keep_apart": STAFF,
    "communities:unmerge": STAFF,
    "communities:publish_photo": STAFF,
    "communities:hide_photo": STAFF,
    "communities:contact": STAFF,
    "communities:need": PUBLIC,
    "communities:support": PUBLIC,
    "communities:rounds": PUBLIC,
    # whose round it is, is asked by scope (404 to others)
    "communities:round_desk": STAFF,
    "communities:round_new": STAFF,
    "communities:desk_round": STAFF,
    "communities:round_tally": STAFF,
    "communities:round_close": STAFF,
    "communities:round_correct": STAFF,
    "communities:round_cancel": STAFF,
    # only rounds whose figures are fixed (404 else)
    "communities:round": PUBLIC,
    # projects
    "projects:rules": PUBLIC,
    "projects:positive_list": PUBLIC,
    "projects:envelopes": STAFF,
    "projects:envelope": STAFF,
    # deliberation: proposals; whose draft it is, is asked by scope (404 to others)
    "deliberation:proposals": PUBLIC,
    "deliberation:proposal_new": SIGNED_IN,
    "deliberation:proposal": PUBLIC,
    "deliberation:renew": SIGNED_IN,
    "deliberation:attachments": SIGNED_IN,
    "deliberation:detach": SIGNED_IN,
    "deliberation:edit": SIGNED_IN,
    "deliberation:file_evidence": STAFF,
    "deliberation:declare": SIGNED_IN,
    "deliberation:redeclare": SIGNED_IN,
    "deliberation:return_for_correction": STAFF,
    "deliberation:withdraw": SIGNED_IN,
    "deliberation:give_opinion": STAFF,
    "deliberation:record_survey": STAFF,
    "deliberation:summarise_gatekeeping": STAFF,
    "deliberation:record_review": STAFF,
    "deliberation:discard_review": STAFF,
    "deliberation:sign_review": STAFF,
    # deliberation: steps 4–6 and ledgers; what a person sees inside is narrowed by scope
    "deliberation:meetings": PUBLIC,
    "deliberation:meeting_new": STAFF,
    "deliberation:meeting": PUBLIC,
    "deliberation:open_meeting": STAFF,
    "deliberation:adjourn_meeting": STAFF,
    "deliberation:cancel_meeting": STAFF,
    "deliberation:change_chair": STAFF,
    "deliberation:close_meeting": STAFF,
    "deliberation:vote_item": STAFF,
    "deliberation:defer_item": STAFF,
    "deliberation:announce_meeting": STAFF,
    "deliberation:vote": STAFF,
    "deliberation:defer": STAFF,
    # whoever has a right in the ballot votes; members of the council need no office
    "deliberation:my_ballots": SIGNED_IN,
    "deliberation:cast_ballot": SIGNED_IN,
    # members may count paper as well as the office; who may, is asked by permissions
    "deliberation:enter_tally": SIGNED_IN,
    # how many have voted, never what
    "deliberation:ballot_state": PUBLIC,
    "deliberation:open_ballot": STAFF,
    "deliberation:mark_paper": STAFF,
    "deliberation:close_ballot": STAFF,
    "deliberation:notices": PUBLIC,
    "deliberation:notice": PUBLIC,
    # any resident, without an account; counted by the flood guard
    "deliberation:object": PUBLIC,
    "deliberation:file_objection": PUBLIC,
    "deliberation:paper_objection": STAFF,
    # the author's pages: this browser filed the objection, or the code was given
    "deliberation:objections": PUBLIC,
    "deliberation:objection": PUBLIC,
    "deliberation:objection_receipt": PUBLIC,
    "deliberation:objection_desk": STAFF,
    "deliberation:desk_objection": STAFF,
    "deliberation:answer_objection": STAFF,
    "deliberation:post_notice": STAFF,
    "deliberation:record_objection": STAFF,
    "deliberation:decide_objection": STAFF,
    "deliberation:conclude_notice": STAFF,
    "deliberation:submit_for_decision": STAFF,
    "deliberation:establish": STAFF,
    "deliberation:return_from_street": STAFF,
    "deliberation:reject_at_street": STAFF,
    "deliberation:ledgers": STAFF,
    "deliberation:ledger": STAFF,
    "deliberation:ledger_print": STAFF,
    "deliberation:ledger_csv": STAFF,
    "deliberation:ledger_xlsx": STAFF,
    "deliberation:ledger_row": STAFF,
    "deliberation:ledger_document": STAFF,
    "deliberation:ledger_document_pdf": STAFF,
    "deliberation:ledger_document_xlsx": STAFF,
    "deliberation:ledger_freeze": STAFF,
    "deliberation:ledger_snapshots": STAFF,
    "deliberation:ledger_snapshot": STAFF,
    # whoever holds a paper may ask whether it is true; no person's name is told
    "deliberation:ledger_check": PUBLIC,
    "deliberation:ledger_checked": PUBLIC,
    "deliberation:package": STAFF,
    "deliberation:history_import": STAFF,
    "deliberation:history_template": STAFF,
    # portal
    "portal:home": PUBLIC,
    "portal:lookup": PUBLIC,
    "portal:care_mode": PUBLIC,
    "portal:qr": PUBLIC,
    "portal:report": PUBLIC,
    "portal:coverage": PUBLIC,
    "portal:coverage_needs": PUBLIC,
    "portal:coverage_csv": PUBLIC,
    "portal:coverage_xlsx": PUBLIC,
    # answers 404 unless in demo mode or to is_staff
    "portal:gallery": PUBLIC,
    "portal:desk": SIGNED_IN,
    "portal:desk_done": SIGNED_IN,
    "portal:desk_copies": SIGNED_IN,
    "portal:supervised": STAFF,
    "portal:channels": SIGNED_IN,
    "portal:channel_ask_again": SIGNED_IN,
    # the link works for the account that asked for it
    "portal:channel_confirm": SIGNED_IN,
    # the applicant, the clerks and the street; others are told by the page
    "portal:urge": SIGNED_IN,
    "portal:supervise": STAFF,
    "portal:lift_supervision": STAFF,
    "portal:messages": SIGNED_IN,
    "portal:messages_read": SIGNED_IN,
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

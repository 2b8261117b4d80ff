"""Sweeping, and the steps of imports. A lost or doubled run changes nothing."""

from communities.services import import_runs, import_work
from communities.services.embeddings import embed_needs
from communities.services.flood import forget_expired
from communities.services.need_photos import forget_expired_photos
from communities.services.need_twins import TOPIC, look_for_twins
from core.outbox import handler
from core.periodic import periodic


@periodic("communities.forget_flood_counters")
def forget_flood_counters(now):
    return forget_expired(now=now)


@periodic("communities.forget_draft_photos")
def forget_draft_photos(now):
    return forget_expired_photos(now=now)


@periodic("communities.embed_needs")
def embed_new_needs(now):
    """Nothing to do unless the semantic backend is chosen and installed."""
    return embed_needs(now=now)


@handler(TOPIC)
def look_for_twins_of_new_needs(payload, *, key, now):
    look_for_twins(community_code=payload["community"], now=now)


@periodic("communities.fail_lost_imports")
def fail_lost_imports(now):
    return import_runs.fail_lost_imports(now=now)


@handler(import_runs.CHECK)
def check_import(payload, *, key, now):
    import_work.check(run_id=payload["run"], now=now)


@handler(import_runs.WRITE)
def write_import(payload, *, key, now):
    import_work.write(run_id=payload["run"], now=now)

"""A community with something behind every address of the site."""

from tests.communities.rounds import tallied
from tests.communities.sheets import line, tried, xlsx
from tests.reliability.addresses import Place
from tests.reliability.situations import build


def furnished(cast):
    """(situation of the objected matter, Place) of a community settled by walking the services."""
    objected, draft = build("objected", cast), build("draft", cast)
    walk = objected.walk
    return objected, Place(
        walk,
        draft.walk,
        walk.need,
        draft.walk.matter.proposal.attachments.get().file,
        tried(xlsx(line(cast.community)), cast.clerk, objected.now),
        tallied(cast.community, cast.clerk, objected.now),
    )

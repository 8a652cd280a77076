"""What people did: who acted on which redeem, who signed in, who was refused.

For whoever may act themselves: it is about colleagues.
"""

from __future__ import annotations

from flask import Response, abort, request

from bridge.journal_ui.desk import blueprint, desk, page, visitor
from bridge.journal_ui.search import LONGEST, NO_FILTER
from bridge.language import Situation, _
from bridge.redeem.desk.asked import DEEDS
from bridge.redeem.desk.deeds import Some
from bridge.redeem.desk.phrases import DONE

SIZE = 50
"""Deeds on one page."""

FILTERS = ("person", "kind", "after")

NO_KIND = _("There is nothing of the kind “{value}”.")
NOT_YOURS = _("What people did is shown to those who may act: your role is “read”.")


@blueprint.get("/people")
def deeds() -> Response:
    """The list, newest first, of one person or of all."""
    who = visitor()
    if who is None or not who.operates:
        abort(403, NOT_YOURS)
    asked = {name: request.args.get(name, "").strip()[:LONGEST] for name in FILTERS}
    for name in request.args:
        if name not in FILTERS:
            abort(400, Situation(NO_FILTER, value=name[:LONGEST]))
    if asked["kind"] not in ("", *DEEDS):
        abort(400, Situation(NO_KIND, value=asked["kind"]))
    found = _page(asked)
    ids = list(dict.fromkeys(one.redeem_id for one in found.deeds if one.redeem_id))
    redeems = desk().journal.indexes.load_many(ids)
    return page(
        "deeds.html",
        asked=asked,
        found=found,
        redeems={one.redeem_id: one for one in redeems},
        people=sorted(desk().door.settings.users),
        kinds_to_choose=DEEDS,
        words_of=DONE,
    )


def _page(asked: dict[str, str]) -> Some:
    found = desk().people.deeds.page
    try:
        return found(SIZE, asked["person"], asked["kind"], asked["after"])
    except ValueError:
        abort(400, _("There is no such place in the list."))

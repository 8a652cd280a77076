"""What one can look at: the list of redeems, and one redeem."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.journal_ui import search
from bridge.journal_ui.desk import at_site, blueprint, desk, page, reads
from bridge.journal_ui.guides import guides
from bridge.journal_ui.picture import waterfalls
from bridge.language import _
from bridge.redeem import Redeem
from bridge.redeem.desk.asked import ID_LENGTH, OUTCOMES, STATES
from bridge.redeem.desk.filter import Filter
from bridge.redeem.desk.finder import Page
from bridge.redeem.desk.looking import Seen
from bridge.redeem.desk.people import NO_REDEEM
from bridge.redeem.desk.story import answers, next_try, sentence, tries
from bridge.redeem.record import Event

PAGE = 30
"""Redeems on one page of the list."""

RELATED = 5
RELATED_ITEMS = 8
"""How many other redeems are shown, and for how many items they are looked for."""

REDEEM_ID = re.compile("[0-9A-F]{32}")

DONE = {
    "try": _("It was tried just now."),
    "undo": _("It is undone."),
    "close": _("It is closed."),
}


@blueprint.get("")
@blueprint.get("/")
def redeems() -> AnyResponse:
    """The list, newest first: so many of them, and a link to the next ones."""
    asked = search.read(request.args, reads().zone, desk().sites, ["after"])
    if len(asked.wanted.redeem_id) == ID_LENGTH:
        return redirect(
            url_for("journal.redeem", redeem_id=asked.wanted.redeem_id), 303
        )
    found = Page([])
    if not asked.problems:
        found = _page(asked.wanted, request.args.get("after", ""))
    status = 400 if asked.problems else 200
    return page(
        "redeems.html",
        status,
        asked=asked,
        found=found,
        states_to_choose=STATES,
        outcomes_to_choose=OUTCOMES,
        known_names=search.NAMES,
        oldest=_place_in_time(found.more),
    )


def _page(wanted: Filter, after: str) -> Page:
    try:
        return desk().finder.page(wanted, PAGE, after)
    except ValueError:
        abort(400, _("There is no such place in the list."))


def _place_in_time(place: str) -> float:
    return float(place.partition("-")[0]) if place else 0.0


@blueprint.get("/redeems/<redeem_id>")
def redeem(redeem_id: str) -> Response:
    """One redeem, with all that happened to it."""
    return redeem_page(redeem_id, done=DONE.get(request.args.get("done", ""), ""))


def loaded(redeem_id: str) -> Redeem:
    """Return the redeem, or answer that there is none."""
    found = None
    if REDEEM_ID.fullmatch(redeem_id):
        found = desk().journal.load(redeem_id)
    if found is None:
        abort(404, NO_REDEEM)
    at_site(found.site)
    return found


def redeem_page(
    redeem_id: str,
    status: int = 200,
    done: str = "",
    trouble: str = "",
    seen: Sequence[Seen] = (),
) -> Response:
    """Render one redeem as it stands now, below what an action has led to."""
    shown, now = loaded(redeem_id), desk().clock()
    events, site = desk().journal.events(shown), desk().sites.get(shown.site)
    return page(
        "redeem.html",
        status,
        redeem=shown,
        events=events,
        sentence=sentence(shown, events, now, reads()),
        answers=answers(events),
        waterfalls=list(waterfalls(shown, tries(events), reads())),
        guides=guides(shown, events),
        held_by=_in_the_way(events),
        seen=seen,
        next_try=next_try(shown, now),
        crm_page=site.crm_page(shown.customer_id) if site else "",
        may_close=desk().people.may_close(shown),
        related=_related(shown),
        receipt=_receipt,
        done=reads().say(done),
        trouble=reads().say(trouble),
    )


def _in_the_way(events: Sequence[Event]) -> Redeem | None:
    """Return the redeem that had an item of this one, if it is still there."""
    ids = [event.text for event in events if event.what == "in the way"]
    return desk().journal.load(ids[-1]) if ids else None


def _related(shown: Redeem) -> dict[str, list[Redeem]]:
    """Find other redeems of the same customer, and of the same items."""
    finder, site = desk().finder, shown.site
    items = dict.fromkeys(line.item_id for line in shown.lines)
    filters = [Filter(site=site, item_id=id_) for id_ in list(items)[:RELATED_ITEMS]]
    of_items = [one for wanted in filters for one in finder.page(wanted, 10).redeems]
    customer = Filter(site=site, customer_id=shown.customer_id)
    of_customer = finder.page(customer, RELATED + 1).redeems
    return {
        "customer": _others(shown, of_customer),
        "items": _others(shown, sorted(of_items, key=lambda one: -one.created_at)),
    }


def _others(shown: Redeem, found: list[Redeem]) -> list[Redeem]:
    each = {one.redeem_id: one for one in found if one.redeem_id != shown.redeem_id}
    return list(each.values())[:RELATED]


def _receipt(receipt: object) -> str:
    return json.dumps(receipt, indent=2, ensure_ascii=False, default=str)

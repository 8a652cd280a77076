"""What one can look at: the list of redeems, one redeem, and the overview."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.journal_ui import charts, search
from bridge.journal_ui.desk import blueprint, desk, page
from bridge.journal_ui.picture import waterfalls
from bridge.redeem import Redeem
from bridge.redeem.finder import ID_LENGTH, Filter, Page
from bridge.redeem.story import next_try, sentence, tries

PAGE = 30
"""Redeems on one page of the list."""

RELATED = 5
RELATED_ITEMS = 8
"""How many other redeems are shown, and for how many items they are looked for."""

OPEN_AT_MOST = 2_000
"""How many open redeems the overview looks at; more than there should ever be."""

REDEEM_ID = re.compile("[0-9A-F]{32}")

DONE = {
    "try": "It was tried just now.",
    "undo": "It is undone.",
    "close": "It is closed.",
}


@blueprint.get("")
@blueprint.get("/")
def redeems() -> AnyResponse:
    """The list, newest first: so many of them, and a link to the next ones."""
    asked = search.read(request.args)
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
        states_to_choose=search.STATES,
        oldest=_place_in_time(found.more),
    )


def _page(wanted: Filter, after: str) -> Page:
    try:
        return desk().finder.page(wanted, PAGE, after)
    except ValueError:
        abort(400, "There is no such place in the list.")


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
        abort(404, "There is no such redeem, or it is older than the journal keeps it.")
    return found


def redeem_page(
    redeem_id: str, status: int = 200, done: str = "", trouble: str = ""
) -> Response:
    """Render one redeem as it stands now, below what an action has led to."""
    shown, now = loaded(redeem_id), desk().clock()
    events = desk().journal.events(shown)
    return page(
        "redeem.html",
        status,
        redeem=shown,
        events=events,
        sentence=sentence(shown, events, now),
        waterfalls=list(waterfalls(shown, tries(events))),
        next_try=next_try(shown, now),
        may_close=desk().people.may_close(shown),
        related=_related(shown),
        receipt=_receipt,
        done=done,
        trouble=trouble,
    )


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


@blueprint.get("/overview")
def overview() -> Response:
    """One day in charts, and what is open now."""
    today = datetime.fromtimestamp(desk().clock(), UTC).date()
    when, site = _day(today), request.args.get("site", "")
    open_ids = desk().journal.indexes.open_ids()
    open_ = desk().journal.indexes.load_many(open_ids[:OPEN_AT_MOST])
    open_ = [one for one in open_ if not one.settled and site in ("", one.site)]
    counted = desk().journal.tally.day(when, site)
    stores, store_count = charts.by_store(counted, open_)
    return page(
        "overview.html",
        when=when,
        today=today,
        before=when - timedelta(days=1),
        after=when + timedelta(days=1),
        site=site,
        totals=charts.totals(counted),
        open_count=len(open_),
        stuck_count=sum(one.stuck for one in open_),
        more_open=len(open_ids) > OPEN_AT_MOST,
        hours=charts.by_hour(charts.endings(counted), list(charts.totals(counted))),
        open_hours=charts.by_hour(charts.still_open(open_, when), charts.OPEN),
        stores=stores,
        store_count=store_count,
    )


def _day(today: date) -> date:
    try:
        return date.fromisoformat(request.args.get("day", "") or today.isoformat())
    except ValueError:
        abort(400, "A day looks like 2026-11-24.")

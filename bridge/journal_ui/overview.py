"""One day in charts, and what is open now; each number leads to what it counts."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache, partial
from urllib.parse import urlencode

from flask import Response, abort, request, url_for

from bridge.journal_ui import charts, moments, search
from bridge.journal_ui.desk import blueprint, desk, page, reads
from bridge.language import Situation, _
from bridge.redeem import Redeem

OPEN_AT_MOST = 2_000
"""How many open redeems the overview looks at; more than there should ever be."""

OUTCOMES = {
    "redeemed": "redeemed",
    "refused": "refused",
    "trouble": "trouble",
    "held": "held",
    "undone": "given-back",
}
"""Which filter lists a group of ways to end: equal requests are counted as one."""


@blueprint.get("/overview")
def overview() -> Response:
    """One day, by the clock of the site or of the journal."""
    zone, site = reads().zone, _site()
    today = datetime.fromtimestamp(desk().clock(), zone).date()
    when = _day(today)
    hours = moments.hours(when, zone)
    open_ids = desk().journal.indexes.open_ids()
    open_ = _open(open_ids, site)
    counted = desk().journal.endings.count(_spans(hours), _sites(site))
    stores, store_count = charts.by_store(counted, open_)
    return page(
        "overview.html",
        when=when,
        today=today,
        before=when - timedelta(days=1),
        after=when + timedelta(days=1),
        site=site,
        zone=reads().local(hours[0].timestamp()).tzname(),
        totals=charts.totals(counted),
        ways=charts.by_ending(counted),
        open_count=len(open_),
        stuck_count=sum(one.stuck for one in open_),
        more_open=len(open_ids) > OPEN_AT_MOST,
        hours=charts.by_hour(charts.endings(counted), charts.TONES, hours),
        open_hours=charts.by_hour(charts.still_open(open_, hours), charts.OPEN, hours),
        stores=stores,
        store_count=store_count,
        to_list=partial(_to_list, url_for("journal.redeems")),
        of_hour=cache(_of_hour),
        of_store=_of_store,
        outcome_of=OUTCOMES,
    )


def _to_list(base: str, *where: dict[str, object], **filters: object) -> str:
    """Return the address of a list; without what is empty."""
    every = dict(ChainMap(*where, filters))
    some = {name: str(value) for name, value in every.items() if value}
    return f"{base}?{urlencode(some)}"


def _of_hour(at: float) -> dict[str, str]:
    """Return the filters of an hour."""
    ends = {"from": at, "to": at + moments.HOUR}
    return {
        f"{end}{part}": text
        for end, when in ends.items()
        for part, text in moments.typed(when, reads().zone).items()
    }


def _of_store(row: charts.StoreRow) -> dict[str, str]:
    where = {"store": row.store_id} if row.store_id else {"no_store": "1"}
    return {"site": row.site, **where}


def _open(ids: Sequence[str], site: str) -> list[Redeem]:
    found = desk().journal.indexes.load_many(ids[:OPEN_AT_MOST])
    return [one for one in found if not one.settled and site in ("", one.site)]


def _spans(hours: Sequence[datetime]) -> list[tuple[float, float]]:
    begins = [hour.timestamp() for hour in hours]
    return [(at, at + moments.HOUR) for at in begins]


def _sites(site: str) -> list[str]:
    return [site] if site else list(desk().sites)


def _site() -> str:
    site = request.args.get("site", "")
    if site and site not in desk().sites:
        abort(400, Situation(search.NO_SITE, value=site[: search.LONGEST]))
    return site


def _day(today: date) -> date:
    text = request.args.get("day", "")
    try:
        return moments.day(text) if text else today
    except ValueError:
        abort(400, _("A day looks like 2026-11-24."))

"""Who is affected: a list of redeems as a table, as the command line exports it."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.journal_ui import search
from bridge.journal_ui.desk import blueprint, desk, reads, visitor
from bridge.language import ENGLISH, Reader
from bridge.redeem import Redeem
from bridge.redeem.desk.records import (
    COLUMNS,
    NOT_WHOLE,
    Clocks,
    cells,
    cut_off,
    unread,
)

log = logging.getLogger(__name__)


@blueprint.get("/redeems.csv")
def export() -> AnyResponse:
    """Send what a list shows, and all that comes after it, as it is found."""
    asked = search.read(request.args, reads().zone, desk().sites)
    if asked.problems:
        return redirect(f"{url_for('journal.redeems')}?{asked.query()}", 303)
    who = visitor()
    assert who is not None
    desk().people.deeds.write("exported", who.name)
    log.info("somebody exported redeems", extra={"user": who.name})
    missing: list[str] = []
    found = desk().finder.all(asked.wanted, missing)
    # What fails at once is a page like any other, and no file.
    found = chain(list(islice(found, 1)), found)
    lines = _lines(found, partial(desk().reader_at, ENGLISH), missing, reads())
    name = {"Content-Disposition": "attachment; filename=redeems.csv"}
    return Response(lines, mimetype="text/csv", headers=name)


def _lines(
    found: Iterable[Redeem], to: Clocks, missing: Sequence[str], reads: Reader
) -> Iterator[str]:
    """Yield a table row by row: nobody keeps a million of them.

    What is not whole says so in its last row; and when reading fails on the way, the
    answer is broken off behind it, so that a browser takes the file for no whole one.
    """
    yield _written(COLUMNS)
    try:
        for redeem in found:
            yield _written(*cells(redeem, to(redeem.site)))
    except Exception:
        log.error("an export of redeems was broken off")
        yield _written(cut_off(reads.say(NOT_WHOLE)))
        raise
    if missing:
        yield _written(cut_off(unread(missing, reads)))


def _written(*rows: Sequence[str]) -> str:
    place = io.StringIO()
    csv.writer(place, lineterminator="\n").writerows(rows)
    return place.getvalue()

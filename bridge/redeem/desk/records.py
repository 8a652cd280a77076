"""Redeems as programs and spreadsheets read them: the same columns everywhere.

Ids come from CRMs and tills and may hold anything: what cannot be seen is made visible,
and nothing is taken for a formula.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from bridge.language import ENGLISH, Reader, _
from bridge.redeem.desk.filter import states
from bridge.redeem.record import Line, Redeem

Clocks = Callable[[str], Reader]
"""Who reads about a site: by its clock."""

FORMULA = ("=", "+", "-", "@")
"""How what a spreadsheet would calculate begins."""

NOT_WHOLE = _(
    "NOT WHOLE: the journal could not be read to the end, redeems are missing here. "
    "Try again."
)
"""What stands at the end of a file whose writing failed on the way."""

NAMED = 10
"""How many redeems a sentence names that cannot be read."""

ITEM = ("kind", "id", "state", "ref", "receipt", "reason")

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode's categories of characters that show as nothing, or do something."""


def state_of(redeem: Redeem) -> str:
    """Name the one state that says most: stuck rather than open."""
    return states(redeem)[0]


def record(redeem: Redeem, to: Reader = ENGLISH) -> dict[str, Any]:
    """Return a redeem as programs read it; times are ISO 8601, UTC and the reader's."""
    return {
        "redeem_id": redeem.redeem_id,
        "state": state_of(redeem),
        "created_at": iso(redeem.created_at),
        "local_time": local_iso(redeem.created_at, to),
        "settled_at": iso(redeem.settled_at),
        "site": redeem.site,
        "customer_id": redeem.customer_id,
        "store_id": redeem.store_id,
        "register_id": redeem.register_id,
        "staff_id": redeem.staff_id,
        "goal": redeem.goal.value,
        "ending": redeem.ending if redeem.settled else "",
        "reason": redeem.reason,
        "attempts": redeem.attempts,
        "closed_by": redeem.closed_by,
        "items": [_item(redeem, line) for line in redeem.lines],
    }


def _item(redeem: Redeem, line: Line) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "id": line.item_id,
        "state": line.state.value,
        "ref": redeem.ref(line),
        "receipt": line.receipt,
        "reason": line.reason,
    }


def iso(at: float) -> str | None:
    """Write a time for programs; ``None`` for what has not happened."""
    when = datetime.fromtimestamp(at, UTC)
    return when.isoformat(timespec="milliseconds") if at else None


def local_iso(at: float, to: Reader) -> str:
    """Write a time for programs, as the reader's clock shows it."""
    return to.local(at).isoformat(timespec="milliseconds")


def cells(redeem: Redeem, to: Reader) -> Iterator[list[str]]:
    """Yield a row for each item, in the order of ``COLUMNS``."""
    said = record(redeem, to)
    for item in said.pop("items"):
        item["receipt"] = json.dumps(item["receipt"], default=str)
        row = [*said.values(), *(item[name] for name in ITEM)]
        yield ["" if one is None else _cell(str(one)) for one in row]


def unread(ids: Sequence[str], to: Reader = ENGLISH) -> str:
    """Say that redeems may be missing, as nobody can read what stands under their ids.

    "" when there are none.
    """
    if not ids:
        return ""
    named = ", ".join(id_[:8] for id_ in ids[:NAMED])
    return to.count(
        "NOT WHOLE: {number} redeem cannot be read and may be missing here: {ids}",
        "NOT WHOLE: {number} redeems cannot be read and may be missing here: {ids}",
        len(ids),
        ids=f"{named} …" if len(ids) > NAMED else named,
    )


def cut_off(said: str) -> list[str]:
    """Return the last row of a table that is not whole: a sentence instead of an id.

    For whoever has nothing but the file, however it came to them.
    """
    return [said, *[""] * (len(COLUMNS) - 1)]


def _cell(text: str) -> str:
    shown = visible(text)
    return f"'{shown}" if shown.startswith(FORMULA) else shown


def visible(text: str) -> str:
    """Return text with a code in the place of each character that cannot be seen."""
    return "".join(_visible(one) for one in text)


def _visible(one: str) -> str:
    if unicodedata.category(one) not in UNSEEN:
        return one
    if ord(one) < 128:
        return f"\\x{ord(one):02x}"
    return one.encode("ascii", "backslashreplace").decode()


COLUMNS = (
    *(name for name in record(Redeem("", "", "", [], 0.0)) if name != "items"),
    *(f"item_{name}" for name in ITEM),
)

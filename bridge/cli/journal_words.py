"""How redeems look in a terminal, in a pipe and in JSON.

Ids come from CRMs and tills and may hold anything: what a terminal would obey is made
visible, and nothing is taken for markup.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Generator, Iterable
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bridge.redeem import Redeem
from bridge.redeem.finder import states
from bridge.redeem.record import Event, Line
from bridge.redeem.story import moment

WIDE = 100_000
"""Columns of a pipe: no line is broken and no id cut."""

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode's categories of characters that show as nothing, or do something."""

STYLES = {"redeemed": "green", "undone": "dim", "open": "yellow", "stuck": "bold red"}


def visible(text: str) -> str:
    """Return text with a code in the place of each character that cannot be seen."""
    return "".join(_visible(one) for one in text)


def _visible(one: str) -> str:
    if unicodedata.category(one) not in UNSEEN:
        return one
    if ord(one) < 128:
        return f"\\x{ord(one):02x}"
    return one.encode("ascii", "backslashreplace").decode()


def console() -> Console:
    """Return standard output: no colours and no width in a pipe."""
    width = None if sys.stdout.isatty() else WIDE
    return Console(width=width, markup=False, highlight=False, emoji=False)


def table(headings: Iterable[str], whole: Iterable[str] = ()) -> Table:
    """Return an empty table; the columns ``whole`` are never broken into lines."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        made.add_column(heading, overflow="fold", no_wrap=heading in whole)
    return made


def cell(text: str, style: str = "") -> Text:
    """Return text that is shown as it is."""
    return Text(visible(text), style)


def state_of(redeem: Redeem) -> str:
    """Name the one state that says most: stuck rather than open."""
    return states(redeem)[0]


def progress(unit: str) -> Progress:
    """Return a progress bar on standard error; nothing where that is no terminal."""
    stderr = Console(stderr=True)
    count = TextColumn(f"{{task.fields[count]:,}} {unit}")
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        count,
        TimeElapsedColumn(),
        console=stderr,
        disable=not stderr.is_terminal,
    )


def followed(
    found: Iterable[Redeem], span: tuple[float, float]
) -> Generator[Redeem, None, None]:
    """Yield redeems, newest first, and show how far back in time they have come.

    ``span`` is where they may begin and end: nobody counts a million beforehand.
    """
    oldest, newest = span
    with progress("redeems") as bar:
        whole = max(1.0, newest - oldest)
        task = bar.add_task("", total=whole, count=0)
        for count, redeem in enumerate(found, 1):
            yield redeem
            day = moment(redeem.created_at).partition(" ")[0]
            back = newest - redeem.created_at
            bar.update(task, completed=back, count=count, description=day)
        bar.update(task, completed=whole)


def record(redeem: Redeem) -> dict[str, Any]:
    """Return a redeem as programs read it; times are ISO 8601, UTC."""
    return {
        "redeem_id": redeem.redeem_id,
        "state": state_of(redeem),
        "created_at": iso(redeem.created_at),
        "settled_at": iso(redeem.settled_at),
        "site": redeem.site,
        "customer_id": redeem.customer_id,
        "store_id": redeem.store_id,
        "register_id": redeem.register_id,
        "staff_id": redeem.staff_id,
        "goal": redeem.goal.value,
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


def told(event: Event) -> dict[str, Any]:
    """Return an event as programs read it; ``item`` counts from 1."""
    return {
        "at": iso(event.at),
        "what": event.what,
        "item": None if event.line is None else event.line + 1,
        "took_ms": event.took_ms,
        "text": event.text,
        "by": event.by,
    }


def iso(at: float) -> str | None:
    """Write a time for programs; ``None`` for what has not happened."""
    when = datetime.fromtimestamp(at, UTC)
    return when.isoformat(timespec="milliseconds") if at else None


def as_json(value: Any, indent: int | None = 2) -> str:
    """Return JSON in ASCII, which no terminal obeys."""
    return json.dumps(value, indent=indent, default=str)

"""How redeems look in a terminal, in a pipe and in JSON.

Ids come from CRMs and tills and may hold anything: what a terminal would obey is made
visible, and nothing is taken for markup.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bridge.redeem import Redeem
from bridge.redeem.desk.records import Clocks, iso, visible
from bridge.redeem.record import Event

WIDE = 100_000
"""Columns of a pipe: no line is broken and no id cut."""

STYLES = {"redeemed": "green", "undone": "dim", "open": "yellow", "stuck": "bold red"}


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


def followed(
    found: Iterable[Redeem], span: tuple[float, float], to: Clocks
) -> Generator[Redeem, None, None]:
    """Yield redeems, newest first, and show how far back in time they have come.

    On standard error, and nothing where that is no terminal.  ``span`` is where they
    may begin and end: nobody counts a million beforehand.
    """
    stderr = Console(stderr=True)
    if not stderr.is_terminal:
        yield from found
        return
    # Large, and of use to somebody who waits alone.
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    oldest, newest = span
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]:,} redeems"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=stderr) as bar:
        whole = max(1.0, newest - oldest)
        task = bar.add_task("", total=whole, count=0)
        for count, redeem in enumerate(found, 1):
            yield redeem
            day = f"{to(redeem.site).local(redeem.created_at):%Y-%m-%d}"
            back = newest - redeem.created_at
            bar.update(task, completed=back, count=count, description=day)
        bar.update(task, completed=whole)


def told(event: Event) -> dict[str, Any]:
    """Return an event as programs read it; ``item`` counts from 1."""
    return {
        "at": iso(event.at),
        "what": event.what,
        "item": None if event.line is None else event.line + 1,
        "took_ms": event.took_ms,
        "text": event.text,
        "by": event.by,
        "status": event.status or None,
        "gone_ms": event.gone_ms,
    }


def as_json(value: Any, indent: int | None = 2) -> str:
    """Return JSON in ASCII, which no terminal obeys."""
    return json.dumps(value, indent=indent, default=str)

"""What was measured: figures, what they should be, and the one table they end up in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    got: str
    target: str = ""
    met: bool | None = None
    """``None`` for what is only there to compare with."""


@dataclass(frozen=True)
class Chapter:
    """Figures that belong together."""

    title: str
    figures: Sequence[Figure]


def at_most(what: str, got: float, limit: float, unit: str, digits: int = 1) -> Figure:
    """Return a figure that is good when it is small."""
    return _against(what, got, limit, unit, digits, "at most", got <= limit)


def at_least(what: str, got: float, limit: float, unit: str, digits: int = 1) -> Figure:
    """Return a figure that is good when it is large."""
    return _against(what, got, limit, unit, digits, "at least", got >= limit)


def plain(what: str, got: float, unit: str, digits: int = 1) -> Figure:
    """Return a figure without a target."""
    return Figure(what, f"{got:,.{digits}f} {unit}")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def middle(values: Sequence[float]) -> float:
    """Return the median over rounds: one round in which the machine was busy is out."""
    return median(values)


def show(chapters: Sequence[Chapter], machine: Sequence[str]) -> None:
    """Print the table and what it was measured on."""
    table = Table(box=box.ASCII, title="What the bridge costs", title_justify="left")
    for column in ("figure", "measured", "target", ""):
        table.add_column(column, justify="left" if column == "figure" else "right")
    for chapter in chapters:
        table.add_section()
        table.add_row(chapter.title.upper())
        for figure in chapter.figures:
            table.add_row(
                f"  {figure.what}", figure.got, figure.target, _verdict(figure)
            )
    console = Console(width=100)
    console.print(table)
    for line in machine:
        console.print(line, highlight=False, soft_wrap=True)


def _against(
    what: str, got: float, limit: float, unit: str, digits: int, words: str, met: bool
) -> Figure:
    measured, target = f"{got:,.{digits}f} {unit}", f"{words} {limit:g} {unit}"
    return Figure(what, measured.strip(), target.strip(), met)


def _verdict(figure: Figure) -> str:
    return {None: "", True: "met", False: "MISSED"}[figure.met]

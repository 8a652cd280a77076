"""From a query string to what to look for, and back to one for the next page."""

from __future__ import annotations

import re
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from bridge.redeem.finder import PREFIX_LENGTH, Filter

STATES = {
    "redeemed": "redeemed",
    "undone": "undone",
    "open": "open, stuck ones too",
    "stuck": "stuck",
}
"""The states that one can look for, as a form shows them."""

IDS = {
    "customer": "customer_id",
    "item": "item_id",
    "site": "site",
    "store": "store_id",
    "register": "register_id",
    "staff": "staff_id",
}
"""Names in the query string, and what of a redeem they mean."""

DAYS = {"from": "first_day", "to": "last_day"}

LONGEST = 255
"""Characters of an id, as the SPI takes them."""

DIGITS = re.compile(rf"[0-9A-Fa-f]{{{PREFIX_LENGTH},32}}")


@dataclass(frozen=True)
class Search:
    """What somebody typed, what it means, and what is wrong with it."""

    typed: Table[str, str]
    wanted: Filter
    problems: Table[str, str] = field(default_factory=dict)

    def query(self, **others: str) -> str:
        """Return the query string that asks for the same, and for something else."""
        return urlencode({**self.typed, **others})


def read(args: Table[str, str]) -> Search:
    """Read a query string; what means nothing is left out of the filter."""
    names = ["redeem", "state", *IDS, *DAYS]
    typed = {name: args.get(name, "").strip()[:LONGEST] for name in names}
    typed = {name: text for name, text in typed.items() if text}
    problems: dict[str, str] = {}
    meant: dict[str, Any] = {
        **{IDS[name]: text for name, text in typed.items() if name in IDS},
        **{DAYS[name]: _day(name, typed, problems) for name in DAYS},
    }
    if "redeem" in typed:
        meant["redeem_id"] = _digits(typed["redeem"], problems)
    if typed.get("state") in STATES:
        meant["state"] = typed["state"]
    return Search(typed, Filter(**meant), problems)


def _digits(text: str, problems: dict[str, str]) -> str:
    if DIGITS.fullmatch(text):
        return text.upper()
    problems["redeem"] = (
        f"A redeem id has 32 digits and letters from A to F; the first {PREFIX_LENGTH} "
        "are enough to look for it."
    )
    return ""


def _day(name: str, typed: Table[str, str], problems: dict[str, str]) -> date | None:
    if name not in typed:
        return None
    try:
        return date.fromisoformat(typed[name])
    except ValueError:
        problems[name] = "A day looks like 2026-11-24."
        return None

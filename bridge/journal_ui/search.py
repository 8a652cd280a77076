"""From a query string to what to look for, and back to one for the next page.

What means nothing is refused with a sentence, never ignored: somebody would take the
list for the answer to what they have asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any
from urllib.parse import urlencode

from bridge.journal_ui.moments import Said, ambiguous, span
from bridge.language import Situation, _
from bridge.redeem.desk.asked import OUTCOMES, PREFIX_LENGTH, STATES
from bridge.redeem.desk.filter import Filter
from bridge.redeem.journal.keys import UNHEARD

IDS = {
    "customer": "customer_id",
    "item": "item_id",
    "receipt": "receipt",
    "site": "site",
    "store": "store_id",
    "register": "register_id",
    "staff": "staff_id",
}
"""Names in the query string, and what of a redeem they mean."""

ENDS = ("from", "to")

MOMENTS = tuple(f"{end}{part}" for end in ENDS for part in ("", "_time", "_offset"))

NAMES = ("redeem", "state", "outcome", *IDS, *MOMENTS, "no_store")

LONGEST = 255
"""Characters of an id, as the SPI takes them."""

DIGITS = re.compile(rf"[0-9A-Fa-f]{{{PREFIX_LENGTH},32}}")

NO_ID = _(
    "A redeem id has 32 digits and letters from A to F; the first {number} are enough "
    "to look for it."
)
NO_STATE = _("There is no state “{value}”.")
NO_OUTCOME = _("Redeems do not end as “{value}”.")
NO_SITE = _("There is no site “{value}”.")
NO_FILTER = _("One cannot look for “{value}” here.")
BACKWARDS = _("“From” is later than “to”: nothing lies between them.")


@dataclass(frozen=True)
class Search:
    """What somebody typed, what it means, and what is wrong with it."""

    typed: Table[str, str]
    wanted: Filter
    problems: Table[str, str] = field(default_factory=dict)
    offsets: Table[str, list[str]] = field(default_factory=dict)
    """For times that come twice, as clocks are put back: which of them can be meant."""

    def query(self, **others: str) -> str:
        """Return the query string that asks for the same, and for something else."""
        return urlencode({**self.typed, **others})


def read(
    args: Table[str, str],
    zone: tzinfo = UTC,
    sites: Collection[str] | None = None,
    besides: Collection[str] = (),
) -> Search:
    """Read a query string, with days and times of a zone.

    ``sites`` are those that there are, if that is known; ``besides`` are names in it
    that are no filters.
    """
    typed = {name: args.get(name, "").strip()[:LONGEST] for name in NAMES}
    typed = {name: text for name, text in typed.items() if text}
    problems: dict[str, str] = {
        name: Situation(NO_FILTER, value=name[:LONGEST])
        for name in args
        if name not in (*NAMES, *besides)
    }
    meant: dict[str, Any] = {
        **{IDS[name]: text for name, text in typed.items() if name in IDS},
        "no_store": "no_store" in typed,
        "state": _one_of(STATES, "state", NO_STATE, typed, problems),
        "outcome": _one_of(OUTCOMES, "outcome", NO_OUTCOME, typed, problems),
    }
    if meant["outcome"] not in ("", UNHEARD):
        meant["outcome"] = meant["outcome"].replace("-", " ")
    if sites is not None:
        _one_of(sites, "site", NO_SITE, typed, problems)
    if "redeem" in typed:
        meant["redeem_id"] = digits(typed["redeem"], problems)
    meant["since"], meant["until"] = _between(typed, zone, problems)
    offsets = {end: ambiguous(_said(end, typed), zone) for end in ENDS}
    return Search(typed, Filter(**meant), problems, offsets)


def _one_of(
    known: Collection[str],
    name: str,
    problem: str,
    typed: Table[str, str],
    problems: dict[str, str],
) -> str:
    value = typed.get(name, "")
    if value in known or not value:
        return value
    problems[name] = Situation(problem, value=value)
    return ""


def digits(text: str, problems: dict[str, str]) -> str:
    """Return the digits of a redeem id or of its beginning, written in whatever way."""
    joined = "".join(text.split())
    if DIGITS.fullmatch(joined):
        return joined.upper()
    problems["redeem"] = Situation(NO_ID, number=PREFIX_LENGTH)
    return ""


def _said(end: str, typed: Table[str, str]) -> Said:
    return Said(*(typed.get(f"{end}{part}", "") for part in ("", "_time", "_offset")))


def _between(
    typed: Table[str, str], zone: tzinfo, problems: dict[str, str]
) -> tuple[float, float]:
    """Return from when and until when, in Unix seconds; a last day is a whole one."""
    found = {"from": 0.0, "to": math.inf}
    for end in ENDS:
        said = _said(end, typed)
        if not any((said.day, said.time, said.offset)):
            continue
        try:
            found[end] = span(said, zone)[end == "to"]
        except ValueError as error:
            problems[end] = error.args[0]
    if not problems and found["from"] >= found["to"]:
        problems["to"] = BACKWARDS
    return found["from"], found["to"]

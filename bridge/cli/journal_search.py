"""How the commands on the journal are told which redeems are meant.

The filters are those of the pages, and ``bridge.journal_ui.search`` reads both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from bridge import log
from bridge.app import Parts, create_parts
from bridge.config import load
from bridge.errors import NotFound
from bridge.journal_ui import search
from bridge.redeem import Journal, Redeem
from bridge.redeem.finder import ID_LENGTH, PREFIX_LENGTH, Filter, Finder
from bridge.redeem.keys import DAY

FILTERS: dict[str, tuple[str, str]] = {
    "redeem": ("ID", f"The redeem id, or its first digits, {PREFIX_LENGTH} or more."),
    "customer": ("ID", "Redeems of this customer, by the CRM's id."),
    "item": ("ID", "Redeems of this promotion or bonus check."),
    "site": ("NAME", "Redeems of this site."),
    "store": ("ID", "Redeems in this store."),
    "register": ("ID", "Redeems at this register."),
    "staff": ("ID", "Redeems by this member of staff."),
    "from": ("DAY", "Redeems of this day or later, as in 2026-11-24."),
    "to": ("DAY", "Redeems of this day or earlier."),
}

json_option = click.option(
    "--json", "as_json_", is_flag=True, help="Print JSON, for programs."
)

Command = Callable[..., None]


def filters(command: Command) -> Command:
    """Add an option for each filter; ``wanted`` reads them."""
    for name, (metavar, text) in reversed(FILTERS.items()):
        parameters = (f"--{name}", f"filter_{name}")
        command = click.option(*parameters, metavar=metavar, help=text)(command)
    states = click.Choice(list(search.STATES))
    text = "Redeems in this state; open ones may be stuck, too."
    return click.option("--state", "filter_state", type=states, help=text)(command)


def wanted(options: dict[str, Any]) -> Filter:
    """Return what to look for; raise a usage error for what cannot be meant."""
    given = {name.removeprefix("filter_"): text for name, text in options.items()}
    found = search.read({name: text for name, text in given.items() if text})
    for name, problem in found.problems.items():
        raise click.BadParameter(problem, param_hint=f"--{name}")
    return found.wanted


def opened(config_path: Path) -> Parts:
    """Return what the configuration describes; only errors are logged."""
    config = load(config_path)
    log.configure("error", config.log.format)
    return create_parts(config)


def finder(parts: Parts) -> Finder:
    """Return a finder that knows the sites."""
    return Finder(parts.journal, sites=tuple(parts.sites))


def span(parts: Parts, meant: Filter) -> tuple[float, float]:
    """Return the oldest and the newest time that a redeem can be of; Unix seconds."""
    now = time.time()
    oldest, newest = now - parts.journal.keep_seconds, now
    if meant.first_day:
        oldest = max(oldest, _midnight(meant.first_day))
    if meant.last_day:
        newest = min(newest, _midnight(meant.last_day) + DAY)
    return oldest, newest


def _midnight(day: date) -> float:
    return datetime.combine(day, datetime.min.time(), UTC).timestamp()


def the_one(journal: Journal, digits: str) -> Redeem:
    """Return the redeem whose id this is, or begins with this.

    Raise ``NotFound`` for none or several, and a usage error for what is no id.
    """
    if not search.DIGITS.fullmatch(digits):
        problem = search.read({"redeem": digits}).problems["redeem"]
        raise click.BadParameter(problem, param_hint="REDEEM_ID")
    if len(digits) == ID_LENGTH:
        found = [journal.load(digits.upper())]
    else:
        found = list(Finder(journal).page(Filter(redeem_id=digits), 2).redeems)
    if len(found) > 1:
        raise NotFound("Several redeem ids begin like this: give more digits.")
    if not found or found[0] is None:
        raise NotFound(
            "There is no such redeem, or it is older than the journal keeps it."
        )
    return found[0]

"""How the commands on the journal are told which redeems are meant.

The filters are those of the pages, and ``bridge.journal_ui.search`` reads both.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bridge import log
from bridge.config import load_journal
from bridge.errors import NotFound
from bridge.journal_ui import search
from bridge.language import ENGLISH, Reader
from bridge.ledger import Ledger, open_ledger
from bridge.redeem import Journal, Redeem
from bridge.redeem.desk.asked import ID_LENGTH
from bridge.redeem.desk.filter import Filter, kept_at
from bridge.redeem.desk.finder import Finder

EMPTY = "This is empty: leave it out to look at all."


def wanted(options: dict[str, Any], ledger: Ledger) -> Filter:
    """Return what to look for; raise a usage error for what cannot be meant."""
    given = {name.removeprefix("filter_"): text for name, text in options.items()}
    some = {name: text for name, text in given.items() if text is not None}
    for name, text in some.items():
        said_something(name, text)
    found = search.read(some, reads(ledger, some.get("site", "")).zone, ledger.sites)
    for name, problem in found.problems.items():
        raise click.BadParameter(problem, param_hint=f"--{name}")
    return found.wanted


def said_something(name: str, text: str | None) -> str:
    """Return what an option was given, "" for nothing; refuse what is empty.

    It comes of a script's variable that is not set, and does not mean all.
    """
    if text is not None and not text.strip():
        raise click.BadParameter(EMPTY, param_hint=f"--{name}")
    return text or ""


def opened(config_path: Path) -> Ledger:
    """Return the journal of a configuration; only errors are logged."""
    config = load_journal(config_path)
    log.configure("error", config.log.format)
    return open_ledger(config)


def reads(ledger: Ledger, site: str = "") -> Reader:
    """Return who reads: by the clock of a site, or else by the journal's."""
    there = ledger.sites.get(site)
    return replace(ENGLISH, zone=there.zone if there else ledger.zone)


def finder(ledger: Ledger) -> Finder:
    """Return a finder that knows the sites."""
    return Finder(ledger.journal, sites=tuple(ledger.sites), kept=kept_at(ledger.sites))


def span(ledger: Ledger, meant: Filter) -> tuple[float, float]:
    """Return the oldest and the newest time that a redeem can be of; Unix seconds."""
    now = time.time()
    oldest, newest = now - ledger.journal.keep_seconds, now
    return max(oldest, meant.since), min(newest, meant.until)


def the_one(journal: Journal, said: str) -> Redeem:
    """Return the redeem whose id this is, or begins with this.

    Raise ``NotFound`` for none or several, and a usage error for what is no id.
    """
    problems: dict[str, str] = {}
    digits = search.digits(said, problems)
    for problem in problems.values():
        raise click.BadParameter(problem, param_hint="REDEEM_ID")
    if len(digits) == ID_LENGTH:
        found = [journal.load(digits)]
    else:
        found = list(Finder(journal).page(Filter(redeem_id=digits), 2).redeems)
    if len(found) > 1:
        raise NotFound("Several redeem ids begin like this: give more digits.")
    if not found or found[0] is None:
        raise NotFound(
            "There is no such redeem, or it is older than the journal keeps it."
        )
    return found[0]

"""``sitoo-bridge journal list`` and ``show``: finding a redeem, and reading it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from bridge.cli.journal.search import (
    finder,
    opened,
    reads,
    the_one,
    wanted,
)
from bridge.cli.journal.words import (
    STYLES,
    as_json,
    cell,
    console,
    table,
    told,
)
from bridge.language import Reader
from bridge.redeem import Redeem
from bridge.redeem.desk.filter import Filter
from bridge.redeem.desk.finder import Finder, Page
from bridge.redeem.desk.phrases import STANDING
from bridge.redeem.desk.records import record, state_of, visible
from bridge.redeem.desk.story import (
    happened,
    item_name,
    next_try,
    sentence,
    tries,
)
from bridge.redeem.record import Event


def list_redeems(
    config_path: Path, limit: int, after: str, as_json_: bool, **options: Any
) -> None:
    """List redeems, newest first."""
    ledger = opened(config_path)
    meant = wanted(options, ledger)
    to = reads(ledger, meant.site)
    page = _page(finder(ledger), meant, limit, after)
    if as_json_:
        found = [record(redeem, to) for redeem in page.redeems]
        click.echo(as_json({"redeems": found, "more": page.more}))
    elif page.redeems:
        _listed(page.redeems, to)
    else:
        click.echo("sitoo-bridge: Nothing was found.", err=True)
    if page.more and not as_json_:
        click.echo(f"There may be more: --after {page.more}", err=True)
    if not page.redeems:
        raise click.exceptions.Exit(1)


def _page(finder: Finder, meant: Filter, limit: int, after: str) -> Page:
    """Look on until there are enough: a terminal is more patient than a browser."""
    found: list[Redeem] = []
    while True:
        try:
            page = finder.page(meant, limit - len(found), after)
        except ValueError:
            raise click.BadParameter(
                "There is no such place in the list.", param_hint="--after"
            ) from None
        found += page.redeems
        after = page.more
        if len(found) == limit or not after:
            return Page(found, after)


ROOMY = 150
"""Columns in which a redeem fits into one line."""


def _listed(redeems: Sequence[Redeem], to: Reader) -> None:
    out = console()
    if out.width >= ROOMY:
        _in_columns(redeems, out, to)
        return
    for redeem in redeems:
        state = state_of(redeem)
        out.print(
            to.moment(redeem.created_at),
            cell(f"{state:8}", STYLES[state]),
            cell(redeem.redeem_id),
            soft_wrap=True,
        )
        whose = ["customer " + redeem.customer_id, *map(item_name, redeem.lines)]
        where = f"store {_where(redeem)}" if redeem.store_id else ""
        for text in filter(None, [*whose, where]):
            out.print(cell(f"    {text}"), soft_wrap=True)


def _where(redeem: Redeem) -> str:
    return " / ".join(filter(None, [redeem.store_id, redeem.register_id]))


def _in_columns(redeems: Sequence[Redeem], out: Console, to: Reader) -> None:
    headings = ["Begun", "State", "Redeem", "Customer", "Store", "Items"]
    shown = table(headings, headings[:3])
    for redeem in redeems:
        state = state_of(redeem)
        shown.add_row(
            to.moment(redeem.created_at),
            cell(state, STYLES[state]),
            cell(redeem.redeem_id),
            cell(redeem.customer_id),
            cell(_where(redeem)),
            cell(", ".join(map(item_name, redeem.lines))),
        )
    out.print(shown)


def show_one(config_path: Path, redeem_id: str, as_json_: bool) -> None:
    """Tell all about one redeem: how it stands, its items, and what happened."""
    ledger = opened(config_path)
    journal = ledger.journal
    redeem = the_one(journal, redeem_id)
    to = reads(ledger, redeem.site)
    events = journal.events(redeem)
    if as_json_:
        said = sentence(redeem, events, time.time(), to)
        happenings = [told(event) for event in events]
        click.echo(
            as_json({**record(redeem, to), "sentence": said, "events": happenings})
        )
        return
    out = console()
    standing(redeem, events, out, to)
    out.print()
    _timeline(redeem, events, out, to)


def standing(redeem: Redeem, events: Sequence[Event], out: Console, to: Reader) -> None:
    """Print how a redeem stands, and its items, numbered."""
    now = time.time()
    out.print(cell(sentence(redeem, events, now, to), "bold"))
    out.print()
    _facts(redeem, now, out, to)
    out.print()
    items = table(["No.", "Item", "Known", "Receipt", "Why"])
    for number, line in enumerate(redeem.lines, 1):
        receipt = "" if line.receipt is None else json.dumps(line.receipt, default=str)
        known = STANDING[line.state]
        texts = [str(number), item_name(line), known, receipt, line.reason]
        items.add_row(*map(cell, texts))
    out.print(items)


def _facts(redeem: Redeem, now: float, out: Console, to: Reader) -> None:
    due = next_try(redeem, now)
    facts = {
        "Redeem": redeem.redeem_id,
        "State": state_of(redeem),
        "Site": redeem.site,
        "Customer": redeem.customer_id,
        "Store": redeem.store_id,
        "Register": redeem.register_id,
        "Staff": redeem.staff_id,
        "Begun": to.exact(redeem.created_at),
        "Next try": to.exact(due) if due else "",
        "Attempts": str(redeem.attempts or ""),
    }
    for name, text in facts.items():
        if text:
            out.print(f"{name + ':':10}{visible(text)}", soft_wrap=True)


def _timeline(
    redeem: Redeem, events: Sequence[Event], out: Console, to: Reader
) -> None:
    zone = to.local(redeem.created_at).tzname()
    shown = table([f"When ({zone})", "Took", "Who", "What"], [f"When ({zone})"])
    for one in tries(events):
        for event in one.events:
            when = f"{to.moment(event.at)[:19]}.{int(event.at % 1 * 1000):03}"
            took = "" if event.took_ms is None else f"{event.took_ms} ms"
            what = happened(event)
            if event.line is not None:
                what = f"{item_name(redeem.lines[event.line])}: {what}"
            shown.add_row(when, took, cell(one.who), cell(what))
    out.print(shown)

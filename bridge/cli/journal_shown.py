"""``sitoo-bridge journal list`` and ``show``: finding a redeem, and reading it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from bridge.cli.journal_search import (
    filters,
    finder,
    json_option,
    opened,
    the_one,
    wanted,
)
from bridge.cli.journal_words import (
    STYLES,
    as_json,
    cell,
    console,
    record,
    state_of,
    table,
    told,
    visible,
)
from bridge.cli.options import config_option
from bridge.redeem import Redeem
from bridge.redeem.finder import Filter, Finder, Page
from bridge.redeem.record import Event
from bridge.redeem.story import (
    STANDING,
    happened,
    item_name,
    moment,
    next_try,
    sentence,
    tries,
)


@click.command("list")
@config_option
@filters
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=30,
    show_default=True,
    help="How many redeems to list.",
)
@click.option("--after", metavar="PLACE", default="", help="Go on where a list ended.")
@json_option
def list_command(
    config_path: Path, limit: int, after: str, as_json_: bool, **options: Any
) -> None:
    """List redeems, newest first.

    Where there are more, the last line on standard error says how to go on.  Exit
    status 1: nothing was found.
    """
    meant = wanted(options)
    page = _page(finder(opened(config_path)), meant, limit, after)
    if as_json_:
        found = [record(redeem) for redeem in page.redeems]
        click.echo(as_json({"redeems": found, "more": page.more}))
    elif page.redeems:
        _listed(page.redeems)
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


def _listed(redeems: Sequence[Redeem]) -> None:
    out = console()
    if out.width >= ROOMY:
        _in_columns(redeems, out)
        return
    for redeem in redeems:
        state = state_of(redeem)
        out.print(
            moment(redeem.created_at),
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


def _in_columns(redeems: Sequence[Redeem], out: Console) -> None:
    headings = ["Begun (UTC)", "State", "Redeem", "Customer", "Store", "Items"]
    shown = table(headings, headings[:3])
    for redeem in redeems:
        state = state_of(redeem)
        shown.add_row(
            moment(redeem.created_at).removesuffix(" UTC"),
            cell(state, STYLES[state]),
            cell(redeem.redeem_id),
            cell(redeem.customer_id),
            cell(_where(redeem)),
            cell(", ".join(map(item_name, redeem.lines))),
        )
    out.print(shown)


@click.command("show")
@config_option
@click.argument("redeem_id")
@json_option
def show_command(config_path: Path, redeem_id: str, as_json_: bool) -> None:
    """Tell all about one redeem: how it stands, its items, and what happened.

    REDEEM_ID may be the first digits, as long as no other redeem begins like that.
    """
    journal = opened(config_path).journal
    redeem = the_one(journal, redeem_id)
    events = journal.events(redeem)
    if as_json_:
        said = sentence(redeem, events, time.time())
        happenings = [told(event) for event in events]
        click.echo(as_json({**record(redeem), "sentence": said, "events": happenings}))
        return
    out = console()
    standing(redeem, events, out)
    out.print()
    _timeline(redeem, events, out)


def standing(redeem: Redeem, events: Sequence[Event], out: Console) -> None:
    """Print how a redeem stands, and its items, numbered."""
    now = time.time()
    out.print(cell(sentence(redeem, events, now), "bold"))
    out.print()
    _facts(redeem, now, out)
    out.print()
    items = table(["No.", "Item", "Known", "Receipt", "Why"])
    for number, line in enumerate(redeem.lines, 1):
        receipt = "" if line.receipt is None else json.dumps(line.receipt, default=str)
        known = STANDING[line.state]
        texts = [str(number), item_name(line), known, receipt, line.reason]
        items.add_row(*map(cell, texts))
    out.print(items)


def _facts(redeem: Redeem, now: float, out: Console) -> None:
    due = next_try(redeem, now)
    facts = {
        "Redeem": redeem.redeem_id,
        "State": state_of(redeem),
        "Site": redeem.site,
        "Customer": redeem.customer_id,
        "Store": redeem.store_id,
        "Register": redeem.register_id,
        "Staff": redeem.staff_id,
        "Begun": moment(redeem.created_at),
        "Next try": moment(due) if due else "",
        "Attempts": str(redeem.attempts or ""),
    }
    for name, text in facts.items():
        if text:
            out.print(f"{name + ':':10}{visible(text)}", soft_wrap=True)


def _timeline(redeem: Redeem, events: Sequence[Event], out: Console) -> None:
    shown = table(["When (UTC)", "Took", "Who", "What"], ["When (UTC)"])
    for one in tries(events):
        for event in one.events:
            when = f"{moment(event.at)[:19]}.{int(event.at % 1 * 1000):03}"
            took = "" if event.took_ms is None else f"{event.took_ms} ms"
            what = happened(event)
            if event.line is not None:
                what = f"{item_name(redeem.lines[event.line])}: {what}"
            shown.add_row(when, took, cell(one.who), cell(what))
    out.print(shown)

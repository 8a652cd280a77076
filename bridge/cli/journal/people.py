"""``sitoo-bridge journal people``: who did what, and who was refused."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bridge.cli.journal.search import opened, reads, said_something
from bridge.cli.journal.words import STYLES, as_json, cell, console, table
from bridge.language import Reader
from bridge.redeem.desk.deeds import KIND, Deed, Deeds, Some
from bridge.redeem.desk.phrases import DONE
from bridge.redeem.desk.records import iso, local_iso, state_of


def people(
    config_path: Path,
    person: str | None,
    kind: str | None,
    limit: int,
    after: str,
    as_json_: bool,
) -> None:
    """List what people did, newest first."""
    whose, ledger = said_something("person", person), opened(config_path)
    found = _page(Deeds(ledger.journal), whose, kind or "", limit, after)
    to = reads(ledger)
    about = list(dict.fromkeys(one.redeem_id for one in found.deeds if one.redeem_id))
    redeems = ledger.journal.indexes.load_many(about)
    states = {redeem.redeem_id: state_of(redeem) for redeem in redeems}
    if as_json_:
        deeds = [_record(one, states, to) for one in found.deeds]
        click.echo(as_json({"deeds": deeds, "more": found.more}))
    elif found.deeds:
        _listed(found.deeds, states, to)
    else:
        click.echo("sitoo-bridge: Nothing was found.", err=True)
    if found.more and not as_json_:
        click.echo(f"There may be more: --after {found.more}", err=True)
    if not found.deeds:
        raise click.exceptions.Exit(1)


def _page(deeds: Deeds, person: str, kind: str, limit: int, after: str) -> Some:
    """Look on until there are enough: a terminal is more patient than a browser."""
    found: list[Deed] = []
    while True:
        try:
            some = deeds.page(limit - len(found), person, kind, after)
        except ValueError:
            raise click.BadParameter(
                "There is no such place in the list.", param_hint="--after"
            ) from None
        found += some.deeds
        after = some.more
        if len(found) == limit or not after:
            return Some(found, after)


def _listed(deeds: Sequence[Deed], states: Table[str, str], to: Reader) -> None:
    headings = ["When", "Who", "What", "Redeem", "Now"]
    shown = table(headings, [headings[0], headings[3]])
    for one in deeds:
        state = states.get(one.redeem_id, "")
        shown.add_row(
            to.moment(one.at),
            cell(one.who),
            cell(DONE[one.what]),
            cell(one.redeem_id),
            cell(state, STYLES.get(state, "")),
        )
    console().print(shown)


def _record(deed: Deed, states: Table[str, str], to: Reader) -> dict[str, Any]:
    return {
        "at": iso(deed.at),
        "local_time": local_iso(deed.at, to),
        "who": deed.who,
        "what": deed.what,
        "kind": KIND[deed.what],
        "redeem_id": deed.redeem_id or None,
        "state": states.get(deed.redeem_id),
    }

"""``sitoo-bridge journal audit``: whether the CRM says what the journal says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import click

from bridge.cli.journal import OUT_OF_REACH
from bridge.cli.journal.search import (
    finder,
    opened,
    reads,
    span,
    wanted,
)
from bridge.cli.journal.words import (
    as_json,
    cell,
    console,
    followed,
    table,
)
from bridge.ledger import Ledger
from bridge.redeem import Redeem
from bridge.redeem.desk.records import Clocks, iso, local_iso, unread, visible
from bridge.redeem.desk.story import item_name
from bridge.redeem.desk.verdict import Judged, Verdict

GIVE_UP_AFTER = 20
"""So many questions without an answer, one after the other: the CRM is away."""


@dataclass
class Report:
    """What an audit has found."""

    counted: Counter[Verdict] = field(default_factory=Counter)
    disagreements: list[Judged] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    """Why items were not compared, and how many for each reason."""

    unread: list[str] = field(default_factory=list)
    """Ids of redeems that are there and cannot be read."""

    stopped: str = ""
    """Why it did not get to the end."""

    @property
    def status(self) -> int:
        """Return the exit status."""
        if self.disagreements or self.unread:
            return 1
        unanswered = self.stopped or self.counted[Verdict.NO_ANSWER]
        return OUT_OF_REACH if unanswered else 0


def audit(config_path: Path, rate: float, as_json_: bool, **options: Any) -> None:
    """Ask the CRM whether the journal is right, and report every disagreement."""
    ledger = opened(config_path)
    meant = wanted(options, ledger)
    to = partial(reads, ledger)
    report = Report()
    found = finder(ledger).all(meant, report.unread)
    # takes the progress bar away, however far it came
    with closing(followed(found, span(ledger, meant), to)) as shown:
        _compare(_judged(config_path, ledger, rate, shown), report)
    if as_json_:
        click.echo(as_json(_record(report, to)))
    else:
        _print(report, to)
    raise click.exceptions.Exit(report.status)


def _judged(
    config_path: Path, ledger: Ledger, rate: float, found: Iterator[Redeem]
) -> Iterator[Judged]:
    """Ask about what is found, and load nothing to ask with where nothing is."""
    for first in found:
        from bridge.cli.journal.asking import judged

        yield from judged(config_path, ledger, rate, chain([first], found))


def _compare(judged: Iterable[Judged], report: Report) -> None:
    silent = 0
    try:
        for one in judged:
            report.counted[one.verdict] += 1
            if one.why:
                report.reasons[one.why] += 1
            if one.verdict.disagrees:
                report.disagreements.append(one)
            silent = silent + 1 if one.verdict is Verdict.NO_ANSWER else 0
            if silent == GIVE_UP_AFTER:
                report.stopped = "The CRM does not answer: the audit gave up."
                break
    except KeyboardInterrupt:
        report.stopped = "The audit was interrupted."


def _print(report: Report, to: Clocks) -> None:
    if report.disagreements:
        headings = ["Begun", "Redeem", "Item", "Reference", "Disagreement"]
        shown = table(headings, ["Redeem"])
        for one in report.disagreements:
            begun = to(one.redeem.site).exact(one.redeem.created_at)
            texts = [begun, one.redeem.redeem_id, item_name(one.line), one.ref]
            shown.add_row(*map(cell, [*texts, one.verdict.value]))
        console().print(shown)
    compared = report.counted[Verdict.AGREES] + len(report.disagreements)
    click.echo(f"{compared} items compared, {len(report.disagreements)} disagreements.")
    for why, count in report.reasons.most_common():
        click.echo(f"{count} items not compared: {visible(why)}")
    if report.unread:
        click.echo(f"sitoo-bridge: {unread(report.unread)}", err=True)
    if report.stopped:
        click.echo(f"sitoo-bridge: {report.stopped}", err=True)


def _record(report: Report, to: Clocks) -> dict[str, Any]:
    return {
        "agreements": report.counted[Verdict.AGREES],
        "disagreements": [
            {
                "redeem_id": one.redeem.redeem_id,
                "site": one.redeem.site,
                "created_at": iso(one.redeem.created_at),
                "local_time": local_iso(one.redeem.created_at, to(one.redeem.site)),
                "kind": one.line.kind.value,
                "id": one.line.item_id,
                "ref": one.ref,
                "journal": one.line.state.value,
                "crm": "spent" if one.verdict is Verdict.SPENT else "not spent",
            }
            for one in report.disagreements
        ],
        "not_compared": dict(report.reasons),
        "unread": report.unread,
        "unanswered": report.counted[Verdict.NO_ANSWER],
        "stopped": report.stopped,
    }

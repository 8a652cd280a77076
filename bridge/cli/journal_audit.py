"""``sitoo-bridge journal audit``: whether the CRM says what the journal says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from bridge.cli.journal import OUT_OF_REACH
from bridge.cli.journal_search import (
    filters,
    finder,
    json_option,
    opened,
    span,
    wanted,
)
from bridge.cli.journal_words import (
    as_json,
    cell,
    console,
    followed,
    iso,
    table,
    visible,
)
from bridge.cli.options import config_option
from bridge.redeem.audit import Audit, Judged, Pace, Verdict
from bridge.redeem.story import item_name

GIVE_UP_AFTER = 20
"""So many questions without an answer, one after the other: the CRM is away."""


@dataclass
class Report:
    """What an audit has found."""

    counted: Counter[Verdict] = field(default_factory=Counter)
    disagreements: list[Judged] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    """Why items were not compared, and how many for each reason."""

    stopped: str = ""
    """Why it did not get to the end."""

    @property
    def status(self) -> int:
        """Return the exit status."""
        if self.disagreements:
            return 1
        unanswered = self.stopped or self.counted[Verdict.NO_ANSWER]
        return OUT_OF_REACH if unanswered else 0


@click.command("audit")
@config_option
@filters
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    default=5.0,
    show_default=True,
    metavar="N",
    help="How many questions a second the CRM is asked at most.",
)
@json_option
def audit_command(
    config_path: Path, rate: float, as_json_: bool, **options: Any
) -> None:
    """Ask the CRM whether the journal is right, and report every disagreement.

    Asks about each item of each settled redeem, under the reference that it was
    redeemed with, and changes nothing.  Exit status 1: there are disagreements; 3:
    there are none so far, but the CRM did not answer all questions.
    """
    meant = wanted(options)
    parts = opened(config_path)
    found = followed(finder(parts).all(meant), span(parts, meant))
    audit = Audit(parts.journal, parts.sites, Pace(rate))
    with closing(found):  # takes the progress bar away, however far it came
        report = _report(audit.judge(found))
    if as_json_:
        click.echo(as_json(_record(report)))
    else:
        _print(report)
    raise click.exceptions.Exit(report.status)


def _report(judged: Iterable[Judged]) -> Report:
    report, silent = Report(), 0
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
    return report


def _print(report: Report) -> None:
    if report.disagreements:
        headings = ["Begun (UTC)", "Redeem", "Item", "Reference", "Disagreement"]
        shown = table(headings, ["Redeem"])
        for one in report.disagreements:
            begun = (iso(one.redeem.created_at) or "")[:19].replace("T", " ")
            texts = [begun, one.redeem.redeem_id, item_name(one.line), one.ref]
            shown.add_row(*map(cell, [*texts, one.verdict.value]))
        console().print(shown)
    compared = report.counted[Verdict.AGREES] + len(report.disagreements)
    click.echo(f"{compared} items compared, {len(report.disagreements)} disagreements.")
    for why, count in report.reasons.most_common():
        click.echo(f"{count} items not compared: {visible(why)}")
    if report.stopped:
        click.echo(f"sitoo-bridge: {report.stopped}", err=True)


def _record(report: Report) -> dict[str, Any]:
    return {
        "agreements": report.counted[Verdict.AGREES],
        "disagreements": [
            {
                "redeem_id": one.redeem.redeem_id,
                "site": one.redeem.site,
                "created_at": iso(one.redeem.created_at),
                "kind": one.line.kind.value,
                "id": one.line.item_id,
                "ref": one.ref,
                "journal": one.line.state.value,
                "crm": "spent" if one.verdict is Verdict.SPENT else "not spent",
            }
            for one in report.disagreements
        ],
        "not_compared": dict(report.reasons),
        "unanswered": report.counted[Verdict.NO_ANSWER],
        "stopped": report.stopped,
    }

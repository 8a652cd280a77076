"""``sitoo-bridge check``: everything that could be wrong, found before a cashier does.

Goes on as far as it can: a wrong line about one site does not hide that another site's
CRM is out of reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from bridge.app import create_site
from bridge.cli.options import config_option
from bridge.config import Draft, SiteConfig, plain_secrets, read_draft
from bridge.deadline import Deadline
from bridge.errors import (
    AccessRefused,
    BridgeError,
    Elsewhere,
    JournalError,
    Missing,
    Unavailable,
)
from bridge.model import Context
from bridge.redeem import RedeemSettings, open_journal
from bridge.redeem.connection import RedisSettings, without_password
from bridge.redeem.durability import findings

PATIENCE_SECONDS = 5.0
"""How long a CRM may take: longer than a cashier would wait, not much."""

MARKS = {
    "fine": click.style("ok     ", fg="green"),
    "warning": click.style("warning", fg="yellow"),
    "problem": click.style("problem", fg="red"),
}

NOT_THIS = "Correct upstream.url: something answers there, but not this API."

ADVICE = {
    AccessRefused: "Correct upstream.auth, or what the CRM allows this account.",
    Missing: NOT_THIS,
    Elsewhere: NOT_THIS,
    Unavailable: "Look at upstream.url, at the network, and at the CRM itself.",
    BridgeError: "Look at upstream.url; with log_wire: true, `serve` logs the answer.",
}
"""What to do about a CRM that does not answer as it should."""


@dataclass(frozen=True)
class Line:
    """One thing that was looked at."""

    verdict: Literal["fine", "warning", "problem"]
    text: str


@click.command("check")
@config_option
def command(config_path: Path) -> None:
    """Say what is wrong with the configuration, Redis and the CRMs.

    All of it at once, each with what to do.  Nothing is changed anywhere.  Exit
    status 1: there are problems.
    """
    draft = read_draft(config_path)
    lines = [*_configuration(config_path, draft), *_reach(draft)]
    for line in lines:
        click.echo(f"{MARKS[line.verdict]} {line.text}")
    problems = sum(line.verdict == "problem" for line in lines)
    if problems:
        click.echo(f"\n{problems} to mend.", err=True)
        raise click.exceptions.Exit(1)


def _configuration(path: Path, draft: Draft) -> Iterator[Line]:
    for problem in draft.problems:
        yield Line("problem", problem)
    for place in plain_secrets(draft):
        yield Line("warning", f"{place}: is written out: use env:NAME or file:PATH")
    if not draft.problems:
        names = ", ".join(site.name for site in draft.sites)
        yield Line("fine", f"{path} (sites: {names})")


def _reach(draft: Draft) -> Iterator[Line]:
    """Ask Redis and all CRMs at the same time."""
    with ThreadPoolExecutor() as pool:
        crms = pool.map(_crm, draft.sites)
        redis = draft.sections["redis"]
        if redis is not None:
            yield from _redis(redis, draft.sections["redeem"] or RedeemSettings())
        for lines in crms:
            yield from lines


def _redis(settings: RedisSettings, redeem: RedeemSettings) -> Iterator[Line]:
    where = f"redis: {without_password(settings.url)}"
    try:
        found = findings(open_journal(settings, redeem).store.client, settings)
    except JournalError as error:
        why = type(error.__cause__ or error).__name__
        text = f"cannot be reached ({why}): start it, or correct redis.url"
        yield Line("problem", f"{where} {text}")
        return
    yield Line("fine", f"{where} answers")
    for finding in found:
        yield Line("fine" if finding.ok else "problem", f"redis: {finding.text}")


def _crm(config: SiteConfig) -> list[Line]:
    where = f"sites.{config.name}"
    site = create_site(config, config.mapping_class)
    mapping = site.mapping(Context(site=config.name), Deadline(PATIENCE_SECONDS))
    try:
        mapping.probe()
        problems = mapping.problems()
    except BridgeError as error:
        problems = [_told(error)]
    if problems:
        return [Line("problem", f"{where}: {problem}") for problem in problems]
    return [Line("fine", f"{where}: {mapping.title} answers at {config.upstream.url}")]


def _told(error: BridgeError) -> str:
    """Say what is wrong, and what to do: a mapping's own kind of error says both."""
    if type(error).__module__ != BridgeError.__module__:
        return error.errortext
    advice = next(text for kind, text in ADVICE.items() if isinstance(error, kind))
    return f"{error.errortext} {advice}"

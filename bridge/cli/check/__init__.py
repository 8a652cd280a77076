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

from bridge.cli.check.exposure import exposed
from bridge.cli.check.live import Tryout
from bridge.cli.check.stand_ins import stand_ins
from bridge.cli.options import config_option
from bridge.config import Draft, SiteConfig, read_draft
from bridge.deadline import Deadline
from bridge.errors import (
    AccessRefused,
    BridgeError,
    Elsewhere,
    JournalError,
    Missing,
    Unavailable,
    Untrusted,
)
from bridge.model import Context
from bridge.parts import create_site
from bridge.redeem import RedeemSettings, open_journal, rehearse
from bridge.redeem.journal.server.complaints import answered, mend
from bridge.redeem.journal.server.durability import findings
from bridge.redeem.journal.server.settings import RedisSettings, without_password
from bridge.site import System
from bridge.upstream import UpstreamSettings

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
    Untrusted: "Put its authority into upstream.ca_file, or mend the certificate.",
    Unavailable: "Look at upstream.url, at the network, and at the CRM itself.",
    BridgeError: "Look at upstream.url; with log_wire: true, `serve` logs the answer.",
}
"""What to do about a CRM that does not answer as it should."""

IN_OPTIONS = (
    "Correct the credentials under options, or set upstream.auth: there is none."
)
"""The same where the bridge itself sends no credentials."""


@dataclass(frozen=True)
class Line:
    """One thing that was looked at."""

    verdict: Literal["fine", "warning", "problem"]
    text: str


@click.command("check")
@config_option
@click.option(
    "--live",
    metavar="SITE:KEY_TYPE:KEY",
    help="Also try the site's CRM out on one customer: shop:member_number:10012.",
)
@click.option(
    "--redeem",
    metavar="KIND:ID",
    help="With --live, also redeem this customer's item, and give it back: "
    "promotion:ID or bonus_check:ID, as --live lists them.",
)
def command(config_path: Path, live: str | None, redeem: str | None) -> None:
    """Say what is wrong with the configuration, Redis and the CRMs.

    All of it at once, each with what to do.  Nothing is changed but in Redis, where a
    redeem is rehearsed under keys of its own, and where an item is named to be
    redeemed.  Exit status 1: there are problems.
    """
    tryout = Tryout.read(live, redeem)
    draft = read_draft(config_path)
    lines = [*_configuration(config_path, draft), *_reach(draft)]
    if tryout:
        lines += [Line(*said) for said in tryout.run(draft.sites)]
    lines += _telemetry(draft)
    for line in lines:
        click.echo(f"{MARKS[line.verdict]} {line.text}")
    problems = sum(line.verdict == "problem" for line in lines)
    if problems:
        click.echo(f"\n{problems} to mend.", err=True)
        raise click.exceptions.Exit(1)


def _configuration(path: Path, draft: Draft) -> Iterator[Line]:
    for problem in draft.problems:
        yield Line("problem", problem)
    for clash in stand_ins():
        yield Line("problem", clash)
    for warning in exposed(path, draft):
        yield Line("warning", warning)
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
    """Rehearse a redeem, and ask what could be lost."""
    where = f"redis: {without_password(settings.url)}"
    journal = open_journal(settings, redeem)
    try:
        rehearse(journal)
    except JournalError as error:
        what = "takes no redeem" if answered(error) else "cannot be reached"
        yield Line("problem", f"{where} {what} ({error.complaint}): {mend(error)}")
        if not answered(error):
            return
    else:
        yield Line("fine", f"{where} takes redeems")
    try:
        found = findings(journal.store.client, settings)
    except JournalError as error:
        text = f"tells nothing of itself ({error.complaint}): {mend(error)}"
        yield Line("problem", f"{where} {text}")
        return
    for finding in found:
        yield Line("fine" if finding.ok else "problem", f"redis: {finding.text}")


def _telemetry(draft: Draft) -> Iterator[Line]:
    """Send the collector nothing: it says whether it would take something."""
    settings = draft.sections["telemetry"]
    if settings is None or not settings.traces:
        return
    from bridge.traces.export import endpoint, takes_spans

    where = f"telemetry: {endpoint()}"
    try:
        taken = takes_spans()
    except Exception as error:
        why = f"something in OTEL_* cannot be used ({type(error).__name__})"
        yield Line("problem", f"{where}: {why}: correct the environment")
        return
    if taken:
        yield Line("fine", f"{where} takes traces")
    else:
        mend = "start it, or correct OTEL_EXPORTER_OTLP_ENDPOINT. No till waits for it."
        yield Line("warning", f"{where} takes no traces: {mend}")


def _crm(config: SiteConfig) -> list[Line]:
    """Ask every system of a site."""
    systems = create_site(config, config.mapping_class).systems()
    return [
        line
        for name, system in systems.items()
        for line in _system(f"sites.{name}", config.name, system)
    ]


def _system(where: str, site: str, system: System) -> list[Line]:
    mapping = system.mapping(Context(site=site), Deadline(PATIENCE_SECONDS))
    try:
        mapping.probe()
        problems = mapping.problems()
    except BridgeError as error:
        problems = [_told(error, system.gateway.settings)]
    if problems:
        return [Line("problem", f"{where}: {problem}") for problem in problems]
    url = system.gateway.settings.url
    return [Line("fine", f"{where}: {mapping.title} answers at {url}")]


def _told(error: BridgeError, settings: UpstreamSettings) -> str:
    """Say what is wrong, and what to do: a mapping's own kind of error says both."""
    if not type(error).__module__.startswith("bridge.errors"):
        return error.for_support
    if isinstance(error, AccessRefused) and settings.auth is None:
        return f"{error.for_support} {IN_OPTIONS}"
    advice = next(text for kind, text in ADVICE.items() if isinstance(error, kind))
    if isinstance(error, Untrusted):
        advice = f"OpenSSL says: {error.reason}. {advice}"
    return f"{error.for_support} {advice}"

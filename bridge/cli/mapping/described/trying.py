"""``sitoo-bridge mapping try``: one read, beside what it took."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bridge.cli.mapping.described.exchanges import Exchange, watched
from bridge.cli.mapping.described.file import described, file_argument
from bridge.cli.mapping.described.reading import READS, answered, given, site_of
from bridge.cli.options import config_option
from bridge.deadline import Deadline
from bridge.mapping import offers
from bridge.model import Context
from bridge.upstream import Gateway

SECONDS = 8.0


@click.command("try")
@file_argument
@click.argument("verb", type=click.Choice([*READS]))
@click.argument("what", nargs=-1)
@config_option
@click.option("--site", help="Whose CRM is asked; by default the only site's.")
def attempt(
    file: Path, verb: str, what: tuple[str, ...], config_path: Path, site: str | None
) -> None:
    """Read something as FILE says: `try crm.yaml get 123`, `search email a@b.se`.

    Shows each request and answer, with nobody's data in it, and beside them what the
    POS would be answered, in full.  It only reads.
    """
    mapping, options = described(file)
    config = site_of(config_path, site)
    if not offers(mapping, verb):
        raise click.ClickException(f"{file} has no {verb}.")
    asked = given(verb, what, config.country)
    gateway = Gateway(config.name, config.upstream, mapping.signals)
    context = Context(site=config.name)
    upstream = gateway.at(Deadline(SECONDS), context)
    exchanges = watched(upstream)
    made = mapping(options, upstream, context)
    upstream.explain = made.explain
    try:
        answer, left_out, failed = answered(made, verb, asked, config.country)
    finally:
        gateway.close()
    for note in left_out:
        click.echo(f"note: {note}", err=True)
    for one in exchanges:
        _show(one)
    click.echo(click.style("the POS is answered", bold=True))
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    if failed:
        raise click.exceptions.Exit(1)


def _show(exchange: Exchange) -> None:
    click.echo(click.style(exchange.request, bold=True))
    for line in exchange.sent, exchange.answer:
        if line:
            click.echo(f"  {line}")

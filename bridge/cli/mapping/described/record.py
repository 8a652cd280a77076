"""``sitoo-bridge mapping record``: a staging CRM read once, and kept as a test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from bridge.cli.mapping.described.file import described, file_argument
from bridge.cli.mapping.described.reading import key_of, site_of
from bridge.cli.mapping.described.session import Session
from bridge.cli.options import FilePath, config_option
from bridge.conformance.cases.reading import STRANGERS
from bridge.conformance.cases.refusing import NOBODY
from bridge.model import ItemKind, SearchKeyType

NEXT = """
Next: read it through before you give it to anybody, and keep it beside the file.

  $ sitoo-bridge mapping check {file} --recorded {path}"""

ITEMS = {
    "promotions": (ItemKind.PROMOTION, "promotion_id"),
    "bonus_checks": (ItemKind.BONUS_CHECK, "bonus_check_id"),
}


@click.command("record")
@file_argument
@click.option("--key", "keys", multiple=True, required=True, metavar="KIND:KEY")
@click.option("--lookup", "lookups", multiple=True, metavar="KIND:KEY")
@config_option
@click.option("--site", help="Whose CRM is asked; by default the only site's.")
@click.option(
    "--output",
    type=FilePath(dir_okay=False),
    help="Where it is kept: by default beside FILE, as NAME.recorded.json.",
)
def record(
    file: Path,
    keys: tuple[str, ...],
    lookups: tuple[str, ...],
    config_path: Path,
    site: str | None,
    output: Path | None,
) -> None:
    """Read a staging CRM as FILE says, and keep what it answers as a test.

    Reads all that FILE offers of the customer whom a --key finds (`email:a@b.se`), of
    nobody, and of each --lookup.  It only reads.  Every name, number, id and date is
    replaced before anything is written.  Exit status 1: nothing was written.
    """
    made, options = described(file)
    config = site_of(config_path, site)
    wanted = [_key(one, config.country) for one in keys]
    looked_up = [_key(one, config.country) for one in lookups]
    session = Session(made, options, config)
    with closing(session.gateway):
        for verb, *given in _reads(session, wanted, looked_up):
            session.read(verb, *given)
    recording, notes = session.scrubbed()
    path = output or file.with_suffix(".recorded.json")
    recording.save(path)
    for note in notes:
        click.echo(f"note: {note}", err=True)
    for read in recording.reads:
        click.echo(f"  {read.verb}: {len(read.asked)} requests")
    click.echo(f"{path}\n{NEXT.format(file=file, path=path)}")


def _key(text: str, country: str) -> tuple[str, str]:
    kind, _, key = text.partition(":")
    if kind not in [*SearchKeyType] or not key:
        known = ", ".join(SearchKeyType)
        raise click.UsageError(f"a key is KIND:KEY, of {known}")
    return kind, key_of(kind, key, country).key


def _reads(
    session: Session, keys: list[tuple[str, str]], lookups: list[tuple[str, str]]
) -> Iterator[tuple[str, ...]]:
    """Yield what is read; what later reads need, the earlier ones have found."""
    for verb in "probe", "consents", "additional_options":
        yield (verb,)
    for kind, key in keys:
        yield "search", kind, key
        yield "search", kind, STRANGERS[kind]
    card = session.found()
    customer_id = str(card["customer_id"])
    for verb in "get", "transactions":
        yield verb, customer_id
        yield verb, NOBODY
    for kind, key in lookups:
        yield "lookup", kind, key
        yield "lookup", kind, STRANGERS[kind]
    for name, (item, id_name) in ITEMS.items():
        for one in (card.get(name) or ())[:1]:
            yield "find_receipt", item, str(one[id_name]), customer_id, uuid.uuid4().hex

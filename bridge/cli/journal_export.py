"""``sitoo-bridge journal export``: redeems for a spreadsheet or another program."""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from bridge.cli.journal_search import filters, finder, opened, span, wanted
from bridge.cli.journal_words import as_json, followed, record, visible
from bridge.cli.options import config_option
from bridge.redeem import Redeem

FORMULA = ("=", "+", "-", "@")
"""How what a spreadsheet would calculate begins."""

ITEM = ("kind", "id", "state", "ref", "receipt", "reason")


@click.command("export")
@config_option
@filters
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="One redeem a line as JSON, or one item a line for a spreadsheet.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write this file, once all is there; else to standard output.",
)
def export_command(
    config_path: Path, form: str, output: Path | None, **options: Any
) -> None:
    """Write redeems into a file, newest first, however many there are.

    In CSV an apostrophe stands before whatever a spreadsheet would take for a formula.
    No redeems make an empty file, and exit status 0.
    """
    meant = wanted(options)
    parts = opened(config_path)
    found = followed(finder(parts).all(meant), span(parts, meant))
    with _opened(output) as file:
        count = (_jsonl if form == "jsonl" else _csv)(found, file)
    click.echo(f"exported {count}", err=True)


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    """Open what to write to, and say what the system has against it."""
    if output is None:
        yield sys.stdout
        return
    try:
        with _whole(output) as file:
            yield file
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise click.FileError(str(output), why) from None


@contextmanager
def _whole(output: Path) -> Iterator[TextIO]:
    """Let a file take its place when it is whole; a device or a pipe is written to."""
    if output.exists() and not output.is_file():
        with output.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        os.replace(name, output)
    except BaseException:
        os.unlink(name)
        raise


def _jsonl(found: Iterable[Redeem], file: TextIO) -> int:
    count = 0
    for redeem in found:
        file.write(as_json(record(redeem), indent=None) + "\n")
        count += 1
    return count


def _csv(found: Iterable[Redeem], file: TextIO) -> int:
    rows, count = csv.writer(file, lineterminator="\n"), 0
    for count, redeem in enumerate(found, 1):
        said = record(redeem)
        items = said.pop("items")
        if count == 1:
            rows.writerow([*said, *(f"item_{name}" for name in ITEM)])
        for item in items:
            item["receipt"] = json.dumps(item["receipt"], default=str)
            cells = [*said.values(), *(item[name] for name in ITEM)]
            rows.writerow(["" if one is None else _cell(str(one)) for one in cells])
    return count


def _cell(text: str) -> str:
    shown = visible(text)
    return f"'{shown}" if shown.startswith(FORMULA) else shown

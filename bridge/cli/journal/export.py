"""``sitoo-bridge journal export``: redeems for a spreadsheet or another program."""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import click

from bridge.cli.journal.search import finder, opened, reads, span, wanted
from bridge.cli.journal.words import as_json, followed
from bridge.redeem import Redeem
from bridge.redeem.desk.records import (
    COLUMNS,
    NOT_WHOLE,
    Clocks,
    cells,
    cut_off,
    record,
    unread,
)


def export(config_path: Path, form: str, output: Path | None, **options: Any) -> None:
    """Write redeems into a file, newest first, however many there are."""
    ledger = opened(config_path)
    meant = wanted(options, ledger)
    to = partial(reads, ledger)
    missing: list[str] = []
    found = followed(finder(ledger).all(meant, missing), span(ledger, meant), to)
    with _opened(output) as file:
        count = (_jsonl if form == "jsonl" else _csv)(found, file, to, missing)
    click.echo(f"exported {count}", err=True)
    if missing:
        click.echo(f"sitoo-bridge: {unread(missing)}", err=True)
        raise click.exceptions.Exit(1)


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


def _jsonl(
    found: Iterable[Redeem], file: TextIO, to: Clocks, missing: Sequence[str]
) -> int:
    def write(said: dict[str, Any]) -> None:
        file.write(as_json(said, indent=None) + "\n")

    count = 0
    with _told(lambda said: write({"error": said}), missing):
        for redeem in found:
            write(record(redeem, to(redeem.site)))
            count += 1
    return count


def _csv(
    found: Iterable[Redeem], file: TextIO, to: Clocks, missing: Sequence[str]
) -> int:
    rows, count = csv.writer(file, lineterminator="\n"), 0
    with _told(lambda said: rows.writerow(cut_off(said)), missing):
        for count, redeem in enumerate(found, 1):
            if count == 1:
                rows.writerow(COLUMNS)
            rows.writerows(cells(redeem, to(redeem.site)))
    return count


@contextmanager
def _told(write: Callable[[str], object], missing: Sequence[str]) -> Iterator[None]:
    """Let a last line say it when what is written meanwhile is not whole."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            write(NOT_WHOLE)
        raise
    if missing:
        write(unread(missing))

"""``sitoo-bridge mapping check`` and ``schema``: whether a file is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args, get_type_hints

import click

from bridge.cli.mapping.described.file import REST, described, file_argument
from bridge.cli.mapping.described.recording import Recording
from bridge.cli.mapping.described.replay import differences
from bridge.cli.mapping.features import NOT_OFFERED, features
from bridge.cli.options import FilePath
from bridge.config.json_schema import json_schema
from bridge.config.mappings import find_mapping


@click.command("check")
@file_argument
@click.option(
    "--recorded",
    type=FilePath(dir_okay=False),
    help="What `mapping record` has kept: the file must ask and show the same.",
)
def check(file: Path, recorded: Path | None) -> None:
    """Say what is wrong with FILE, which describes a CRM, or what it offers.

    Nothing is asked of the CRM.  Exit status 2: there are problems, each with its line;
    1: it does otherwise than was recorded.
    """
    made, options = described(file)
    recording = Recording.load(recorded) if recorded else None
    click.echo(f"{file}: {made.title}")
    for name, offered in features(made).items():
        if offered != NOT_OFFERED:
            click.echo(f"  {name}: {offered}")
    if recording is None:
        return
    found = [*differences(recording, made, options)]
    for one in found:
        click.echo(f"{recorded}: {one}", err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo(f"{recorded}: {len(recording.reads)} reads are as recorded")


@click.command("schema")
def schema() -> None:
    """Print the JSON Schema of such files, for editors."""
    options: Any = find_mapping(REST).Options
    (kind,) = get_args(get_type_hints(options)["file"])
    click.echo(json.dumps(json_schema(kind), indent=2))

"""``sitoo-bridge mapping list``: what each mapping offers."""

from __future__ import annotations

import json
from collections.abc import Mapping as Table

import click
from rich.console import Console
from rich.table import Table as RichTable

from bridge.cli.mapping.features import NOT_OFFERED, as_rst, features, table
from bridge.config.mappings import find_mapping, mapping_names
from bridge.errors import ConfigError
from bridge.mapping import Mapping
from bridge.site import paired


@click.command("list")
@click.argument("names", nargs=-1)
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--rst", "form", flag_value="rst", help="Print a table for a README.")
def list_mappings(names: tuple[str, ...], form: str | None) -> None:
    """Say what each installed mapping offers, or those that are named.

    A site with two systems is named by both, customers first: demo+voucherify.

    It is derived from the verbs that a mapping overrides.  Exit status 1: a mapping
    cannot be imported.
    """
    found, problems = _found(names or tuple(mapping_names()))
    if form == "json":
        click.echo(json.dumps([_as_json(*one) for one in found.items()], indent=2))
    elif form == "rst":
        click.echo(as_rst(table(found)))
    else:
        _print(found)
    for problem in problems:
        click.echo(f"sitoo-bridge: {problem}", err=True)
    if problems:
        raise click.exceptions.Exit(1)


def _found(names: tuple[str, ...]) -> tuple[dict[str, type[Mapping]], list[str]]:
    """Import mappings; return them by name, and what is wrong with the others."""
    found: dict[str, type[Mapping]] = {}
    problems: list[str] = []
    for name in names:
        try:
            halves = [find_mapping(half) for half in name.split("+", 1)]
            found[name] = paired(*halves) if len(halves) == 2 else halves[0]
        except ConfigError as error:
            problems += error.problems
    return found, problems


def _as_json(name: str, mapping: type[Mapping]) -> dict[str, object]:
    return {
        "name": name,
        "title": getattr(mapping, "title", name),
        "class": f"{mapping.__module__}.{mapping.__qualname__}",
        "features": features(mapping),
    }


def _print(mappings: Table[str, type[Mapping]]) -> None:
    (_, *names), *rows = table(mappings)
    shown = RichTable(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    shown.add_column("")
    for name in names:
        shown.add_column(f"{name}\n{getattr(mappings[name], 'title', '')}")
    for label, *cells in rows:
        shown.add_row(label, *(_styled(cell) for cell in cells))
    Console(highlight=False).print(shown)


def _styled(cell: str) -> str:
    return f"[dim]{cell}[/]" if cell == NOT_OFFERED else f"[green]{cell}[/]"

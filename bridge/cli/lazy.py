"""A group of commands whose modules are imported when they are used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar, NamedTuple

import click


class Place(NamedTuple):
    """Where a command is, and what the list of commands says of it."""

    module: str
    name: str
    summary: str


class LazyGroup(click.Group):
    """Lists its commands without importing any of them, so that help is quick."""

    places: ClassVar[Mapping[str, Place]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they are met."""
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        place = self.places.get(cmd_name)
        if place is None:
            return None
        command = getattr(import_module(f"bridge.cli.{place.module}"), place.name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the list without importing anything."""
        with formatter.section("Commands"):
            summaries = [(name, one.summary) for name, one in self.places.items()]
            formatter.write_dl(summaries)

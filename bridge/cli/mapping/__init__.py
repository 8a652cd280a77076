"""``sitoo-bridge mapping``: what mappings there are, and how a new one begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import click

from bridge.cli.lazy import LazyGroup, Place


class Mappings(LazyGroup):
    """The commands by their names."""

    places: ClassVar[Mapping[str, Place]] = {
        "list": Place(
            "mapping.listing",
            "list_mappings",
            "Say what each installed mapping offers.",
        ),
        "new": Place(
            "mapping.beginning", "new", "Begin a mapping, with all that is to do."
        ),
        "check": Place(
            "mapping.described.checking",
            "check",
            "Say what is wrong with a file that describes a CRM.",
        ),
        "try": Place(
            "mapping.described.trying", "attempt", "Read something as a file says."
        ),
        "record": Place(
            "mapping.described.record",
            "record",
            "Keep what a staging CRM answers, as a recording.",
        ),
        "schema": Place(
            "mapping.described.checking",
            "schema",
            "Print the JSON Schema of such files, for editors.",
        ),
    }


@click.group("mapping", cls=Mappings)
def command() -> None:
    """Say what mappings there are, or begin a new one."""

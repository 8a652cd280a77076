"""The mapping that is a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bridge.cli.options import FilePath
from bridge.config.mappings import find_mapping
from bridge.config.schema import read
from bridge.errors import ConfigError
from bridge.mapping import Mapping

REST = "rest"
"""The mapping that is a file."""

file_argument = click.argument("file", type=FilePath(dir_okay=False))


def described(file: Path) -> tuple[type[Mapping], Any]:
    """Return the mapping that a file describes, and its options."""
    mapping = find_mapping(REST)
    try:
        options: Any = read(mapping.Options, {"file": str(file)}, "")
    except ConfigError as error:
        problems = [one.removeprefix("file: ") for one in error.problems]
        raise ConfigError(*problems) from None
    return mapping.made_from(options), options

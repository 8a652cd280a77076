"""A mapping that is a file, for its test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bridge.config.mappings import find_mapping
from bridge.config.schema import read
from bridge.mapping import Mapping


def described(file: str | Path, mapping: str = "rest") -> tuple[type[Mapping], Any]:
    """Return the mapping that a file describes, and its options.

    ``ConfigError`` says all that is wrong with the file, with the lines.
    """
    found = find_mapping(mapping)
    options: Any = read(found.Options, {"file": str(file)}, "")
    return found.made_from(options), options

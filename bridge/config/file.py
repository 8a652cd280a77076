"""Reads the files that a setting names: each a YAML file of its own.

The same rules as in the configuration: every key is declared, all that is wrong is said
at once and with its line, and nothing is converted silently.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError

from bridge.config.document import read_document
from bridge.config.sentences import sentences
from bridge.errors import ConfigError
from bridge.from_file import FromFile


def read_file(kind: Any, schema_of: Callable[[Any], Schema], path: Path) -> Any:
    """Return a ``FromFile`` of ``kind``, a dataclass; ``ConfigError`` has it all."""
    document = read_document(path.absolute())
    try:
        content = schema_of(kind).load(document.content)
    except ValidationError as error:
        raise ConfigError(
            *(
                f"{path}: {document.placed(one)}"
                for one in sentences(error.messages, "")
            )
        ) from None
    return FromFile(str(path), content, document.lines)

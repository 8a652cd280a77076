"""A recording: reads of a CRM with what was asked, answered and shown, as a file.

Knows its form, and nothing of where it comes from.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge.errors import ConfigError
from bridge.mapping import Mapping, offers
from bridge.model import Item, ItemKind, SearchKey, SearchKeyType
from bridge.upstream.request import as_json

ABOUT = (
    "Made by `sitoo-bridge mapping record`: what a CRM answered, with nobody's data in "
    "it. `sitoo-bridge mapping check --recorded` holds a file against it."
)

TAKES = {
    **dict.fromkeys(("probe", "consents", "additional_options"), 0),
    **dict.fromkeys(("get", "transactions"), 1),
    **dict.fromkeys(("search", "lookup"), 2),
    "find_receipt": 4,
}
"""The verbs that are recorded, with how many words each is given."""


@dataclass(frozen=True)
class Asked:
    """One request, and what the CRM answered."""

    request: str
    """Method, path and query: ``GET /people?email=...``."""
    body: Any = None
    status: int = 200
    link: str = ""
    """The header ``Link``, as far as it leads to a next page."""
    answer: Any = None
    is_json: bool = True
    """Whether there was an answer that could be read."""

    @property
    def said(self) -> dict[str, Any]:
        """What is written of it: all that is not as usual."""
        usual = vars(Asked(""))
        return {name: one for name, one in vars(self).items() if one != usual[name]}


@dataclass(frozen=True)
class Read:
    """One verb, called with what, and what came of it."""

    verb: str
    given: list[str]
    asked: list[Asked] = field(default_factory=list)
    answered: Any = None
    """What the POS is answered."""

    @property
    def name(self) -> str:
        """What it is called before people."""
        return " ".join([self.verb, *self.given])

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What the verb takes."""
        if self.verb in ("search", "lookup"):
            kind, key = self.given
            return (SearchKey(SearchKeyType(kind), key),)
        if self.verb == "find_receipt":
            kind, item_id, customer_id, ref = self.given
            return (Item(ItemKind(kind), item_id, customer_id), ref)
        return tuple(self.given)


@dataclass(frozen=True)
class Recording:
    """All that was read."""

    country: str
    reads: list[Read]

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all; ``ConfigError`` where it cannot be."""
        reads = [
            {**vars(one), "asked": [each.said for each in one.asked]}
            for one in self.reads
        ]
        content = {"about": ABOUT, "country": self.country, "reads": reads}
        text = json.dumps(plain(content), indent=1, ensure_ascii=False) + "\n"
        beside = path.with_name(path.name + ".part")
        try:
            beside.write_text(text, "utf-8")
            beside.replace(path)
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from None

    @classmethod
    def load(cls, path: Path) -> Recording:
        """Read a file; ``ConfigError`` where it is none."""
        try:
            said = json.loads(path.read_text("utf-8"), parse_float=Decimal)
            reads = [_read(one) for one in said["reads"]]
            return cls(str(said["country"]), reads)
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from None
        except (ValueError, TypeError, KeyError, RecursionError):
            raise ConfigError(f"{path}: is no recording: record it again") from None

    def offered_by(self, mapping: type[Mapping]) -> list[Read]:
        """Return what a mapping still offers."""
        return [one for one in self.reads if offers(mapping, one.verb)]


def _read(said: dict[str, Any]) -> Read:
    asked = [Asked(**one) for one in said["asked"]]
    read = Read(said["verb"], said["given"], asked, said["answered"])
    are_words = all(isinstance(one, str) for one in read.given)
    if TAKES[read.verb] != len(read.given) or not are_words:
        raise ValueError("a verb takes something else")
    _ = read.arguments
    return read


def plain(value: Any) -> Any:
    """Return JSON as it is read again from a file."""
    return json.loads(as_json(value))

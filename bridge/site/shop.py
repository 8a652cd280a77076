"""A site as far as it needs no CRM: its name, its clock, and who may ask."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import cached_property

from bridge.secret import Pseudonyms, Secret


@dataclass(frozen=True, kw_only=True)
class Shop:
    """What it takes to read what the journal keeps of one site."""

    name: str
    users: Table[str, tuple[Secret, ...]]

    zone: tzinfo = UTC
    """By which clock its people live."""

    @cached_property
    def pseudonym(self) -> Pseudonyms:
        """What names what is not to be kept, alike in all processes of the site."""
        return Pseudonyms(one for words in self.users.values() for one in words)

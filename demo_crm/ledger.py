"""Every spend and release, in the order in which they happened, for a test to read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

Entry = dict[str, Any]


class Ledger:
    """Only ever grows; ``seq`` starts at 1 and leaves no gap."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = list(entries)
        self.lines = [json.dumps(entry, ensure_ascii=False) for entry in self._entries]

    def next_seq(self) -> int:
        """Return the number that the next entry will have."""
        return len(self._entries) + 1

    def write(self, action: str, **what: Any) -> None:
        """Add an entry; the caller saves it together with what it is about."""
        at = datetime.now(UTC).isoformat(timespec="microseconds")
        entry = {"seq": self.next_seq(), "at": at, "action": action, **what}
        self._entries.append(entry)
        self.lines.append(json.dumps(entry, ensure_ascii=False))

    def after(self, seq: int) -> list[Entry]:
        """Return the entries with a higher number than ``seq``, oldest first."""
        return self._entries[seq:]

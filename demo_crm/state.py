"""What the CRM remembers: a dossier per contact and the ledger, kept in a file.

It knows the shape of the file and nothing of what the dossiers mean.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo_crm.ledger import Ledger

Json = dict[str, Any]

Seed = Callable[[], dict[str, Json]]
"""Makes the dossiers that the CRM starts with, by contact id."""


class State:
    """Everything that changes, behind one lock.

    A dossier's parts are replaced rather than changed in place, so that an answer can
    be put on the wire after the lock is given back.
    """

    def __init__(self, seed: Seed, file: Path | None = None) -> None:
        self.lock = threading.RLock()
        self._seed = seed
        self._file = file
        self._texts: dict[str, str] = {}
        self.revision = 0
        self.dossiers: dict[str, Json] = {}
        self.ledger = Ledger()
        if file is not None and file.exists():
            self._load(file)
        else:
            self.reset()

    def reset(self) -> None:
        """Forget everything and begin again with the seed."""
        self.dossiers = self._seed()
        self.ledger = Ledger()
        self._texts = {key: dump(value) for key, value in self.dossiers.items()}
        self.save()

    def save(self, *contact_ids: str) -> None:
        """Have the file hold what memory holds, before anybody is told about it.

        Only the dossiers of ``contact_ids`` are written out anew: the file is whole
        each time, but a spend costs no more with two hundred purchases beside it.
        """
        self.revision += 1
        if self._file is None:
            return
        for contact_id in contact_ids:
            self._texts[contact_id] = dump(self.dossiers[contact_id])
        contacts = ",\n".join(f"{dump(key)}: {t}" for key, t in self._texts.items())
        entries = ",\n".join(self.ledger.lines)
        text = f'{{"contacts": {{\n{contacts}\n}},\n"ledger": [\n{entries}\n]}}\n'
        beside = self._file.with_name(self._file.name + ".tmp")
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, self._file)

    def _load(self, file: Path) -> None:
        kept = json.loads(file.read_text(encoding="utf-8"))
        self.dossiers = kept["contacts"]
        self.ledger = Ledger(kept["ledger"])
        self._texts = {key: dump(value) for key, value in self.dossiers.items()}


def dump(value: Any) -> str:
    """Write JSON on one line, with å, ä and ö as they are."""
    return json.dumps(value, ensure_ascii=False)

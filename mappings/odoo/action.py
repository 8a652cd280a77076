"""The server action: what Odoo runs of ours, and how it is called.

Odoo has no transaction over several calls, and its own way to change a card's points
writes what a till has worked out from an older look at it: of two tills that take a
part of the points, one is forgotten.  A server action of the kind *Execute Code* is one
call, so one transaction, and Odoo repeats it where another one was quicker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from bridge.errors import Refused
from bridge.model import Item
from mappings.odoo.cards import parts
from mappings.odoo.protocol import RECORD_ID, Json, Odoo
from mappings.odoo.refusals import SPENT

ACTION = "ir.actions.server"

TEXT = (files("mappings.odoo") / "server_action.txt").read_text("utf-8").strip()
"""What must stand in it."""


def digest(text: str) -> str:
    """Return what tells one text from another; Odoo's editor may end lines its way."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


class Action:
    """The server action of one Odoo."""

    def __init__(self, odoo: Odoo, action: int) -> None:
        self._odoo = odoo
        self._action = action

    def redeem(self, items: Sequence[Item], ref: str) -> list[Json]:
        """Spend all items or none; say what points each has cost."""
        known = [one for one in map(_asked, items) if one]
        if len(known) < len(items):
            raise Refused(SPENT)
        return self._run(op="redeem", ref=ref, items=known)

    def undo(self, items: Sequence[Item], ref: str) -> None:
        """Give back all items that are spent under a reference, and no others."""
        known = [one for one in map(_asked, items) if one]
        self._run(op="undo", ref=ref, items=known)

    def text(self) -> str:
        """Return what stands in Odoo; empty if that is something else altogether."""
        said = self._run(op="text", action=self._action)
        return str(said[0]) if said else ""

    def _run(self, **asked: Any) -> list[Any]:
        context = {"sitoo": asked}
        done = self._odoo.do(ACTION, "run", [self._action], context=context)
        return list(done["sitoo"])


def _asked(item: Item) -> Json | None:
    found = parts(item)
    if not (found and RECORD_ID.fullmatch(item.customer_id)):
        return None
    card, reward = found
    asked = {"id": item.item_id, "card": card, "reward": reward or False}
    return {**asked, "owner": int(item.customer_id)}

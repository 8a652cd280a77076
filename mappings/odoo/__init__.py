"""Odoo 18 Community: contacts, sales, and the cards of its module Loyalty.

All items of a redeem are spent in one transaction, by a server action that has to be
put into Odoo once: ``action`` has the reasons.  Where that may not be, the mapping is
``mappings.odoo.one_by_one``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.mapping import Upstream
from bridge.model import Context, Item, Receipt
from mappings.odoo import history
from mappings.odoo.action import Action
from mappings.odoo.crm import Crm
from mappings.odoo.options import WithAction
from mappings.odoo.requirements import wrong_action


class Mapping(Crm):
    Options = WithAction

    def __init__(
        self, options: WithAction, upstream: Upstream, context: Context
    ) -> None:
        super().__init__(options, upstream, context)
        self.action = Action(self.odoo, options.action)

    def redeem_items(self, items: Sequence[Item], ref: str) -> list[Receipt]:
        done = self.action.redeem(items, ref)
        if len(done) != len(items):
            raise ValueError("Odoo says something else than what became of the items")
        return [{"points": str(one["points"])} for one in done]

    def find_receipts(self, items: Sequence[Item], ref: str) -> list[Receipt] | None:
        spent = history.spent(self.odoo, items, ref)
        if not all(item.item_id in spent for item in items):
            return None
        return [{"points": str(spent[item.item_id])} for item in items]

    def undo_items(
        self, items: Sequence[Item], ref: str, receipts: Sequence[Receipt]
    ) -> None:
        self.action.undo(items, ref)

    def missing(self) -> Iterator[str]:
        yield from super().missing()
        yield from wrong_action(self.action)

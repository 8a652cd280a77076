"""Odoo 18 without a server action: cards are emptied one by one.

Odoo's wizard *Update Balance* writes a line of history and the new balance in one
transaction, and refuses a balance that the card has already: so of two tills that empty
a card, one is refused.  Of two that take a part of the points, one would be forgotten
(tried: five times of five); such rewards are not offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bridge.errors import Missing, OutcomeUnknown, Refused, Unavailable
from bridge.mapping import Upstream
from bridge.model import Context, Item, Receipt
from mappings.odoo import cards, history
from mappings.odoo.cards import Purse, parts
from mappings.odoo.crm import Crm
from mappings.odoo.options import WithoutAction
from mappings.odoo.protocol import decimal, number
from mappings.odoo.refusals import GONE, NO_CARD, SPENT
from mappings.odoo.requirements import parts_of_points

WIZARD = "loyalty.card.update.balance"


class Mapping(Crm):
    title = "Odoo, without a server action"
    Options = WithoutAction

    def __init__(
        self, options: WithoutAction, upstream: Upstream, context: Context
    ) -> None:
        super().__init__(options, upstream, context)
        self._offered = cards.COUPONS + (cards.POINTS if options.points else ())

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        found = parts(item)
        if found is None or not self._empties(item.customer_id, *found):
            raise Refused(SPENT)
        self._set_balance(found[0], 0, history.mark(item, ref))
        return {"card": found[0]}

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        found = parts(item)
        if found is None or item.item_id not in history.spent(self.odoo, [item], ref):
            return None
        return {"card": found[0]}

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        """Give back what the history says was taken.

        That is more than was seen before, if the card had been topped up in between.
        """
        points = history.spent(self.odoo, [item], ref).get(item.item_id)
        if points is None:
            return
        card = int(receipt["card"])
        this = [["id", "=", card]]
        rows = self.odoo.read(cards.CARD, this, ["points"], archived=True)
        if not rows:
            raise Refused(GONE, detail=NO_CARD)
        balance = decimal(rows[0]["points"]) + points
        self._set_balance(card, float(balance), history.undone(item, ref))

    def missing(self) -> Iterator[str]:
        yield from super().missing()
        if self.options.points:
            yield from parts_of_points(self.odoo)

    def purse(self, contact: int) -> Purse:
        return replace(super().purse(contact), types=self._offered, whole=True)

    def _empties(self, customer_id: str, card_id: int, reward_id: int) -> bool:
        """Whether something is this customer's, and takes all that is on its card."""
        try:
            purse = self.purse(number(customer_id))
        except Missing:
            return False
        for card in purse.cards:
            if card["id"] == card_id:
                gift_card = card["program_type"] in cards.GIFT_CARDS
                prices = (
                    purse.price(card, reward)
                    for reward in purse.rewards
                    if reward["id"] == reward_id
                )
                return any(prices) if reward_id else gift_card
        return False

    def _set_balance(self, card: int, balance: float, why: str) -> None:
        """Only the second of the two steps changes the card."""
        new = {"card_id": card, "new_balance": balance, "description": why}
        try:
            wizard = self.odoo.do(WIZARD, "create", new)
        except OutcomeUnknown as error:
            raise Unavailable from error
        self.odoo.do(WIZARD, "action_update_card_point", [wizard])

"""Redeeming: an order with the coupon codes, which counts as their use once it is paid.

A draft uses nothing up.  An order that waits for its payment already counts against
others, and Vendure locks its promotions to pay it: whoever then meets another order
with the last use of a promotion loses the code, without a word.  So what an order has
kept is read as it is paid, and an order that has lost something is cancelled.

Only the last of three steps can spend anything.  Who does not know what became of it
asks; and an order that is found to be neither whole nor cancelled is cancelled then and
there, so that it is not paid later.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from bridge.errors import (
    Missing,
    NotDone,
    OutcomeUnknown,
    Refused,
    Unavailable,
    UpstreamError,
)
from bridge.mapping import Upstream
from bridge.model import Context, Item
from mappings.vendure import steps
from mappings.vendure.options import Options
from mappings.vendure.protocol import Json, Vendure, is_id
from mappings.vendure.refusals import GONE_ON, NOT_PAID, SPENT, UNSPENT, succeeded


class Spending:
    """What customers redeem, as orders."""

    def __init__(self, vendure: Vendure, upstream: Upstream, options: Options) -> None:
        self._vendure = vendure
        self._upstream = upstream
        self._options = options

    def spend(self, items: Sequence[Item], ref: str, context: Context) -> str:
        """Spend all items or none; return the id of the order that has used them."""
        read: list[list[Any]] = self._upstream.together(
            partial(self._codes, items), partial(self._under, ref)
        )
        codes, orders = read
        if any(map(is_paid, orders)):
            raise Refused(SPENT)
        order_id = self._drafted(items, codes, ref)
        payment = steps.payment(order_id, ref, context)
        try:
            done = self._vendure.do(steps.PAY, order=order_id, payment=payment)
        except Refused:
            # Half of it may be done: then the order would keep the codes from others.
            self._take_back(order_id)
            raise
        if has_spent(done["paid"], items):
            return order_id
        self._take_back(order_id)
        raise Refused(SPENT if is_paid(done["paid"]) else NOT_PAID)

    def find(self, items: Sequence[Item], ref: str) -> str | None:
        """Return the order that has used all items under a reference, if one has.

        Any other order under the reference got stuck half way, or lost an item: it is
        cancelled, so that "not spent" holds.
        """
        for order in self._under(ref):
            if has_spent(order, items):
                return str(order["id"])
            self._cancel(order["id"])
        return None

    def give_back(self, ref: str) -> None:
        """Cancel the order under a reference, or refuse where there is none."""
        orders = self._under(ref)
        if not orders:
            raise Refused(UNSPENT)
        for order in orders:
            self._cancel(order["id"])

    def _codes(self, items: Sequence[Item]) -> list[str]:
        """Return the coupon codes of items, if all are what they should be and whose.

        Vendure does not know our fields; whether a code is used up, it says itself.
        """
        customer_id = items[0].customer_id
        wanted = {one.item_id: one.kind for one in items if is_id(one.item_id)}
        if not is_id(customer_id):
            raise Missing
        query, promotions = steps.prepare(self._options), list(wanted)
        found = self._vendure.ask(query, customer=customer_id, promotions=promotions)
        if found["customer"] is None:
            raise Missing
        codes = [
            row["couponCode"]
            for row in found["promotions"]["items"]
            if row["customFields"]["kind"] == wanted[row["id"]]
            and row["customFields"]["owner"] in (None, "", customer_id)
        ]
        if len(codes) < len(items) or not all(codes):
            raise Refused(SPENT)
        return codes

    def _drafted(self, items: Sequence[Item], codes: Sequence[str], ref: str) -> str:
        """Return a draft with everything on it: whatever happens, nothing is spent."""
        try:
            order_id = str(self._vendure.do(steps.CREATE)["draft"]["id"])
            self._fill(order_id, items, codes, ref)
        except OutcomeUnknown as error:
            raise Unavailable from error
        return order_id

    def _fill(
        self, order_id: str, items: Sequence[Item], codes: Sequence[str], ref: str
    ) -> None:
        customer_id = items[0].customer_id
        draft = steps.filling(order_id, customer_id, codes, ref, self._options)
        try:
            done = self._vendure.do(steps.fill(codes), **draft)
            *_, filled = map(succeeded, done.values())
            if not holds(filled, items):
                raise Refused(SPENT)
        except Refused:
            # A draft that stays behind uses nothing up.
            with suppress(UpstreamError):
                self._cancel(order_id)
            raise

    def _under(self, ref: str) -> list[Json]:
        under = steps.under(ref, self._options)
        found = self._vendure.ask(steps.FIND, under=under)
        return list(found["orders"]["items"])

    def _take_back(self, order_id: str) -> None:
        """Cancel an order that may have spent something, or leave that open."""
        try:
            self._cancel(order_id)
        except NotDone as error:
            raise OutcomeUnknown from error

    def _cancel(self, order_id: str) -> None:
        ids = {"order": order_id, "lines": {"orderId": order_id, "reason": "Sitoo"}}
        done = self._vendure.do(steps.CANCEL, **ids).values()
        if not any(result.get("state") == "Cancelled" for result in done):
            raise Refused(GONE_ON)


def is_paid(order: Json) -> bool:
    """Whether Vendure counts an order as a use of all that it has kept.

    As ``placedOrdersWithPromotionQb`` does (promotion.service.js, 3.7.3).
    """
    idle = order.get("state") in (None, "Draft", "Cancelled")
    return not idle and not order["active"]


def holds(order: Json, items: Sequence[Item]) -> bool:
    """Whether the promotions of all items apply to an order, by Vendure's own rules."""
    kept = {promotion["id"] for promotion in order["promotions"]}
    return kept >= {item.item_id for item in items}


def has_spent(order: Json, items: Sequence[Item]) -> bool:
    return is_paid(order) and holds(order, items)

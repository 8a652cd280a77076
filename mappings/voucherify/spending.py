"""Redeeming: one stackable redemption for all items, undone by its parent.

Whether one item that Voucherify refuses takes the others with it is a setting of the
project (its stacking rules), which the API does not show.  So the answer is looked at:
what was redeemed in part, or not for its full worth, is rolled back at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, Decimal
from functools import partial
from typing import Any

from bridge.errors import Failing, NotDone, NotFound, OutcomeUnknown, Refused
from bridge.mapping import Upstream, quote
from bridge.model import Item
from mappings.voucherify import refusals
from mappings.voucherify.benefits import (
    USED,
    Benefit,
    held,
    holds,
    is_tier,
    object_id,
    tiers,
)
from mappings.voucherify.options import Options
from mappings.voucherify.protocol import OWN_ID, Json, Voucherify

MOST = 30
"""Redeemables in one redemption (manage-stackable-discounts.mdx)."""

SPARE = 100
"""Hundredths on top of an order, so that a percentage has something to be taken off."""


class Spending:
    """Redeems, finds and gives back what one request is about."""

    def __init__(
        self, voucherify: Voucherify, upstream: Upstream, options: Options
    ) -> None:
        self._voucherify = voucherify
        self._upstream = upstream
        self._options = options

    def spend(self, items: Sequence[Item], ref: str) -> str:
        """Redeem all items under a reference; return the id of the redemption.

        Voucherify does not look at whose a voucher is, so the holdings are read first.
        """
        customer_id, benefits = self._wallet(items)
        chosen = [wanted(item, benefits) for item in items]
        check(chosen)
        body = {
            "customer": {"id": customer_id},
            "redeemables": [one.redeemable for one in chosen],
            "order": {"amount": order_amount(chosen)},
            "metadata": {self._options.reference_key: ref},
            "options": {"expand": ["redeemable", "redemption"]},
        }
        done = self._voucherify.post("/v1/redemptions", body)
        parent = parent_in(done)
        if parent is None:
            raise Refused(reason(done))
        if not is_whole(done["redemptions"], chosen):
            self._take_back(parent)
            raise Refused(reason(done))
        return parent

    def find(self, items: Sequence[Item], ref: str) -> str | None:
        """Return the redemption of all items under a reference, if it holds.

        No list of Voucherify's can be asked for metadata, so all of the customer's are
        read.  One of only some of the items is rolled back here.  A list that has
        nothing to explain why something is used up is late: ``Unavailable``.
        """
        rows = self._voucherify.redemptions(items[0].customer_id)
        ours = {
            parent_of(row)
            for row in rows
            if (row["metadata"] or {}).get(self._options.reference_key) == ref
            and holds(row)
        }
        wanted_ids = {object_id(item.item_id) for item in items}
        for parent in sorted(ours):
            spent = {
                row["related_object_id"]
                for row in rows
                if parent_of(row) == parent and holds(row)
            }
            if spent >= wanted_ids:
                return parent
            self.give_back(parent)
        if not ours and self._is_late(items[0].customer_id, wanted_ids, rows):
            raise Failing(detail=refusals.LIST_IS_LATE)
        return None

    def give_back(self, parent: str) -> None:
        """Roll a redemption back with all its items; once more does no harm."""
        path = f"/v1/redemptions/{quote(parent)}/rollbacks"
        try:
            self._voucherify.post(path, {"reason": "Sitoo"})
        except refusals.RolledBack:
            return
        except Refused as error:
            if type(error) is Refused:
                raise refusals.Late from error
            raise

    def _wallet(self, items: Sequence[Item]) -> tuple[str, list[Benefit]]:
        """Read what the customer can redeem right now; tiers only if one is wanted."""
        crm, customer_id = self._voucherify, items[0].customer_id
        if not customer_id.startswith(OWN_ID):
            customer_id = crm.customer(customer_id)["id"]
        reads: list[Any] = [partial(crm.holdings, customer_id), list, list]
        if any(is_tier(item.item_id) for item in items):
            reads[1:] = [
                partial(crm.tiers, customer_id),
                partial(crm.redemptions, customer_id),
            ]
        holdings, rows, uses = self._upstream.together(*reads)
        benefits = [*held(holdings, (), self._options)]
        benefits += tiers(rows, uses, self._options)
        return customer_id, benefits

    def _is_late(
        self, customer_id: str, wanted_ids: set[str], rows: Sequence[Json]
    ) -> bool:
        try:
            holdings = self._voucherify.holdings(customer_id)
        except NotFound:
            return False
        used_up = {
            row["redeemable_id"]
            for row in holdings
            if row["redeemable"]["status"] in USED
        }
        used = {row["related_object_id"] for row in rows if holds(row)}
        return not wanted_ids & used_up <= used

    def _take_back(self, parent: str) -> None:
        """Roll back what must not stand, or leave open whether it does."""
        try:
            self.give_back(parent)
        except NotDone as error:
            raise OutcomeUnknown from error


def wanted(item: Item, benefits: Iterable[Benefit]) -> Benefit:
    for one in benefits:
        if (one.kind, one.item_id) == (item.kind, item.item_id):
            return one
    raise Refused(refusals.NOT_THEIRS)


def check(chosen: Sequence[Benefit]) -> None:
    """Refuse what is known to fail before anything is redeemed."""
    if any(one.redeemed for one in chosen):
        raise Refused(refusals.SPENT)
    if len({one.object_id for one in chosen}) < len(chosen):
        raise Refused(refusals.ONE_EACH)
    if len(chosen) > MOST:
        raise Refused(refusals.TOO_MANY)


def order_amount(chosen: Iterable[Benefit]) -> int:
    """Return the hundredths of an order that all items have their full effect on.

    In whatever order Voucherify applies them.  It is as small as can be, because it
    counts among what the customer has bought.
    """
    amount = Decimal(SPARE)
    for one in chosen:
        amount += one.worth
    for one in chosen:
        if one.percent < 100:
            amount /= 1 - one.percent / 100
    return int(amount.to_integral_value(ROUND_CEILING))


def parent_of(row: Json) -> str:
    """Return what a redemption is rolled back by: itself, if it is the only one."""
    return str(row["redemption"] or row["id"])


def parent_in(done: Json) -> str | None:
    """Return what all that an answer says was redeemed is rolled back by."""
    rows = [done.get("parent_redemption"), *(done.get("redemptions") or ())]
    return next((parent_of(row) for row in rows if row), None)


def is_whole(redemptions: Sequence[Json], chosen: Sequence[Benefit]) -> bool:
    """Whether each item was redeemed, and all that was on it."""
    done = {row["related_object_id"]: row for row in redemptions if holds(row)}
    return len(redemptions) == len(chosen) and all(
        one.object_id in done
        and (one.units is None or done[one.object_id].get("amount") == one.units)
        for one in chosen
    )


def reason(done: Json) -> str:
    """Return why not all of a redeem was redeemed."""
    keys = [
        one["result"].get("error", {}).get("key") or one["result"]["details"]["key"]
        for name in ("inapplicable_redeemables", "skipped_redeemables")
        for one in done.get(name) or ()
    ]
    known = [refusals.KEYS[key] for key in keys if key in refusals.KEYS]
    return known[0] if known else refusals.NOT_TOGETHER

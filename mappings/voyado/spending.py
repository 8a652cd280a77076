"""Redeeming what Voyado takes back three times only, or never.

Each compensation uses one of a voucher's reactivations.  So everything that can be
foreseen is judged, for all items of a redeem and freshly read, before the first is
spent; Voyado itself does not even ask whose voucher it is.  What is about to be spent
is marked in the contact first: see ``marks``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bridge.errors import Failing, Missing, OutcomeUnknown, Refused, Unavailable
from bridge.mapping import Upstream
from bridge.model import Item, ItemKind, Receipt
from mappings.voyado import marks, refusals
from mappings.voyado.benefits import CHANNEL, is_for_tills, is_lapsed, moment
from mappings.voyado.options import Options
from mappings.voyado.protocol import Json, Voyado

NOUNS = {
    ItemKind.BONUS_CHECK: refusals.BONUS_CHECK,
    ItemKind.PROMOTION: refusals.PROMOTION,
}


class Spending:
    """What contacts can redeem, and have redeemed."""

    def __init__(self, voyado: Voyado, upstream: Upstream, options: Options) -> None:
        self._voyado = voyado
        self._upstream = upstream
        self._options = options

    def prepare(self, refs: Mapping[Item, str]) -> dict[Item, Refused]:
        """Judge all items of a redeem, and mark them if all of them can be spent."""
        customer_id = next(iter(refs)).customer_id
        kinds = sorted({item.kind for item in refs})
        noted, *lists = self._side_by_side(
            partial(self._noted, customer_id),
            *(partial(self._available, customer_id, kind) for kind in kinds),
        )
        rows = dict(zip(kinds, lists, strict=True))
        judged = {item: self._judged(item, rows[item.kind]) for item in refs}
        refused = {item: why for item, why in judged.items() if why}
        if not refused:
            now = datetime.now(UTC)
            new = [
                marks.mark(item, ref, now, len(_others(item, rows[item.kind])))
                for item, ref in refs.items()
            ]
            try:
                self._note(customer_id, marks.added(noted, new))
            except OutcomeUnknown as error:
                raise Unavailable(detail=error.for_support) from error
        return refused

    def redeem(self, item: Item) -> Receipt:
        receipt: Receipt = {"at": int(datetime.now(UTC).timestamp())}
        if item.kind is ItemKind.BONUS_CHECK:
            self._voyado.post("redeem voucher", item.item_id)
            return receipt
        if self._options.reassign_promotions:
            row = _row(item, self._available(item.customer_id, item.kind))
            receipt["template"] = row["promotionId"] if row else ""
        body = {"redemptionChannel": CHANNEL}
        self._voyado.post("redeem promotion", item.item_id, json=body)
        return receipt

    def find(self, item: Item, ref: str) -> Receipt | None:
        """Return the receipt of what is redeemed now, and was so for this reference.

        ``Unavailable`` where Voyado says that it is redeemed, and nothing says by whom.
        """
        row, noted = self._spent(item, ref)
        last = marks.found(noted, item)
        if row is None or last is None:
            return None
        return {"at": last.at, "template": row.get("promotionId") or ""}

    def give_back(self, item: Item, ref: str, receipt: Receipt) -> None:
        row, noted = self._spent(item, ref, receipt)
        if row is None:
            raise refusals.Unspent
        if item.kind is ItemKind.PROMOTION:
            self._assign_anew(item, noted, receipt)
            return
        try:
            self._voyado.post("reactivate voucher", item.item_id)
        except refusals.AlreadyActivated:
            return
        except refusals.Lapsed as error:
            raise refusals.LapsedSince from error

    def _assign_anew(self, item: Item, noted: str, receipt: Receipt) -> None:
        """Give the customer another offer of the same promotion, once."""
        template, had = receipt.get("template"), marks.found(noted, item)
        if not (self._options.reassign_promotions and template and had):
            raise refusals.ForGood
        rows = self._available(item.customer_id, item.kind)
        spent = {"id": item.item_id, "promotionId": template}
        if len(_others(item, [*rows, spent])) <= had.others:
            self._voyado.post("assign promotion", item.customer_id, template)
        # Until this is written it counts as spent, and is not assigned a second time.
        again = marks.given_back(item, datetime.now(UTC))
        self._note(item.customer_id, marks.added(noted, [again]))

    def _spent(
        self, item: Item, ref: str, receipt: Receipt | None = None
    ) -> tuple[Json | None, str]:
        """Return an item that is redeemed under a reference now, and what was noted.

        A receipt stands in for a mark that has made room for later ones, or that
        another till's has replaced: then an older one, of an earlier redeem, may be
        there.
        """
        noted, rows = self._side_by_side(
            partial(self._noted, item.customer_id), partial(self._all, item)
        )
        row, last = _row(item, rows), marks.found(noted, item)
        if receipt and (last is None or last.at < receipt["at"]):
            last = marks.mark(item, ref, datetime.fromtimestamp(receipt["at"], UTC))
        if row is None:
            # A list of promotions may be of those only that can still be redeemed.
            ours = item.kind is ItemKind.PROMOTION and last and last.is_for(ref)
            return ({} if ours else None), noted
        if not row.get("redeemed") or (last and not last.is_for(ref)):
            return None, noted
        if last is None or not last.fits(moment(row.get("redeemedOn"))):
            raise Failing(detail=refusals.UNSURE)
        return row, noted

    def _judged(self, item: Item, rows: list[Json]) -> Refused | None:
        """Say why an item cannot be spent, if it cannot."""
        noun, row = NOUNS[item.kind], _row(item, rows)
        if row is None and item.kind is ItemKind.BONUS_CHECK:
            row = _row(item, self._all(item))  # to be able to say why
            if row and not row.get("redeemed"):
                return refusals.of(Refused, refusals.LAPSED, noun)
        if row is None:
            return refusals.of(Missing, refusals.NO_SUCH, noun)
        if row.get("redeemed"):
            return refusals.of(Refused, refusals.SPENT, noun)
        if is_lapsed(row, datetime.now(UTC)):
            return refusals.of(Refused, refusals.LAPSED, noun)
        if item.kind is ItemKind.PROMOTION and not is_for_tills(row):
            return refusals.NotHere()
        return None

    def _available(self, customer_id: str, kind: ItemKind) -> list[Json]:
        if kind is ItemKind.BONUS_CHECK:
            return self._voyado.listed("available vouchers", contactId=customer_id)
        return list(self._voyado.get("promotions", customer_id))

    def _all(self, item: Item) -> list[Json]:
        """Read what a customer has or had of a kind."""
        if item.kind is ItemKind.BONUS_CHECK:
            return self._voyado.listed("vouchers", contactId=item.customer_id)
        return self._available(item.customer_id, item.kind)

    def _noted(self, customer_id: str) -> str:
        contact = self._voyado.get("contact", customer_id)
        noted = contact["attributes"].get(self._options.reference_field)
        if marks.is_foreign(noted):
            raise refusals.Foreign
        return noted or ""

    def _note(self, customer_id: str, noted: str) -> None:
        """Write the marks; Voyado drops what it has no attribute for, so look."""
        name = self._options.reference_field
        changed = self._voyado.patch("contact", customer_id, json={name: noted})
        if (
            isinstance(changed, dict)
            and changed.get("attributes", {}).get(name) == noted
        ):
            return
        if self._noted(customer_id) != noted:
            raise refusals.Unnoted

    def _side_by_side(self, *reads: Callable[[], Any]) -> list[Any]:
        return self._upstream.together(*reads)


def _row(item: Item, rows: list[Json]) -> Json | None:
    wanted = item.item_id.lower()
    return next((row for row in rows if row["id"].lower() == wanted), None)


def _others(item: Item, rows: list[Json]) -> list[Json]:
    """Return a customer's unspent offers of the same promotion, besides this one."""
    row = _row(item, rows) or {}
    return [
        one
        for one in rows
        if one is not row
        and one.get("promotionId")
        and one.get("promotionId") == row.get("promotionId")
        and one["id"].lower() != item.item_id.lower()
        and not one.get("redeemed")
    ]

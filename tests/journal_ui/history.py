"""A day of a small chain of shops, written by the redeem kernel itself.

Two days, to be exact: enough for every state that the pages can show.
"""

from __future__ import annotations

import math
import random
import uuid
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bridge.errors import BridgeError, OutcomeUnknown, Refused, Unavailable
from bridge.mapping import Mapping
from bridge.model import Context, Item, Receipt
from bridge.redeem import Redeem
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping

NOW = 1_795_536_000.0
"""2026-11-24 16:00 UTC, a Tuesday."""

STORES = ("Stockholm C", "Göteborg N", "Malmö", "Uppsala", "Visby")

JANE = "5b1d2c9e-70a4-4d0b-9a3c-2f6e8d7c1a55"


class Slow(LedgerMapping):
    """Takes its time, which passes on the shop's own clock."""

    takes: Callable[[], None]

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        self.takes()
        super().redeem_item(item, ref)
        # What comes back is the CRM's own: here it has more than undoing needs.
        return {
            "spent": item.item_id,
            "booking": f"B-{zlib.crc32(ref.encode()) % 10**7:07}",
        }

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        self.takes()
        return super().find_receipt(item, ref)

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        self.takes()
        super().undo_item(item, ref, receipt)


class Keeping(Slow):
    """Refuses vouchers, and keeps what it has spent."""

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        if item.kind == "bonus_check":
            self.takes()
            raise Refused("The voucher has expired")
        return super().redeem_item(item, ref)

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        self.takes()
        raise Refused("The period of this offer is closed in the accounts")


class Away(Slow):
    """Spends, but nobody hears of it; and then there is nobody at all."""

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        super().redeem_item(item, ref)
        raise OutcomeUnknown

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        self.takes()
        raise Unavailable


@dataclass
class History:
    """What the pages have to show, with those that a test asks for by name."""

    spent: str
    refused: str
    undone: str
    stuck: str
    open: str


def slowly(kind: type[Mapping], shop: Shop, chance: random.Random) -> type[Mapping]:
    def takes(_self: object = None) -> None:
        shop.clock.pass_(chance.uniform(0.018, 0.09))

    return type("Mapping", (kind,), {"takes": takes})


def write(shop: Shop, redeems: int = 60) -> History:
    """Redeem, undo and fail from yesterday morning until now."""
    chance = random.Random(7)
    plain = shop.but(mapping=slowly(Slow, shop, chance))
    keeping = shop.but(mapping=slowly(Keeping, shop, chance))
    away = shop.but(mapping=slowly(Away, shop, chance))

    def one(who: Shop, *promotions: str, checks: tuple[str, ...] = (), **named) -> str:
        return _redeemed(who, chance, promotions, checks, **named)

    made = []
    for number in range(redeems):
        hour = 4 + 10 * number / redeems
        shop.clock.now = NOW - 1.5 * 86_400 + hour * 3600 + chance.uniform(0, 90)
        made.append(one(plain, _id(chance)))
    shop.clock.now = NOW - 8 * 3600
    refused = ""
    for number in range(redeems):
        # Slowly in the morning, quickly over lunch.
        busy = 1.6 - 1.2 * math.sin(math.pi * number / redeems)
        shop.clock.pass_(busy * chance.uniform(200, 40_000) / redeems)
        count = chance.choice((1, 1, 2, 3))
        made.append(one(plain, *(_id(chance) for _ in range(count))))
        if number % 9 == 4:
            taken, fresh = _id(chance), _id(chance)
            shop.ledger.spend(taken, "another shop")
            refused = one(plain, fresh, taken)
        if number % 12 == 7:
            _undo(plain, made.pop(-2))
    spent = one(plain, _id(chance), _id(chance), checks=(_id(chance),), customer=JANE)
    shop.clock.pass_(12)
    again = shop.journal.load(spent)
    assert again is not None
    one(plain, *_promotions(again), checks=_checks(again), like=again)
    shop.clock.pass_(130)
    undone = one(plain, _id(chance), _id(chance), customer=JANE)
    shop.clock.pass_(7_000)
    _undo(plain, undone)
    shop.clock.pass_(240)
    stuck = one(keeping, _id(chance), checks=(_id(chance),), customer=JANE)
    _drive(keeping)
    shop.clock.pass_(95)
    open_ = one(away, _id(chance), customer=JANE)
    shop.clock.pass_(3)
    _drive(away)
    return History(spent, refused, undone, stuck, open_)


def _redeemed(
    shop: Shop,
    chance: random.Random,
    promotions: tuple[str, ...],
    checks: tuple[str, ...],
    customer: str = "",
    like: Redeem | None = None,
) -> str:
    """Redeem at some till; return the redeem_id, however it ended."""
    store = chance.choices(STORES, (9, 6, 5, 3, 1))[0]
    context = Context(
        site="shop",
        store_id=like.store_id if like else store,
        register_id=like.register_id if like else str(chance.randint(1, 6)),
        staff_id=str(chance.randint(1000, 1080)),
    )
    customer = like.customer_id if like else customer or _id(chance)
    with suppress(BridgeError):
        shop.redeemer.redeem(
            shop.site, context, customer, checks, promotions, deadline=shop.deadline()
        )
    key = shop.journal.keys.customer("shop", customer)
    ((_, redeem_id),) = shop.journal.indexes.indexed(key, (9e12, ""), 1)
    return redeem_id


def _undo(shop: Shop, redeem_id: str) -> None:
    redeem = shop.journal.load(redeem_id)
    assert redeem is not None
    shop.undo(redeem_id, redeem.customer_id)


def _drive(shop: Shop) -> None:
    shop.clock.pass_(4)
    shop.recovery.run_once()


def _promotions(redeem: Redeem) -> list[str]:
    return [line.item_id for line in redeem.lines if line.kind == "promotion"]


def _checks(redeem: Redeem) -> tuple[str, ...]:
    return tuple(one.item_id for one in redeem.lines if one.kind == "bonus_check")


def _id(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))

"""What is left in the journal of ids that the CRM does not know: pseudonyms."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from bridge.errors import BridgeError, NotFound, Refused, Unavailable, UpstreamError
from bridge.model import Customer, Item, Receipt
from bridge.redeem import Journal, Redeem, Redeemer
from bridge.redeem.desk.filter import Filter, kept_at
from bridge.redeem.desk.finder import Finder
from tests.redeem.conftest import SETTINGS, Clock, Shop
from tests.redeem.crm import Ledger, LedgerMapping

PSEUDONYM = re.compile("~[0-9a-f]{16}")


class Register(LedgerMapping):
    """A CRM with one customer, ``c1``, and no item whose name begins with "no"."""

    away = False

    def get(self, customer_id: str) -> Customer:
        if Register.away:
            raise Unavailable
        if customer_id != "c1":
            raise NotFound
        return Customer(customer_id)

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        if item.customer_id != "c1" or item.item_id in SPENT:
            raise Refused("There is no such item.")
        return super().redeem_item(item, ref)


SPENT = ("n1", "0701112233", "19900101-1234", "kim@example.com")


@pytest.fixture
def shop(journal: Journal, pool: Any) -> Shop:
    clock = Clock()
    shop = Shop(journal, Ledger(), clock, mapping=Register, pool=pool)
    shop.redeemer = Redeemer(
        *(journal, SETTINGS),
        clock=clock,
        pause=clock.pass_,
        pool=pool,
        aside=lambda _, work: work(),
    )
    return shop


@pytest.fixture
def find(shop: Shop) -> Callable[..., list[Redeem]]:
    sites = {"shop": shop.site}
    finder = Finder(shop.journal, shop.clock, sites=["shop"], kept=kept_at(sites))
    return lambda **by: finder.page(Filter(**by)).redeems


def refused(shop: Shop, *items: str, customer: str = "c1") -> None:
    with pytest.raises(UpstreamError):
        shop.redeem(*items, customer=customer)


def test_a_customer_who_is_not_there_is_kept_nowhere(
    shop: Shop, find: Callable[..., list[Redeem]]
) -> None:
    refused(shop, "n1", customer="Kim Berg")
    (redeem,) = find(customer_id="Kim Berg")
    assert PSEUDONYM.fullmatch(redeem.customer_id)
    assert find(customer_id=redeem.customer_id) == find() == [redeem]
    client, keys = shop.journal.store.client, shop.journal.keys
    assert not client.exists(keys.customer("shop", "Kim Berg"))
    assert not [key for key in client.scan_iter("*") if "Kim" in key]
    assert "Kim" not in client.hget(keys.redeem(redeem.redeem_id), "body")
    assert redeem.lines[0].item_id == "n1"


def test_a_customer_who_is_there_stays(
    shop: Shop, find: Callable[..., list[Redeem]]
) -> None:
    refused(shop, "n1")
    (redeem,) = find(customer_id="c1")
    assert redeem.customer_id == "c1"


def test_a_customer_whom_nobody_could_ask_about_stays(
    shop: Shop, find: Callable[..., list[Redeem]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Register, "away", True)
    refused(shop, "n1", customer="c2")
    assert find(customer_id="c2")[0].customer_id == "c2"


@pytest.mark.parametrize("item", [one for one in SPENT if one != "n1"])
def test_an_item_that_was_none_and_looks_like_somebody_is_not_kept(
    shop: Shop, find: Callable[..., list[Redeem]], item: str
) -> None:
    refused(shop, "p1", item)
    (redeem,) = find(item_id=item)
    first, second = [line.item_id for line in redeem.lines]
    assert PSEUDONYM.fullmatch(second)
    assert find(item_id=second) == find(item_id="p1") == [redeem]
    assert first == "p1"
    client = shop.journal.store.client
    items = shop.journal.keys.items("shop", item, redeem.created_at)
    assert not [one for one in client.lrange(items, 0, -1) if item in one]


def test_what_was_spent_stays_whatever_it_looks_like(
    shop: Shop, find: Callable[..., list[Redeem]]
) -> None:
    """A voucher may be numbered like anything: the CRM has said that it is one."""
    redeem = shop.redeem("0701234567", customer="c1")
    assert find(item_id="0701234567")[0].lines[0].item_id == "0701234567"
    shop.undo(redeem.redeem_id)
    assert find(item_id="0701234567")[0].lines[0].item_id == "0701234567"


def test_the_same_request_again_is_answered_as_before(shop: Shop) -> None:
    for _ in range(2):
        with pytest.raises(BridgeError, match="no such item"):
            shop.redeem("kim@example.com", customer="Kim Berg", key="k1")


def test_a_redeem_that_somebody_took_up_meanwhile_is_left_alone(
    shop: Shop, find: Callable[..., list[Redeem]], caplog: pytest.LogCaptureFixture
) -> None:
    load = shop.journal.load

    def late(redeem_id: str) -> Redeem | None:
        found = load(redeem_id)
        if found and found.settled:
            shop.journal.save(load(redeem_id) or found)
        return found

    shop.journal.load = late  # type: ignore[method-assign]
    refused(shop, "n1", customer="Kim Berg")
    assert "ids that may stand for nobody are kept" in caplog.text
    assert find(customer_id="Kim Berg")[0].customer_id == "Kim Berg"


def test_however_much_is_refused_the_crm_is_asked_one_by_one(
    shop: Shop, journal: Journal, pool: Any, find: Callable[..., list[Redeem]]
) -> None:
    """Tills need it more: each refusal on a thread of its own kept them out."""
    begun: list[Callable[[], None]] = []
    shop.redeemer = Redeemer(
        *(journal, SETTINGS),
        clock=shop.clock,
        pause=shop.clock.pass_,
        pool=pool,
        aside=lambda _, work: begun.append(work),
    )
    for number in range(5):
        refused(shop, "n1", customer=f"Kim {number}")
    assert len(begun) == 1
    begun.pop()()
    assert all(PSEUDONYM.fullmatch(redeem.customer_id) for redeem in find())
    assert begun == []
    refused(shop, "n1", customer="Kim again")
    assert len(begun) == 1


def test_a_mistake_over_one_of_them_does_not_stop_the_rest(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, find: Callable[..., list[Redeem]]
) -> None:
    def mistaken(*_: Any) -> None:
        raise ValueError

    with monkeypatch.context() as patched:
        patched.setattr(shop.journal, "rename", mistaken)
        refused(shop, "n1", customer="Kim Berg")
    shop.clock.pass_(1)
    refused(shop, "n1", customer="Kim Dahl")
    newest, oldest = find()
    assert PSEUDONYM.fullmatch(newest.customer_id)
    assert oldest.customer_id == "Kim Berg"


def test_no_more_wait_than_there_is_room_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, find: Callable[..., list[Redeem]]
) -> None:
    strangers = shop.redeemer.claims.strangers
    monkeypatch.setattr(strangers._waiting, "maxsize", 1)
    strangers._waiting.put_nowait(
        (new := Redeem("0" * 32, "shop", "c1", [], 0.0), shop.site)
    )
    refused(shop, "n1", customer="Kim Berg")
    assert find()[0].customer_id == "Kim Berg"
    assert strangers._waiting.get_nowait()[0] is new

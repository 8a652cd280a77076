"""The how-tos for support staff, step by step; and their words are the pages'."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.errors import CannotRedeem, ItemHeld, OutcomeUnknown
from bridge.model import Item, Receipt
from tests.journal_ui.conftest import Make, Person
from tests.journal_ui.history import History
from tests.journal_ui.test_pages import act, listed, loaded, text_of, told
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping
from tests.redeem.desk.test_people import Refusing, left_open

__all__ = ["told"]

SUPPORT = Path(__file__).parents[2] / "docs" / "support"

REFERENCE = ("about-the-pages", "command-line")

HOW_TOS = (
    "discount-missing",
    "refused",
    "no-answer",
    "item-in-use",
    "stuck",
    "who-used-it",
)
"""Each has a test of its own below, which follows it."""


@pytest.mark.parametrize("name", HOW_TOS)
def test_every_label_is_on_some_page(name: str, olga: Person, told: History) -> None:
    pages = [
        text_of(olga, "/journal"),
        text_of(olga, "/journal/overview"),
        *(
            text_of(olga, f"/journal/redeems/{told.stuck}{what}")
            for what in ("", "/try", "/close")
        ),
        *(
            text_of(olga, f"/journal/redeems/{told.spent}{what}")
            for what in ("", "/undo")
        ),
    ]
    labels = re.findall(
        r":guilabel:`([^`]+)`", (SUPPORT / f"{name}.rst").read_text("utf-8")
    )
    assert labels
    assert [label for label in labels if not any(label in page for page in pages)] == []


def test_discount_missing(olga: Person, shop: Shop) -> None:
    redeem_id = shop.redeem("p1", customer="c7").redeem_id
    assert listed(olga, "?customer=c7") == [redeem_id]
    page = text_of(olga, f"/journal/redeems/{redeem_id}")
    assert "The item has been spent" in page
    page = text_of(olga, act(olga, redeem_id, "undo").location)
    assert "It is undone." in page
    assert "Nothing is spent" in page
    shop.clock.pass_(1)
    assert shop.redeem("p1", customer="c7")


def test_refused(olga: Person, shop: Shop) -> None:
    earlier = shop.redeem("p1", customer="c1").redeem_id
    shop.clock.pass_(60)
    shop.clock.pass_(1)
    with pytest.raises(CannotRedeem):
        shop.redeem("p0", "p1", customer="c7")
    (redeem_id,) = listed(olga, "?customer=c7")
    page = text_of(olga, f"/journal/redeems/{redeem_id}")
    assert "Nothing is spent: the CRM refused promotion p1" in page
    assert "the CRM refused: p1 is already spent" in page
    assert listed(olga, "?item=p1&site=shop") == [redeem_id, earlier]
    assert shop.redeem("p0", customer="c7")


def test_no_answer(make: Make, shop: Shop) -> None:
    class Deaf(LedgerMapping):
        """Spends, and nobody hears of it for a while."""

        away = True

        def redeem_item(self, item: Item, ref: str) -> Receipt:
            super().redeem_item(item, ref)
            raise OutcomeUnknown

        def find_receipt(self, item: Item, ref: str) -> Receipt | None:
            if self.away:
                raise OutcomeUnknown
            return super().find_receipt(item, ref)

    deaf = shop.but(mapping=Deaf)
    with pytest.raises(OutcomeUnknown):
        deaf.redeem("p1", customer="c7")
    person = Person(make(deaf).test_client())
    person.sign_in()
    (redeem_id,) = listed(person, "?customer=c7")
    page = text_of(person, f"/journal/redeems/{redeem_id}")
    assert "Not finished, it is tried again by itself: promotion p1 is perhaps" in page
    assert "The next try is at" in page
    assert act(person, redeem_id, "try").status_code == 504
    Deaf.away = False
    assert act(person, redeem_id, "try").status_code == 303
    page = text_of(person, f"/journal/redeems/{redeem_id}")
    assert "Nothing is spent" in page
    assert shop.ledger.spent == {}


def test_item_in_use(make: Make, shop: Shop) -> None:
    refusing = shop.but(mapping=Refusing)
    held = left_open(refusing)
    with pytest.raises(ItemHeld):
        refusing.redeem("p1", register="r2")
    person = Person(make(shop).test_client())
    person.sign_in()
    assert listed(person, "?item=p1&state=open") == [held.redeem_id]
    assert act(person, held.redeem_id, "try").status_code == 303
    assert "Nothing is spent" in text_of(person, f"/journal/redeems/{held.redeem_id}")
    assert listed(person, "?item=p1&state=open") == []
    assert shop.redeem("p1", register="r2")


def test_stuck(make: Make, shop: Shop) -> None:
    refusing = shop.but(mapping=Refusing)
    stuck = left_open(refusing)
    person = Person(make(refusing).test_client())
    person.sign_in()
    assert "stuck now 1" in text_of(person, "/journal/overview")
    assert listed(person, "?state=stuck") == [stuck.redeem_id]
    assert act(person, stuck.redeem_id, "try").status_code == 409
    found = {"found-0": "spent", "found-1": "not spent"}
    done = act(person, stuck.redeem_id, "close", **found)
    assert "Closed by hand" in text_of(person, done.location)
    assert listed(person, "?state=stuck") == []
    assert loaded(shop, stuck.redeem_id).goal.value == "undone"


def test_who_used_it(olga: Person, shop: Shop) -> None:
    redeem_id = shop.redeem("p1", customer="c7", register="r9").redeem_id
    (found,) = listed(olga, "?item=p1&state=redeemed")
    assert found == redeem_id
    page = text_of(olga, f"/journal/redeems/{found}")
    for words in ("c7", "s1", "r9", '"spent": "p1"', "The CRM's receipt"):
        assert words in page

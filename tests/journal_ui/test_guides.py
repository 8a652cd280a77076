"""Beside a redeem stands what to do about it, and all that it names is there."""

from __future__ import annotations

import re
from html import unescape

import pytest

from bridge.errors import CannotRedeem, ItemHeld, Unavailable
from bridge.journal_ui.guides import GUIDES, Guide, guides
from bridge.language import LANGUAGES, Situation, reader
from bridge.model import Item, Receipt
from bridge.redeem.desk.phrases import GROUPS
from bridge.redeem.record import Event
from tests.journal_ui.conftest import Make, Person
from tests.journal_ui.test_pages import listed, loaded
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping
from tests.redeem.desk.test_people import Refusing, left_open

SECTION = re.compile(r'<section [^>]*"guides">.*?</section>', re.DOTALL)
SUMMARY = re.compile(r"<details class=\"guide\"( open)?><summary>(.*?)</summary>")


class Away(LedgerMapping):
    def redeem_item(self, item: Item, ref: str) -> Receipt:
        raise Unavailable


@pytest.fixture
def troubled(shop: Shop) -> dict[str, str]:
    """Redeems that stand in each way, by its name."""
    refusing, away = shop.but(mapping=Refusing), shop.but(mapping=Away)
    made = {"redeemed": shop.redeem("p0", register="r0").redeem_id}
    made["undone"] = shop.redeem("p1", register="r1").redeem_id
    shop.undo(made["undone"])
    heard = shop.redeem("p2", register="r2")
    made["unheard"] = heard.redeem_id
    told = Event(shop.clock(), "answered", took_ms=9_000, status=200, gone_ms=40)
    shop.journal.tell(heard, told)
    made["stuck"] = left_open(refusing).redeem_id
    for name, who, promotion, error in (
        ("refused", shop, "p0", CannotRedeem),
        ("held", refusing, "p1", ItemHeld),
        ("trouble", away, "p4", Unavailable),
    ):
        shop.clock.pass_(1)
        with pytest.raises(error):
            who.redeem(promotion, customer=f"c-{name}", register="r9")
        made[name] = newest(shop, f"c-{name}")
    return made


def newest(shop: Shop, customer: str) -> str:
    key = shop.journal.keys.customer("shop", customer)
    ((_, redeem_id),) = shop.journal.indexes.indexed(key, (9e12, ""), 1)
    return redeem_id


def labels(guide: Guide) -> set[str]:
    return {
        str(one)
        for step in guide.steps
        if isinstance(step, Situation)
        for one in step.named.values()
    }


def test_each_way_has_its_guide(
    make: Make, shop: Shop, troubled: dict[str, str]
) -> None:
    person = Person(make(shop).test_client())
    person.sign_in()
    for name, redeem_id in troubled.items():
        page = person.get(f"/journal/redeems/{redeem_id}").text
        there = SUMMARY.findall(page)
        shown = [(bool(open_), unescape(title)) for open_, title in there]
        assert shown == [(one.urgent, one.title) for one in GUIDES[name]], name
        pages = unescape(SECTION.sub("", page))
        for more in ("undo", "close"):
            pages += unescape(person.get(f"/journal/redeems/{redeem_id}/{more}").text)
        if name == "held":  # the one that it leads to
            pages += person.get(f"/journal/redeems/{troubled['stuck']}").text
        for guide in GUIDES[name]:
            assert {one for one in labels(guide) if one not in pages} == set(), name


def test_a_redeem_that_goes_on_by_itself_has_a_guide(shop: Shop) -> None:
    open_ = loaded(shop, left_open(shop.but(mapping=Refusing)).redeem_id)
    open_.stuck = False
    assert guides(open_, []) == GUIDES["open"]


def test_there_is_a_guide_for_every_way_to_stand() -> None:
    assert set(GUIDES) == {*GROUPS, "open", "stuck", "unheard"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_step_has_the_labels_of_its_own_language(language: str) -> None:
    said = reader(language)
    for of_one in GUIDES.values():
        for step in (step for guide in of_one for step in guide.steps):
            for label in getattr(step, "named", {}).values():
                assert said.say(label) in said.say(step)


def test_whoever_may_only_look_is_told(rune: Person, shop: Shop) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    page = rune.get(f"/journal/redeems/{redeem_id}").text
    assert "the buttons are there for those who may" in page
    assert listed(rune) == [redeem_id]


def test_the_guide_is_in_the_readers_language(olga: Person, shop: Shop) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    swedish = {"Accept-Language": "sv-SE,sv;q=0.9"}
    page = olga.get(f"/journal/redeems/{redeem_id}", headers=swedish).text
    assert "Vad du kan göra" in page
    assert "klicka på ”Ångra…”" in page

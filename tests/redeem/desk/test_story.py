"""What the journal tells people: one sentence, and what happened try by try."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bridge.redeem
from bridge import errors
from bridge.errors import CannotRedeem, OutcomeUnknown
from bridge.model import Item, Receipt
from bridge.redeem.desk.asked import Found
from bridge.redeem.desk.people import People
from bridge.redeem.desk.phrases import CALLS, ENDINGS, GROUPS, HAPPENED, REASONS
from bridge.redeem.desk.story import (
    happened,
    next_try,
    sentence,
    standing,
    tries,
)
from bridge.redeem.record import TELLS, Redeem, Why
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping
from tests.redeem.desk.test_people import Refusing, Silent, left_open, people

AT = r"2023-11-\d\d \d\d:\d\d:\d\d UTC"


def told(shop: Shop, redeem_id: str) -> tuple[str, list[tuple[str, list[str]]]]:
    """Return the sentence, and each try's worker with the words of its events."""
    redeem = shop.journal.load(redeem_id)
    assert redeem is not None
    events = shop.journal.events(redeem)
    return sentence(redeem, events, shop.clock()), [
        (one.who, [event.what for event in one.events]) for one in tries(events)
    ]


def test_a_success(shop: Shop) -> None:
    said, (only,) = told(shop, shop.redeem("p1", "p2").redeem_id)
    assert re.fullmatch(f"All 2 items have been spent since {AT}.", said)
    assert only[0] == "the till"
    assert only[1][0], only[1][-1] == ("begun", "all redeemed")


@pytest.mark.parametrize(
    ("times", "words"), [(1, "asked once more"), (3, "asked 3 more times")]
)
def test_a_second_tap(shop: Shop, times: int, words: str) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    for _ in range(times):
        shop.redeem("p1")
    said, (_, *later) = told(shop, redeem_id)
    assert said.startswith("The item has been spent since ")
    assert words in said
    assert later == [("the till, again", ["asked again"])] * times


def test_a_refusal(shop: Shop) -> None:
    shop.ledger.spend("p2", "elsewhere")
    with pytest.raises(CannotRedeem):
        shop.redeem("p1", "p2")
    (newest,) = shop.journal.indexes.indexed(
        shop.journal.keys.customer("shop", "c1"), (9e12, ""), 1
    )
    said, (only,) = told(shop, newest[1])
    assert re.fullmatch(f"Nothing is spent: the CRM refused promotion p2; {AT}.", said)
    assert only[0] == "the till"


def test_an_undo_of_the_pos(shop: Shop) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    shop.undo(redeem_id)
    said, workers = told(shop, redeem_id)
    assert re.fullmatch(
        f"Nothing is spent: given back when the till asked for it, {AT}.", said
    )
    assert [who for who, _ in workers] == ["the till", "an undo"]
    assert workers[1][1][:2] == ["turned", "claimed"]


def test_an_undo_that_the_crm_never_gives(shop: Shop) -> None:
    class Final(LedgerMapping):
        irreversible = frozenset({"promotion"})  # type: ignore[assignment]

    final = shop.but(mapping=Final)
    redeem_id = final.redeem("p1").redeem_id
    with pytest.raises(Exception, match="gives back nothing"):
        final.undo(redeem_id)
    _, workers = told(shop, redeem_id)
    assert workers[1] == ("an undo", ["undo refused"])


def test_what_a_person_did(shop: Shop) -> None:
    refusing = shop.but(mapping=Refusing)
    redeem = left_open(refusing)
    said, _ = told(shop, redeem.redeem_id)
    assert said == (
        "Stuck, a person has to look at it: promotion p1 is spent, and the CRM does "
        "not give it back; promotion p2 is not spent."
    )
    who = people(refusing)
    with pytest.raises(Exception, match="p1 is used up"):
        who.try_now(
            redeem.redeem_id, redeem.version, "anna", "why", refusing.deadline()
        )
    redeem = shop.journal.load(redeem.redeem_id) or redeem
    who.close(
        redeem.redeem_id,
        redeem.version,
        "bo",
        "x",
        [Found.UNKNOWN, Found.NOT_SPENT],
        refusing.deadline(),
    )

    said, workers = told(shop, redeem.redeem_id)
    assert re.fullmatch(
        "Closed by hand: promotion p1 is unknown; promotion p2 is not spent, as bo "
        f"found out; {AT}.",
        said,
    )
    assert [who for who, _ in workers] == ["the till", "anna", "bo"]
    assert workers[1][1][:2] == ["tried by hand", "claimed"]
    assert workers[2][1] == ["closed", "asked", "asked", "stated", "stated"]


def test_an_interruption(shop: Shop) -> None:
    class Mute(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            raise OutcomeUnknown

    with pytest.raises(OutcomeUnknown):
        shop.but(mapping=Mute).redeem("p1")
    (redeem_id,) = shop.journal.indexes.open_ids()
    said, _ = told(shop, redeem_id)
    assert said == (
        "Not finished, it is tried again by itself: promotion p1 is perhaps spent."
    )
    shop.recover(2)
    _, workers = told(shop, redeem_id)
    assert {who for who, _ in workers[1:]} == {"recovery"}


def test_one_whose_worker_died_and_was_taken_over(shop: Shop) -> None:
    redeem = left_open(shop.but(mapping=Silent))
    redeem.goal, redeem.why = redeem.goal.REDEEMED, ""
    shop.journal.save(redeem, "w")
    shop.recover(1)
    said, workers = told(shop, redeem.redeem_id)
    assert "interrupted before the till had its answer" in said
    assert workers[1][1][:2] == ["turned", "claimed"]


def test_while_somebody_is_at_work(shop: Shop) -> None:
    redeem = left_open(shop.but(mapping=Silent))
    assert next_try(redeem, shop.clock()) == redeem.due_at
    redeem.lease_until = shop.clock() + 5
    assert sentence(redeem, [], shop.clock()).startswith("At work right now: ")
    assert next_try(redeem, shop.clock()) == redeem.lease_until


def test_many_items_are_counted(shop: Shop) -> None:
    redeem_id = shop.redeem("p1", "p2", "p3", "p4").redeem_id
    redeem = shop.journal.load(redeem_id)
    assert isinstance(redeem, Redeem)
    assert standing(redeem) == "4 items: spent"
    assert next_try(redeem, shop.clock()) == 0


def test_every_word_of_the_journal_has_a_meaning_for_people() -> None:
    """Whatever is told as an event, in any module, is explained here."""
    package = Path(bridge.redeem.__file__).parents[1]
    source = "".join(path.read_text() for path in package.rglob("*.py"))
    told = {
        *re.findall(r"""Event\([\w.()]+, "([^"]+)""", source),
        *re.findall(r"""(?:tell|move|_tell)\([^"()]*"([^"]+)""", source),
        *TELLS,
    }
    assert len(told) > 15
    called = {word.partition(": ")[0] for word in told if "{error.what}" in word}
    assert called == {*CALLS}
    assert {word for word in told if "{" not in word} - {*HAPPENED} == set()


def test_everything_an_error_may_be_has_a_meaning_for_people() -> None:
    """Each class of errors says in one word what happened; each word has a phrase."""
    kinds = [one for one in vars(errors).values() if isinstance(one, type)]
    upstream = [one for one in kinds if issubclass(one, errors.UpstreamError)]
    assert {one.what for one in upstream} <= {why.value for why in Why}
    assert (
        {*ENDINGS}
        == {"redeemed", *Why}
        == {how for of in GROUPS.values() for how in of}
    )
    assert {*REASONS} == {*Why}


def test_words_and_texts_together(shop: Shop) -> None:
    shop.ledger.spend("p1", "elsewhere")
    with pytest.raises(CannotRedeem):
        shop.redeem("p1")
    ids = shop.journal.indexes.indexed(
        shop.journal.keys.customer("shop", "c1"), (9e12, ""), 1
    )
    redeem = shop.journal.load(ids[0][1])
    assert redeem is not None
    words = [happened(event) for event in shop.journal.events(redeem)]
    assert "the CRM refused: p1 is already spent" in words
    assert isinstance(people(shop), People)

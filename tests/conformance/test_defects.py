"""Each case has been seen to find what it is there for, at a server that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bridge.conformance import Client, Settings, Verdict, run
from bridge.conformance.case import Case
from bridge.conformance.cases import CASES, whole
from bridge.secret import Secret
from tests.conformance.stall import LOGIN, Stall

KEY = ("mobile", "+46701112233")

DEVIATES: dict[str, str] = {
    "open": "No credentials",
    "any password": "A wrong password",
    "challenge": "The challenge",
    "consents": "Consents",
    "options": "Additional options",
    "headers": "Percent-encoded headers",
    "nobody": "Nobody, by each type of key",
    "national": "A mobile number in its national form",
    "two found": "A customer who is there",
    "lookup of nobody": "A lookup of nobody",
    "looked up": "A lookup",
    "money": "A customer by id",
    "other id": "A customer by id",
    "total": "The purchases of a customer",
    "nobody's purchases": "The purchases of nobody",
    "no key": "A search without a key",
    "no key_type": "A search without a type",
    "shoe size": "A search by a type that is none",
    "nobody's card": "An unknown customer",
    "statuscode": "An unknown customer",
    "blank error": "An unknown customer",
    "own error": "An unknown customer",
    "odd id": "An id with a slash, a space, å and %",
    "html": "An unknown path",
    "json": "A customer that is no JSON",
    "object": "A customer that is a list",
    "types": "An e-mail address that is a number",
    "gender": "A gender that is none",
    "upsert": "Changing an unknown customer",
    "created": "Search, look up, then add",
    "read-only": "Search, look up, then add",
    "changes": "Search, look up, then add",
    "stale": "Reading it at once",
    "not by mobile": "Finding it by each key",
    "no purchases": "Its purchases",
    "conflict": "Adding the same again",
    "body id": "A new first name",
    "ignores": "A new first name",
    "lists": "Without its lists",
    "unknown item": "An unknown promotion",
    "for nobody": "For an unknown customer",
    "unseen": "Redeem, see it, undo",
    "stays redeemed": "Redeem, see it, undo",
    "twice": "From a second register",
    "partly": "A good item with a bad one",
    "only one": "All of it together",
    "unknown redeem": "An unknown redeem_id",
    "anybody": "By another customer",
    "undone": "Twice",
    "one id": "And redeem again",
    "type": "Their type",
}
"""What is wrong with a server, and the case that has to find it."""

REMARKS = {
    "nothing": "Of nothing",
    "a second one": "Adding the same again",
    "nobody bought": "The purchases of nobody",
    "undone already": "Twice",
    "forgets": "Search, look up, then add",
    "no adding": "Search, look up, then add",
    "no changing": "A new first name",
}

AGREES = {"no lookup": "A lookup", "the same one": "Adding the same again"}


def verdicts(
    *wrong: str, cases: Sequence[Case] = CASES, **settings: Any
) -> dict[str, Verdict]:
    stall = Stall(*wrong)
    user, _, password = LOGIN.partition(":")
    wanted = Settings(allow_writes=True, keys=[KEY], **settings)
    with stall.serving():
        results = run(Client(stall.origin, user, Secret(password)), wanted, cases)
    return {result.case.title: result.verdict for result in results}


def test_a_sound_server_agrees_in_everything() -> None:
    assert {*verdicts().values()} == {Verdict.AGREES}


@pytest.mark.parametrize("wrong", DEVIATES)
def test_what_is_wrong_is_found(wrong: str) -> None:
    assert verdicts(wrong)[DEVIATES[wrong]] is Verdict.DEVIATES


@pytest.mark.parametrize("wrong", REMARKS)
def test_what_is_left_open_is_remarked_on(wrong: str) -> None:
    found = verdicts(wrong)
    assert found[REMARKS[wrong]] is Verdict.REMARK
    assert Verdict.DEVIATES not in found.values()


@pytest.mark.parametrize("wrong", AGREES)
def test_what_may_be_otherwise_agrees(wrong: str) -> None:
    found = verdicts(wrong)
    assert found[AGREES[wrong]] is Verdict.AGREES
    assert Verdict.DEVIATES not in found.values()


def test_two_registers_that_both_get_it_are_found() -> None:
    """The server waits for the second one, so nothing else may be redeemed."""
    title = "From two registers at once"
    cases = [one for one in CASES if one.title in (title, "Search, look up, then add")]
    assert verdicts("at once", cases=cases)[title] is Verdict.DEVIATES


def test_what_was_named_and_is_not_on_the_card_is_found() -> None:
    named = {"customer_id": "c-1", "promotions": ["p-1-1"]}
    title = "The card shows what there is"
    assert verdicts("not offered", **named)[title] is Verdict.DEVIATES
    assert verdicts(**named)[title] is Verdict.AGREES


def test_a_server_error_is_found_wherever_it_is() -> None:
    assert verdicts("shoe size")["Their faults"] is Verdict.DEVIATES


def test_slow_answers_are_remarked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "WANTED_SECONDS", 0.0)
    assert verdicts()["Their time"] is Verdict.REMARK


def test_every_case_has_found_something() -> None:
    found = {*DEVIATES.values(), *REMARKS.values()}
    found |= {"The card shows what there is", "From two registers at once"}
    found |= {"Their faults", "Their time"}
    assert {one.title for one in CASES} == found


def test_sitoos_own_test_cases_are_all_there() -> None:
    """As its test-case document for custom CRMs has them, in the words of v2."""
    assert {one.sitoo for one in CASES} - {""} == {
        "Add contact",
        "Find by each identifier",
        "Edit contact",
        "Person lookup",
        "Promotions are shown",
        "Redeem and undo",
        "Purchase history",
    }


def test_without_leave_nothing_but_get_is_sent() -> None:
    stall = Stall()
    user, _, password = LOGIN.partition(":")
    with stall.serving():
        run(Client(stall.origin, user, Secret(password)), Settings(keys=[KEY]))
    assert {*stall.requests} == {"GET"}


def test_all_that_was_redeemed_is_given_back_and_nobody_elses_touched() -> None:
    stall = Stall()
    before = repr(stall.john)
    user, _, password = LOGIN.partition(":")
    with stall.serving():
        run(Client(stall.origin, user, Secret(password)), Settings(True, [KEY]))
    assert repr(stall.john) == before
    shown = [one for card in stall.customers.values() for one in card["promotions"]]
    assert len(stall.redeems) > 5
    assert not any(one["redeemed"] for one in shown)

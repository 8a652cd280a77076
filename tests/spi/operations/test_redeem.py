from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from bridge.app import create_app
from bridge.errors import (
    AccessRefused,
    CannotRedeem,
    CannotUndo,
    Failing,
    Garbled,
    HungUp,
    ItemHeld,
    JournalError,
    KeyReused,
    LostClaim,
    Missing,
    NotAsked,
    NotFound,
    OutcomeUnknown,
    RedeemBusy,
    Refused,
    Throttled,
    TookTooLong,
    Unavailable,
    Unsupported,
)
from bridge.mapping import Mapping
from bridge.redeem.record import Why
from bridge.spi.schemas.labels import LABELS
from tests.spi.till import JOHN, Till, config, error_of, site


class Redeeming(Mapping):
    """Offers redeeming, and fails a test that gets that far."""

    title = "Redeeming"

    def get(self, customer_id):
        return JOHN

    def redeem_item(self, item, ref):
        raise AssertionError("the CRM was called before the journal was written")

    def find_receipt(self, item, ref):
        raise AssertionError("the CRM was called before the journal was written")

    def undo_item(self, item, ref, receipt):
        raise AssertionError("the CRM was called before the journal was written")


REDEEM_ID = "64DCDD6D716EA0F470734356665E5730"
BASKET = {"bonus_checks": ["b1"], "promotions": ["p1", "p2"]}


def test_a_redeem_answers_what_was_spent_and_what_undoes_it(till, redeemer):
    response = till.post("/customers/c1/redeem", json=BASKET)
    assert response.status_code == 200
    assert response.json == {"redeem_id": REDEEM_ID, **BASKET}
    ((verb, site, customer_id, bonus_checks, promotions, how),) = redeemer.calls
    assert (verb, site, customer_id) == ("redeem", "north", "c1")
    assert (bonus_checks, promotions) == (["b1"], ["p1", "p2"])
    assert how["idempotency_key"] is None
    assert 0 < how["deadline"].remaining() <= 8


def test_one_of_the_lists_may_be_empty(till):
    basket = {"bonus_checks": [], "promotions": ["p1"]}
    assert till.post("/customers/c1/redeem", json=basket).status_code == 200


def test_an_idempotency_key_is_handed_over(till, redeemer):
    headers = {"Idempotency-Key": "7f-1"}
    till.post("/customers/c1/redeem", json=BASKET, headers=headers)
    assert redeemer.calls[0][-1]["idempotency_key"] == "7f-1"


@pytest.mark.parametrize("key", ["x" * 256, "a\x7fb"])
def test_an_idempotency_key_is_short_plain_text(till, redeemer, key):
    headers = {"Idempotency-Key": key}
    response = till.post("/customers/c1/redeem", json=BASKET, headers=headers)
    status, text = error_of(response)
    assert status == 400
    assert text == Garbled().errortext
    assert redeemer.calls == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"bonus_checks": ["b1"]}, "promotions"),
        ({"promotions": ["p1"]}, "bonus_checks"),
        ({"bonus_checks": [], "promotions": []}, "promotions"),
        ({"bonus_checks": ["b1", "b1"], "promotions": []}, "bonus_checks"),
        ({"bonus_checks": None, "promotions": ["p1"]}, "bonus_checks"),
        ({"bonus_checks": "b1", "promotions": ["p1"]}, "bonus_checks"),
        ({"bonus_checks": [1], "promotions": ["p1"]}, "bonus_checks"),
        ({"bonus_checks": [""], "promotions": ["p1"]}, "bonus_checks"),
        ({"bonus_checks": [], "promotions": ["p"] * 101}, "promotions"),
        ([], "object"),
    ],
)
def test_what_is_not_a_basket_is_refused(till, redeemer, body, named):
    status, text = error_of(till.post("/customers/c1/redeem", json=body))
    assert status == 400
    assert LABELS.get(named, Garbled().errortext) in text
    assert redeemer.calls == []


def test_an_undo_answers_200_and_nothing_else(till, redeemer):
    response = till.delete(f"/customers/c1/redeem/{REDEEM_ID}")
    assert (response.status_code, response.data) == (200, b"")
    assert "Content-Type" not in response.headers
    assert redeemer.calls[0][:4] == ("undo", "north", "c1", REDEEM_ID)


@pytest.mark.parametrize(
    "redeem_id", [REDEEM_ID.lower(), REDEEM_ID[:-1], "0701112233", "x"]
)
def test_what_cannot_be_a_redeem_id_is_404(till, redeemer, redeem_id):
    assert error_of(till.delete(f"/customers/c1/redeem/{redeem_id}"))[0] == 404
    assert redeemer.calls == []


@pytest.mark.parametrize(
    ("error", "redeem", "undo"),
    [
        (CannotRedeem("No."), 409, 409),
        (CannotUndo("No."), 409, 409),
        (Refused("No."), 409, 409),
        (Missing("No."), 409, 409),
        (Unsupported("No."), 409, 409),
        (ItemHeld("No."), 409, 409),
        (KeyReused("No."), 409, 409),
        (NotFound("No."), 404, 404),
        (AccessRefused("No."), 502, 502),
        (Throttled("No."), 429, 429),
        (Unavailable("No."), 503, 503),
        (JournalError("No."), 503, 503),
        (RedeemBusy("No."), 503, 503),
        (LostClaim("No."), 503, 503),
        (OutcomeUnknown("No."), 504, 504),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_refusal_has_its_status(till, redeemer, error, redeem, undo):
    redeemer.error = error
    response = till.post("/customers/c1/redeem", json=BASKET)
    assert error_of(response) == (redeem, "No.")
    response = till.delete(f"/customers/c1/redeem/{REDEEM_ID}")
    assert error_of(response) == (undo, "No.")


def test_without_redis_a_redeem_is_503_and_customers_can_still_be_read():
    """Nobody listens at the tests' Redis address: this is the real redeemer."""
    app = create_app(config(site("north", pos="secret")), mapping=Redeeming)
    till = Till(app.test_client())
    assert error_of(till.post("/customers/c1/redeem", json=BASKET))[0] == 503
    assert error_of(till.delete(f"/customers/c1/redeem/{REDEEM_ID}"))[0] == 503
    assert till.get("/customers/c1").status_code == 200


@pytest.mark.parametrize(
    ("customer_id", "asked"), [("kim%40example.com", True), ("c1", False)]
)
def test_nobody_s_address_is_written_down_as_an_id_that_there_is_not(
    till, crm, redeemer, customer_id, asked
):
    crm.answers["get"] = Missing()
    body = {"bonus_checks": [], "promotions": ["p1"]}
    answer = till.post(f"/customers/{customer_id}/redeem", json=body)
    assert (answer.status_code == 409) is asked
    assert bool(crm.calls) is asked
    assert bool(redeemer.calls) is not asked


OUTCOMES = [
    (None, "redeemed", "given back"),
    (CannotRedeem(), "refused", "refused"),
    (NotAsked(), "not asked", "not asked"),
    (Unavailable(), "not reached", "not reached"),
    (AccessRefused(), "shut out", "shut out"),
    (Throttled(), "put off", "put off"),
    (OutcomeUnknown(), "no answer", "no answer"),
    (Failing(), "failed", "failed"),
    (ItemHeld(), "held", "held"),
    (TookTooLong(), "too late", "too late"),
    (HungUp(), "hung up", "hung up"),
    (JournalError(), "no journal", "no journal"),
]


@pytest.mark.parametrize(("error", "redeemed", "undone"), OUTCOMES)
def test_each_is_counted_by_how_it_ended(till, redeemer, error, redeemed, undone):
    def counted(operation, outcome):
        labels = {"site": "north", "operation": operation, "outcome": outcome}
        return REGISTRY.get_sample_value("sitoo_bridge_redeems_total", labels) or 0

    redeemer.error = error
    before = counted("redeem", redeemed), counted("undo", undone)
    till.post("/customers/c1/redeem", json=BASKET)
    till.delete(f"/customers/c1/redeem/{REDEEM_ID}")
    after = counted("redeem", redeemed), counted("undo", undone)
    assert after == (before[0] + 1, before[1] + 1)


def test_they_are_the_words_of_the_journal():
    known = {why.value for why in Why} | {"redeemed", "no journal"}
    said = {word for _, *words in OUTCOMES for word in words}
    assert said <= known
    # What no till is told: a twin waits for the other's answer.
    assert known - said == {"twin", "interrupted"}

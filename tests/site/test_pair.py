"""Two systems that look like one CRM to a till: cards, redeems, and their bad days."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from bridge import mapping as contract
from bridge.mapping import Mapping, offers
from bridge.parts import create_site
from bridge.site import paired
from bridge.site.pair import BENEFITS, CARDS, CUSTOMERS
from mappings import demo
from tests.demo_crm_process import JOHN, JOHNS_OFFER
from tests.mappings.till import together
from tests.site.conftest import ANNA, Shop

BY_VALUE = ("member_number", "email")


def test_the_card_has_the_person_of_the_one_and_the_benefits_of_the_other(
    shop: Shop,
) -> None:
    shop.customers.call("PATCH", f"/contacts/{JOHN}", json={"givenName": "Johan"})
    given = shop.benefits.grant(JOHN, offers=1, vouchers=1)
    card = shop.start().customer(JOHN)
    assert card["name_first"] == "Johan"
    assert given["offers"][0] in [one["promotion_id"] for one in card["promotions"]]
    (check,) = card["bonus_checks"]
    assert check["bonus_check_id"] == given["vouchers"][0]


@pytest.mark.parametrize("found_by", BY_VALUE)
def test_somebody_is_found_by_what_both_have(shop: Shop, found_by: str) -> None:
    hers, theirs = shop.anna()
    (offer,) = shop.offers(theirs)
    till = shop.start(found_by)
    card = till.customer(hers)
    assert card["customer_id"] == hers
    assert offer in [one["promotion_id"] for one in card["promotions"]]
    for key_type, key in (
        ("email", "anna.ask@example.com"),
        ("member_number", "70001"),
        ("mobile", ANNA["cell"]),
    ):
        query = {"key_type": key_type, "key": key}
        (found,) = till("GET", "/customers", params=query).json()
        assert found == card


def test_a_customers_page_is_in_the_system_that_has_the_customers(shop: Shop) -> None:
    class Own(demo.Mapping):
        @classmethod
        def crm_page(cls, customer_id: str) -> str:
            return f"/contacts/{customer_id}"

    (config,) = shop.configure().sites
    upstream = replace(config.upstream, url="https://customers.test")
    made = create_site(replace(config, upstream=upstream), Own)
    assert made.crm_page("7") == "https://customers.test/contacts/7"


@pytest.mark.parametrize("found_by", BY_VALUE)
def test_what_is_redeemed_is_the_other_systems_customers(
    shop: Shop, found_by: str
) -> None:
    hers, theirs = shop.anna()
    (offer,) = shop.offers(theirs)
    till = shop.start(found_by)
    answer = till.redeem(hers, promotions=[offer])
    assert answer.status_code == 200, answer.text
    redeem_id = answer.json()["redeem_id"]
    assert (shop.spent(offer) or "").startswith(redeem_id)
    assert till.undo("somebody else", redeem_id).status_code == 404
    assert till.undo(hers, redeem_id).status_code == 200
    assert shop.spent(offer) is None


def test_a_redeem_is_undone_for_whom_it_was_redeemed(shop: Shop) -> None:
    """An address that has moved to somebody else meanwhile moves no redeem."""
    hers, theirs = shop.anna()
    (offer,) = shop.offers(theirs)
    till = shop.start("email")
    redeem_id = till.redeem(hers, promotions=[offer]).json()["redeem_id"]
    moved = {"email": "elsewhere@example.com"}
    shop.benefits.call("PATCH", f"/contacts/{theirs}", json=moved)
    assert till.undo(hers, redeem_id).status_code == 200
    assert shop.spent(offer) is None


@pytest.mark.parametrize("found_by", BY_VALUE)
def test_a_stranger_to_the_benefits_has_none(shop: Shop, found_by: str) -> None:
    made = shop.customers.call("POST", "/contacts", json=ANNA)
    hers = made.json()["id"]
    till = shop.start(found_by)
    card = till.customer(hers)
    assert card["promotions"] == card["bonus_checks"] == []
    answer = till.redeem(hers, promotions=[JOHNS_OFFER])
    assert answer.status_code == 409
    assert "not known" in answer.json()["errortext"]
    assert shop.benefits.ledger() == []


def test_somebody_without_what_is_asked_for_has_none(shop: Shop) -> None:
    unnamed = {**ANNA, "email": None}
    hers = shop.customers.call("POST", "/contacts", json=unnamed).json()["id"]
    card = shop.start("email").customer(hers)
    assert card["promotions"] == card["bonus_checks"] == []


def test_found_by_another_key_the_benefits_are_the_cards_own(shop: Shop) -> None:
    """Whoever else has the typed address in the other system has nothing to do here."""
    _, theirs = shop.anna()
    (offer,) = shop.offers(theirs)
    till = shop.start("member_number")
    query = {"key_type": "email", "key": "anna.ask@example.com"}
    (found,) = till("GET", "/customers", params=query).json()
    assert offer in [one["promotion_id"] for one in found["promotions"]]


def test_benefits_that_cannot_be_read_are_said_and_not_none(shop: Shop) -> None:
    shop.benefits.fault("500", path="/contacts", times=None)
    card = shop.start().customer(JOHN)
    assert card["name_first"]
    assert "promotions" not in card
    assert "bonus_checks" not in card
    assert "Could not be read" in card["status"]["text"]
    assert card["status"]["color"] != "green"


def test_half_of_the_benefits_that_cannot_be_read_is_said(shop: Shop) -> None:
    shop.benefits.fault("500", path="/offers", times=None)
    card = shop.start().customer(JOHN)
    assert "promotions" not in card
    assert card["bonus_checks"] == []
    assert "promotions" in card["status"]["text"]
    assert "bonus checks" not in card["status"]["text"]


def test_without_the_customers_there_is_no_card(shop: Shop) -> None:
    shop.customers.fault("500", path="/contacts", times=None)
    answer = shop.start()("GET", f"/customers/{JOHN}")
    assert answer.status_code == 503
    assert shop.start()("GET", "/customers/nobody").status_code == 503


def test_a_customer_nobody_has_is_not_found(shop: Shop) -> None:
    assert shop.start()("GET", "/customers/nobody").status_code == 404


def test_a_new_customer_and_a_changed_one_show_both(shop: Shop) -> None:
    (offer,) = shop.offers(JOHN)
    till = shop.start()
    made = till("POST", "/customers", json={"name_first": "Ny", "name_last": "Kund"})
    assert made.status_code == 201
    assert made.json()["promotions"] == []
    changed = till("PUT", f"/customers/{JOHN}", json={"name_first": "Johan"})
    assert changed.status_code == 200
    assert changed.json()["name_first"] == "Johan"
    assert offer in [one["promotion_id"] for one in changed.json()["promotions"]]
    theirs = shop.benefits.call("GET", f"/contacts/{JOHN}").json()
    assert theirs["givenName"] != "Johan"


def test_two_tills_race_for_one_promotion(shop: Shop) -> None:
    hers, theirs = shop.anna()
    one, two = shop.start("member_number", "1"), shop.start("member_number", "2")
    for offer in shop.offers(theirs, 10):
        answers = together(
            lambda offer=offer: one.redeem(hers, promotions=[offer]).status_code,
            lambda offer=offer: two.redeem(hers, promotions=[offer]).status_code,
        )
        assert sorted(answers) == [200, 409]


def test_one_of_the_two_down_leaves_the_other_its_breaker(shop: Shop) -> None:
    shop.benefits.fault("500", path="/contacts", times=None)
    till = shop.start()
    for _ in range(6):
        till.customer(JOHN)
    ready = till("GET", "/readyz").json()
    assert ready["breakers"] == {"shop.customers": "closed", "shop.benefits": "open"}
    metrics = till("GET", "/metrics").text
    assert 'site="shop.benefits"' in metrics
    assert 'site="shop.customers"' in metrics


def test_a_pair_offers_what_its_halves_offer() -> None:
    class Bare(Mapping):
        title = "Bare"

        def get(self, customer_id: str) -> contract.Customer:
            raise NotImplementedError

    pair = paired(Bare, demo.Mapping)
    assert pair.title == "Bare with Demo CRM"
    assert offers(pair, "get")
    assert offers(pair, "redeem_item")
    assert not offers(pair, "search")
    assert not offers(pair, "redeem_items")
    assert not offers(paired(demo.Mapping, Bare), "redeem_item")


def test_every_verb_of_the_contract_has_a_side() -> None:
    """A verb that is new in the contract must not be lost between the two."""
    verbs = {
        name
        for name, one in vars(Mapping).items()
        if inspect.isfunction(one) and not name.startswith("_")
    }
    health = {"probe", "problems", "explain"}
    assert verbs == {*CARDS, *CUSTOMERS, *BENEFITS, *health}

"""What is Directus's own, through the running bridge."""

from __future__ import annotations

from bridge.model import ItemKind
from tests.mappings.directus.conftest import Office
from tests.mappings.till import Till


def test_what_directus_takes_for_nothing_finds_nobody(
    till: Till, office: Office
) -> None:
    """To Directus, "null" is null: it would be everybody without such a number."""
    customer = office.customer()
    (nobodys,) = office.items(customer, 1, ItemKind.PROMOTION, customer=None)
    for key in ("null", "NULL", "$CURRENT_USER", "$NOW", "_empty", "true"):
        asked = {"key_type": "member_number", "key": key}
        answer = till("GET", "/customers", params=asked)
        assert (answer.status_code, answer.json()) == (200, []), key
        assert till("GET", f"/customers/{key}").status_code == 404
        assert till.redeem(key, promotions=[nobodys.item_id]).status_code == 409
    assert office.references(nobodys) == []


def test_a_redeem_and_what_is_shown_of_it(till: Till, office: Office) -> None:
    customer = office.customer()
    (offer,) = office.items(customer, 1, ItemKind.PROMOTION)
    (check,) = office.items(customer, 1, ItemKind.BONUS_CHECK)
    answer = till.spend(offer, check)
    assert answer.status_code == 200, answer.text
    redeem_id = answer.json()["redeem_id"]
    assert office.references(offer) + office.references(check) == [
        f"{redeem_id}-2",
        f"{redeem_id}-1",
    ]
    card = till.customer(customer)
    for one in (*card["promotions"], *card["bonus_checks"]):
        assert one["redeemed"] is True
        assert one["date_redeemed"]
    again = till.spend(check)
    assert again.status_code == 409
    assert "already redeemed" in again.json()["errortext"]

    assert till.undo(customer, redeem_id).status_code == 200
    assert office.references(offer) == office.references(check) == []
    card = till.customer(customer)
    assert [one["redeemed"] for one in card["promotions"]] == [False]


def test_a_long_history_is_read_page_by_page(till: Till, office: Office) -> None:
    customer = office.customer()
    for number in range(3):
        at = f"2026-03-0{number + 1}T12:30:00Z"
        office.purchase(customer, receipt=f"R-{number}", sold_on=at)
    shown = till("GET", f"/customers/{customer}/transactions").json()
    assert [one["receipt_id"] for one in shown] == ["R-2", "R-1", "R-0"]
    (item,) = shown[0]["items"]
    assert (item["sku"], item["total"], item["vat"]) == ("TSHIRT-M", "398.00", "79.60")


def test_an_address_lies_beside_everything_else(till: Till, office: Office) -> None:
    customer = office.customer(street="Storgatan 1", city="Umeå", shoe_size=41)
    path = f"/customers/{customer}"
    assert till.customer(customer)["invoice_address"]["address"] == "Storgatan 1"
    changed = {"invoice_address": {"address": "Kungsgatan 2", "city": "Umeå"}}
    assert till("PUT", path, json=changed).status_code == 200
    kept = office.record(customer)
    assert (kept["street"], kept["city"], kept["shoe_size"]) == (
        "Kungsgatan 2",
        "Umeå",
        41,
    )
    answer = till("PUT", path, json={"invoice_address": None})
    assert answer.status_code == 200, answer.text
    assert "invoice_address" not in answer.json()
    assert office.record(customer)["street"] is None

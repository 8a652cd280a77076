"""The fake is held to what a real Odoo has answered, word for word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.mappings.odoo import recorded
from tests.mappings.odoo.fake import FakeOdoo
from tests.mappings.odoo.office import Office, Refused
from tests.mappings.odoo.recorded import Replay, comparable, exchanges


@pytest.mark.parametrize(
    ("file", "replay", "at_least"),
    [("first.jsonl", recorded.first, 25), ("second.jsonl", recorded.second, 140)],
)
def test_it_answers_as_odoo_did(
    file: str, replay: Callable[[FakeOdoo], Replay], at_least: int
) -> None:
    with FakeOdoo() as odoo:
        known = replayed(file, replay(odoo))
    print(f"{file}: {known} exchanges")
    assert known >= at_least


def replayed(file: str, play: Replay) -> int:
    """Return how many exchanges were as Odoo's."""
    known = 0
    for number, exchange in enumerate(exchanges(file)):
        if not exchange.claimed:
            continue
        result, error = play(exchange)
        where = f"{file}:{number + 1} {exchange.label}"
        assert error == exchange.error, where
        if not error:
            got, wanted = (
                comparable(exchange.model, one) for one in (result, exchange.result)
            )
            assert got == wanted, where
        known += 1
    return known


def test_of_two_that_take_a_part_of_the_points_one_is_lost(office: Office) -> None:
    """As a real one does it: five times of five."""
    card = office.points(office.customer(), 100)[0]
    record, _, _ = card.partition("-")
    wizards = [
        office(
            "loyalty.card.update.balance",
            "create",
            {"card_id": int(record), "new_balance": balance, "description": why},
        )
        for balance, why in ((70, "one till"), (50, "another"))
    ]
    for wizard in wizards:
        office("loyalty.card.update.balance", "action_update_card_point", [wizard])
    assert office.balance(card) == 50


def test_what_fails_leaves_nothing_behind(office: Office) -> None:
    customer = office.customer(name="Before")
    with pytest.raises(Refused, match="nope"):
        office(
            "res.partner",
            "create",
            {
                "name": "New",
                "parent_id": int(customer),
                "child_ids": [[0, 0, {"nope": 1}]],
            },
        )
    assert office("res.partner", "search_count", [["name", "=", "New"]]) == 0


def test_the_first_address_below_a_contact_becomes_its_own(office: Office) -> None:
    customer = office.customer()
    below = {"type": "delivery", "street": "Hamngatan 1", "parent_id": int(customer)}
    office("res.partner", "create", below)
    assert office.read("res.partner", customer, "street")["street"] == "Hamngatan 1"

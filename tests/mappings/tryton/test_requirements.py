"""``sitoo-bridge check``: what can be wrong with a Tryton, told apart."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from mappings.tryton import Mapping
from tests.mappings.conftest import Check
from tests.mappings.suites.check import CheckTests
from tests.mappings.tryton.installation import BRIDGE_PASSWORD, DATABASE
from tests.mappings.tryton.server import Tryton


class TestCheck(CheckTests):
    mapping = Mapping


def test_a_database_that_is_not_there(check: Check) -> None:
    (said,) = check(**{f"/{DATABASE}\n": "/another\n"})
    assert "Correct upstream.url" in said


def test_a_missing_module(check: Check, tryton: Tryton) -> None:
    def say(state: str) -> None:
        file = tryton.server.log.with_name(f"{DATABASE}.sqlite")
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(
                "update ir_module set state = ? where name = 'sale_gift_card'", [state]
            )

    say("not activated")
    try:
        assert check() == [
            "Tryton lacks the module sale_gift_card: activate it, or set "
            "options.gift_cards to false."
        ]
        assert check(**{"discounts: true": "gift_cards: false"}) == [
            f"Tryton answers at {tryton.url}"
        ]
    finally:
        say("activated")


@pytest.mark.parametrize(
    ("model", "right"),
    [
        ("sale.gift_card", "write"),
        ("sale.promotion.coupon.number", "write"),
        ("sale.sale", "create"),
        ("sale.sale", "read"),
        ("party.party", "create"),
    ],
)
def test_a_missing_right(check: Check, tryton: Tryton, model: str, right: str) -> None:
    group = ["group.name", "=", "Sitoo bridge"]
    access = tryton.find("ir.model.access", ["model", "=", model], group)
    tryton.change("ir.model.access", access, **{f"perm_{right}": False})
    try:
        assert check() == [
            f"The bridge's user in Tryton may not {right} {model}: give its group that "
            "right, under Models Access."
        ]
    finally:
        tryton.change("ir.model.access", access, **{f"perm_{right}": True})


@pytest.mark.parametrize(
    ("setting", "wrong", "said"),
    [
        ("company: 1", "company: 99", "does not belong to the company"),
        ("user: sitoo", "user: nobody", "does not let options.user sign in"),
        (
            f"password: {BRIDGE_PASSWORD}",
            "password: wrong",
            "does not let options.user sign in",
        ),
        ("discounts: true", "language: xx", "Tryton has no language xx"),
        (
            "discounts: true",
            "consents_category: Agreements",
            "no party category named Agreements: add it, or correct "
            "options.consents_category",
        ),
    ],
)
def test_a_wrong_setting(check: Check, setting: str, wrong: str, said: str) -> None:
    (problem,) = check(**{setting: wrong})
    assert said in problem

"""How whoever may have been added is looked for."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.errors import NotFound
from bridge.mapping import Mapping
from bridge.model import Address, Customer, CustomerProperties, SearchKey
from bridge.spi.operations.newcomer import as_sent, find

SENT: CustomerProperties = {
    "name_first": "Åsa",
    "mobile": "+46701740605",
    "email": "asa@example.com",
    "store_id_home": "200",
    "invoice_address": {"city": "Umeå"},
}
ASA = Customer(customer_id="c1", name_first="ÅSA ".title(), email="other@example.com")


class People(Mapping):
    title = "People"

    def __init__(self, **found: Any) -> None:
        self.found = found
        self.asked: list[str] = []

    def search(self, key: SearchKey) -> list[Customer]:
        self.asked.append(key.key_type.value)
        found = self.found.get(key.key_type.value, [])
        if isinstance(found, Exception):
            raise found
        return list(found)


@pytest.mark.parametrize("key", ["mobile", "email"])
def test_whoever_has_one_of_the_keys_and_the_name(key: str) -> None:
    assert find(People(**{key: [ASA]}), SENT, "SE") == ASA


@pytest.mark.parametrize("found", [[], NotFound()])
def test_nobody_is_found(found: Any) -> None:
    people = People(mobile=found)
    assert find(people, SENT, "SE") is None
    assert people.asked == ["mobile", "email"]


def test_somebody_else_with_the_same_phone_is_not_them() -> None:
    eva = Customer(customer_id="c2", name_first="Eva")
    assert find(People(mobile=[eva]), SENT, "SE") is None
    assert find(People(mobile=[eva], email=[ASA]), SENT, "SE") == ASA


def test_a_crm_that_cannot_be_searched() -> None:
    class Blind(Mapping):
        title = "Blind"

        def __init__(self) -> None:
            pass

    assert find(Blind(), SENT, "SE") is None


def test_a_customer_whom_the_crm_cannot_show_is_as_they_were_sent() -> None:
    shown = as_sent("c9", SENT)
    assert (shown.customer_id, shown.name_first) == ("c9", "Åsa")
    assert shown.invoice_address == Address(city="Umeå")

"""The demo CRM, and the people behind it: the shortest example of the two."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bridge.model import Item, ItemKind
from tests.demo_crm_process import KEY, DemoCrm
from tests.mappings.served import Served

SITES = """\
sites:
  shop:
    country: SE
    mapping: demo
    users: {{till: secret}}
    upstream:
      url: {url}
      auth: {{kind: header, name: X-Api-Key, value: {key}}}
      attempts: 1
      optional_seconds: 20
"""


@pytest.fixture(scope="module")
def running() -> Iterator[DemoCrm]:
    with DemoCrm() as crm:
        yield crm


@pytest.fixture
def served(running: DemoCrm) -> Served:
    (key,) = KEY.values()
    return Served(running.url, key, SITES.format(url=running.url, key=key))


@dataclass
class Office:
    """The people behind the demo CRM, who grant what there is to spend."""

    crm: DemoCrm
    kinds = (ItemKind.BONUS_CHECK, ItemKind.PROMOTION)

    def customer(self) -> str:
        made = self.crm.call("POST", "/contacts", json={"givenName": "Customer"})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def items(self, customer: str, count: int, kind: ItemKind) -> list[Item]:
        shelf = "vouchers" if kind is ItemKind.BONUS_CHECK else "offers"
        granted = self.crm.grant(customer, **{shelf: count})[shelf]
        return [Item(kind, one, customer) for one in granted]

    def references(self, item: Item) -> list[str]:
        spends = self.crm.call("GET", "/spends", query={"item": item.item_id})
        return [one["reference"] for one in spends.json()["spends"]]

    def put(self, record: dict[str, Any]) -> str:
        """Put a contact in, under a card number and an address of its own."""
        own = uuid.uuid4().hex[:12]
        unique = {"cardNo": f"RT {own}"}
        if "email" in record:
            unique["email"] = own + record["email"]
        made = self.crm.call("POST", "/contacts", json=record | unique)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def record(self, customer: str) -> dict[str, Any]:
        return dict(self.crm.call("GET", f"/contacts/{customer}").json())


@pytest.fixture(scope="module")
def office(running: DemoCrm) -> Office:
    return Office(running)

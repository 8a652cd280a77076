"""A Directus as a retailer has it, and the people who work in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
import requests

from bridge.model import Item, ItemKind
from tests.direct import direct
from tests.mappings.directus import installation
from tests.mappings.directus.collections import BRIDGE
from tests.mappings.live import postgresql
from tests.mappings.live.cache import alone
from tests.mappings.live.installation import installed
from tests.mappings.rest.described import DIRECTUS
from tests.mappings.served import Served

KEY = f"Bearer {BRIDGE}"
SHELVES = {ItemKind.PROMOTION: "offer", ItemKind.BONUS_CHECK: "check"}

SITES = """\
sites:
  shop:
    country: SE
    mapping: rest
    options: {{file: {file}}}
    users: {{till: secret}}
    upstream:
      url: {url}
      auth: {{kind: header, name: Authorization, value: {key}}}
      attempts: 1
      optional_seconds: 20
"""


@dataclass
class Office:
    """The people behind Directus, who make customers and grant coupons."""

    url: str
    kinds = (ItemKind.BONUS_CHECK, ItemKind.PROMOTION)
    numbers: ClassVar[Iterator[int]] = itertools.count(1)
    _session: requests.Session = field(default_factory=direct)

    def call(self, method: str, path: str, **how: Any) -> Any:
        answer = self._session.request(
            method,
            f"{self.url}/items/{path}",
            headers={"Authorization": f"Bearer {installation.OFFICE}"},
            timeout=30,
            **how,
        )
        assert answer.ok, answer.text
        return answer.json()["data"]

    def customer(self, **values: Any) -> str:
        given = {"first_name": "Customer", **values}
        return str(self.call("POST", "customers", json=given)["id"])

    def put(self, record: dict[str, Any]) -> str:
        return str(self.call("POST", "customers", json=record)["id"])

    def record(self, customer: str) -> dict[str, Any]:
        found = self.call("GET", f"customers/{customer}")
        assert isinstance(found, dict)
        return found

    def items(
        self, customer: str, count: int, kind: ItemKind, /, **values: Any
    ) -> list[Item]:
        """Grant coupons; ``values`` may make them another's, or lapsed."""
        promotion = kind is ItemKind.PROMOTION
        worth = {"percent": 10} if promotion else {"amount": "25.50"}
        one = {"customer": customer, "kind": SHELVES[kind], "name": "Coupon", **worth}
        made = self.call("POST", "coupons", json=[{**one, **values}] * count)
        return [Item(kind, each["id"], customer) for each in made]

    def references(self, item: Item) -> list[str]:
        query = {"filter[coupon][_eq]": item.item_id}
        return [one["id"] for one in self.call("GET", "spends", params=query)]

    def purchase(self, customer: str, **values: Any) -> None:
        line = {"sku": "TSHIRT-M", "text": "T-shirt", "quantity": 2}
        line |= {"total": "398.00", "vat": "79.60", "vat_rate": "25.00"}
        bought = {"customer": customer, "receipt": "R-1", "store": "200"}
        bought |= {"store_name": "Umeå", "currency": "SEK", "lines": [line]}
        bought |= {"sold_on": "2026-03-01T12:30:00Z"}
        self.call("POST", "purchases", json=bought | values)


@pytest.fixture(scope="session")
def running() -> Iterator[Office]:
    """A Directus for all modules, whose tests make customers of their own."""
    programs = postgresql.found()
    packages = installed(installation.CACHE, installation.packages)
    with alone(installation.CACHE):
        data = installation.seeded(packages, programs)
    with postgresql.cluster(programs) as database:
        database.restore(data)
        with database.started():
            crm = installation.server(packages, database).start()
            yield Office(crm.url)
            crm.stop()


@pytest.fixture(scope="session")
def office(running: Office) -> Office:
    return running


@pytest.fixture
def served(office: Office) -> Served:
    sites = SITES.format(file=DIRECTUS, url=office.url, key=KEY)
    return Served(office.url, KEY, sites)

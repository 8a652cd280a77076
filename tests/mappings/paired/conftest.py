"""The demo CRM for customers, Voucherify for their benefits, behind one site."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest

from bridge.model import Item, ItemKind
from tests.demo_crm_process import KEY, DemoCrm
from tests.mappings.served import Served
from tests.mappings.voucherify import conftest as voucherify
from tests.mappings.voucherify.fake import APP_ID, SECRET, Project
from tests.mappings.voucherify.office import Office as Dashboard

FOUND_BY = ("customer_id", "member_number", "email")

SITES = """\
sites:
  shop:
    country: SE
    users: {{till: secret}}
    customers:
      mapping: demo
      upstream:
        url: {customers}
        auth: {{kind: header, name: X-Api-Key, value: {key}}}
        attempts: 1
        optional_seconds: 20
    benefits:
      mapping: voucherify
      found_by: {found_by}
      options:
        app_id: {app_id}
      upstream:
        url: {benefits}
        auth: {{kind: header, name: X-App-Token, value: {secret}}}
        attempts: 1
        optional_seconds: 20
"""

description = voucherify.description
project = voucherify.project


@dataclass
class Office:
    """The people behind the two, who tell each of them of every customer."""

    crm: DemoCrm
    dashboard: Dashboard
    found_by: str
    kinds: ClassVar = (ItemKind.BONUS_CHECK, ItemKind.PROMOTION)
    numbers: ClassVar = itertools.count(1)

    def __post_init__(self) -> None:
        self.theirs: dict[str, str] = {}
        """Ids in Voucherify, by those in the demo CRM."""

    def customer(self) -> str:
        email = f"anna{next(self.numbers)}@example.org"
        contact = {"givenName": "Anna", "email": email}
        hers = self.crm.call("POST", "/contacts", json=contact).json()
        known = {
            "customer_id": {"source_id": hers["id"]},
            "member_number": {"source_id": hers["cardNo"]},
            "email": {"email": email},
        }
        self.theirs[hers["id"]] = self.dashboard.customer(**known[self.found_by])
        return str(hers["id"])

    def items(self, customer: str, count: int, kind: ItemKind) -> list[Item]:
        made = self.dashboard.items(self.theirs[customer], count, kind)
        return [Item(kind, one.item_id, customer) for one in made]

    def references(self, item: Item) -> list[str]:
        return self.dashboard.references(item)


@pytest.fixture(scope="session")
def customers() -> Iterator[DemoCrm]:
    with DemoCrm() as crm:
        yield crm


@pytest.fixture(params=FOUND_BY)
def found_by(request: pytest.FixtureRequest) -> str:
    """What of a customer of the one finds them in the other."""
    return str(request.param)


@pytest.fixture
def served(customers: DemoCrm, project: Project, found_by: str) -> Served:
    """Both; what is said of its address and its key is said of the benefits'."""
    (key,) = KEY.values()
    sites = SITES.format(
        customers=customers.url,
        key=key,
        benefits=project.url,
        secret=SECRET,
        app_id=APP_ID,
        found_by=found_by,
    )
    return Served(project.url, SECRET, sites)


@pytest.fixture
def office(customers: DemoCrm, project: Project, found_by: str) -> Office:
    return Office(customers, Dashboard(project), found_by)

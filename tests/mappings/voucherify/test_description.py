"""A mapping that strays from Voucherify's description is caught at it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.errors import BridgeError
from bridge.model import Item, ItemKind, SearchKey, SearchKeyType
from bridge.testing import Call
from mappings.voucherify import Mapping, protocol, spending
from tests.mappings.description import Description, documents
from tests.mappings.voucherify import fake, people
from tests.mappings.voucherify.conftest import DOCUMENTS
from tests.mappings.voucherify.fake import Project
from tests.mappings.voucherify.office import Office

WALKED = {
    "GET /v1/customers",
    "POST /v1/customers",
    "GET /v1/customers/{}",
    "PUT /v1/customers/{}",
    "GET /v1/customers/{}/redeemables",
    "POST /v1/qualifications",
    "POST /v1/redemptions",
    "GET /v1/redemptions",
    "POST /v1/redemptions/{}/rollbacks",
}
"""Everything that the mapping asks of Voucherify."""

Walk = Callable[[], None]


@pytest.fixture(autouse=True)
def at_hand() -> None:
    documents("voucherify")


@pytest.fixture
def project(description: Description | None) -> Iterator[Project]:
    """A project that may stray: some of what is asked is answered when all is over."""
    with Project(description) as crm:
        yield crm


@pytest.fixture
def walk(mapping: Mapping, office: Office) -> Walk:
    """Call every verb once that talks to Voucherify."""

    def once() -> None:
        number = next(office.crm.number)
        mapping.probe()
        mapping.problems()
        created = mapping.create(
            {
                "name_first": "Anna",
                "email": f"anna{number}@example.org",
                "member_number": f"M-{number}",
            }
        )
        customer = str(created.customer_id)
        mapping.update(customer, {"name_first": "Åsa", "gender": "female"})
        mapping.search(SearchKey(SearchKeyType.MEMBER_NUMBER, f"M-{number}"))
        card = office.loyalty_card(customer)
        items = [
            Item(ItemKind.BONUS_CHECK, office.gift_card(customer), customer),
            Item(ItemKind.BONUS_CHECK, f"{card}:rew_1", customer),
            Item(ItemKind.PROMOTION, office.code(customer), customer),
            Item(ItemKind.PROMOTION, office.tier(), customer),
        ]
        receipts = mapping.redeem_items(items, "A" * 32)
        assert mapping.find_receipts(items, "A" * 32) == receipts
        mapping.undo_items(items, "A" * 32, receipts)
        mapping.undo_items(items, "A" * 32, receipts)

    return once


def test_all_that_the_mapping_asks_is_described(walk: Walk, project: Project) -> None:
    walk()
    assert {asked(call.method, call.path) for call in project.calls} == WALKED
    assert project.witness.problems() == []


def asked(method: str, path: str) -> str:
    parts = path.split("/")
    parts[3:4] = ["{}"] if parts[3:4] else []
    return f"{method} {'/'.join(parts)}"


def other_path(monkeypatch: pytest.MonkeyPatch) -> None:
    call = protocol.Voucherify.post

    def strays(self: Any, path: str, body: Any, **how: Any) -> Any:
        return call(self, path.replace("/rollbacks", "/undo"), body, **how)

    monkeypatch.setattr(protocol.Voucherify, "post", strays)


def other_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        spending.Benefit,
        "redeemable",
        property(lambda one: {"object": one.object, "code": one.object_id}),
    )


def other_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spending, "order_amount", lambda chosen: "100.00")


def other_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "PAGE", 101)


def other_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    call = protocol.Voucherify.get

    def strays(self: Any, path: str, **query: Any) -> Any:
        mistaken = {"mail" if k == "email" else k: v for k, v in query.items()}
        return call(self, path, **mistaken)

    monkeypatch.setattr(protocol.Voucherify, "get", strays)


def other_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "APP_ID", "X-Application-Id")


MUTANTS: dict[Callable[[pytest.MonkeyPatch], None], str] = {
    other_path: "no document has this",
    other_field: "",
    other_type: "order/amount: '100.00' is not of type 'integer'",
    other_value: "101 is greater than the maximum of 100",
    other_parameter: "there is no parameter mail",
    other_header: "Security not found",
}
"""Ways to stray, and what is said of each."""


@pytest.mark.parametrize("stray", MUTANTS)
def test_a_mapping_that_strays_is_caught(
    stray: Callable[[pytest.MonkeyPatch], None],
    walk: Walk,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stray(monkeypatch)
    with pytest.raises((BridgeError, AttributeError, LookupError, TypeError)):
        walk()
    assert any(MUTANTS[stray] in problem for problem in project.witness.problems())


@pytest.mark.parametrize(
    ("shown", "changed", "said"),
    [
        ("redemption_shown", {"state": "SUCCEEDED"}, "state"),
        ("customer_shown", {"phone": 46701740605}, "phone"),
        ("holding_shown", {"holder_role": "FRIEND"}, "holder_role"),
        ("tier_shown", {"password": "x"}, "password"),
    ],
)
def test_a_project_that_strays_is_caught(
    walk: Walk,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    shown: str,
    changed: dict[str, Any],
    said: str,
) -> None:
    """Or the mapping would be proved against something that is not Voucherify."""
    module = people if hasattr(people, shown) else fake
    show = getattr(module, shown)
    monkeypatch.setattr(module, shown, lambda *row, **how: show(*row, **how) | changed)
    walk()
    found = project.witness.problems()
    assert any(said in problem for problem in found), found


def examples() -> Iterator[tuple[str, str, Any]]:
    """Yield what the documents show themselves as bodies of requests."""
    directory = documents("voucherify")
    for name in DOCUMENTS:
        document = json.loads((directory / f"{name}.json").read_text("utf-8"))
        for path, operations in document["paths"].items():
            for method in operations.keys() - {"parameters"}:
                content = operations[method].get("requestBody", {}).get("content", {})
                shown = content.get("application/json", {}).get("examples", {})
                for example in shown.values():
                    yield method.upper(), path, example["value"]


def test_the_stricter_reading_takes_what_the_documents_show(
    description: Description,
) -> None:
    """Else it would find fault where there is none: some lack what they must have."""
    wrong: list[str] = []
    keys = {"x-app-id": "a", "x-app-token": "b"}
    for method, path, body in examples():
        filled = re.sub("{[^}]+}", "1", path)
        if asked(method, filled) in WALKED:
            wrong += description.problems_of_request(
                Call(method, filled, {}, keys, body)
            )
    assert not [one for one in wrong if "unexpected" in one]

"""``sitoo-bridge check``: what can be wrong with a Vendure, told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mappings.vendure import Mapping
from mappings.vendure.requirements import RIGHTS
from tests.mappings.conftest import Check
from tests.mappings.suites.check import CheckTests
from tests.mappings.till import Till
from tests.mappings.vendure.conftest import Office
from tests.mappings.vendure.server import Vendure


@contextmanager
def permissions(vendure: Vendure, *granted: str) -> Iterator[None]:
    """Let the bridge's role have these permissions only, for a while."""
    query = "{ roles { items { id code permissions } } }"
    roles = vendure.call(query)["roles"]["items"]
    ours = [one for one in roles if one["code"] == "sitoo-bridge"]
    role = min(ours, key=lambda one: int(one["id"]))  # that of the default channel
    change = "mutation ($input: UpdateRoleInput!) { updateRole(input: $input) { id } }"
    values = {"id": role["id"], "permissions": [*granted]}
    vendure.call(change, input=values)
    yield
    vendure.call(change, input=values | {"permissions": role["permissions"]})


class TestCheck(CheckTests):
    mapping = Mapping
    another_key = "another:key"


def test_another_api(check: Check) -> None:
    (said,) = check(**{"/admin-api\n": "/another\n"})
    assert "Correct upstream.url: something answers there, but not this API" in said


@pytest.mark.parametrize("right", RIGHTS)
def test_a_missing_right(check: Check, vendure: Vendure, right: str) -> None:
    with permissions(vendure, *(RIGHTS.keys() - {right})):
        assert check() == [
            f"The bridge's API key in Vendure lacks the permission {right}: add it to "
            "the key's role."
        ]


def test_a_variant_that_will_not_do(
    check: Check, office: Office, vendure: Vendure
) -> None:
    ours = f'variant: "{vendure.bridge.variant}"'
    priced = office.product(690)
    (said,) = check(**{ours: f'variant: "{priced}"'})
    assert "has a price" in said
    tracked = office.product(0, trackInventory="TRUE")
    (said,) = check(**{ours: f'variant: "{tracked}"'})
    assert "runs out of stock" in said
    disabled = office.product(0, enabled=False)
    (said,) = check(**{ours: f'variant: "{disabled}"'})
    assert "is disabled" in said


@pytest.mark.parametrize(
    ("setting", "wrong", "said"),
    [
        ('variant: "1"', 'variant: "77"', "no product variant"),
        ('shipping_method: "2"', 'shipping_method: "77"', "no shipping method"),
        ("store_name: Web shop", "decimals: 3", "set options.decimals to 2"),
        (
            "store_name: Web shop",
            "reference_field: other",
            "no custom field other on Order",
        ),
        (
            "store_name: Web shop",
            "owner_field: other",
            "no custom field other on Promotion",
        ),
        ("id: milk", "id: sugar", "no custom field sugar on Customer"),
        ("type: enum-multi", "type: enum-single", "extras on Customer must not be a"),
        (
            "store_name: Web shop",
            "consents_field: birthday",
            "birthday on Customer must be a list",
        ),
    ],
)
def test_a_wrong_setting(check: Check, setting: str, wrong: str, said: str) -> None:
    problems = check(**{setting: wrong})
    assert any(said in problem for problem in problems), problems


def test_a_missing_field_is_not_the_cashiers_fault(
    bridge: Callable[..., Till], office: Office
) -> None:
    till = bridge(store_name="consents_field: other\n      store_name")
    answer = till("GET", f"/customers/{office.customer()}")
    assert answer.status_code == 502
    assert "is not set up right" in answer.json()["errortext"]

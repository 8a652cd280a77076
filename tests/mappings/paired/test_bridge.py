"""Tills of a shop that has its customers in one system and its vouchers in another."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.config import load
from bridge.model import Item, ItemKind
from bridge.parts import create_site
from tests.extent import EVERYTHING
from tests.mappings.conftest import Configure
from tests.mappings.live.cache import ROOT
from tests.mappings.paired.conftest import Office
from tests.mappings.served import Served
from tests.mappings.suites.races import RaceTests
from tests.mappings.till import Till


@pytest.fixture
def customer(office: Office) -> str:
    return office.customer()


@pytest.fixture
def items(office: Office, customer: str) -> list[Item]:
    """A gift card, a code and a tier, which is for everybody."""
    held = [one for kind in office.kinds for one in office.items(customer, 1, kind)]
    return [*held, Item(ItemKind.PROMOTION, office.dashboard.tier(), customer)]


class TestRaces(RaceTests):
    rounds = 20 if EVERYTHING else 4
    baskets = 2


def test_the_card_has_the_person_and_what_is_held_elsewhere(
    till: Till, customer: str, items: list[Item]
) -> None:
    card = till.customer(customer)
    assert (card["customer_id"], card["name_first"]) == (customer, "Anna")
    shown = [one["bonus_check_id"] for one in card["bonus_checks"]]
    shown += [one["promotion_id"] for one in card["promotions"]]
    assert {*shown} == {item.item_id for item in items}
    for key_type in ("email", "member_number"):
        query = {"key_type": key_type, "key": card[key_type]}
        assert till("GET", "/customers", params=query).json() == [card]


def test_all_is_redeemed_and_given_back_where_it_is_held(
    till: Till, office: Office, customer: str, items: list[Item]
) -> None:
    answer = till.spend(*items)
    assert answer.status_code == 200, answer.text
    redeem_id = answer.json()["redeem_id"]
    for item in items:
        assert office.references(item) == [f"{redeem_id}-1"]
    customers = office.dashboard.crm.customers
    assert [*customers] == [office.theirs[customer]], "Voucherify adds whom it hears of"
    assert till.undo("somebody else", redeem_id).status_code == 404
    assert till.undo(customer, redeem_id).status_code == 200
    assert not any(map(office.references, items))


def test_somebody_whom_voucherify_does_not_know_has_nothing(
    till: Till, office: Office
) -> None:
    made = till("POST", "/customers", json={"name_first": "Ny", "name_last": "Kund"})
    assert made.status_code == 201, made.text
    stranger = made.json()["customer_id"]
    card = till.customer(stranger)
    assert card["promotions"] == card["bonus_checks"] == []
    tier = Item(ItemKind.PROMOTION, office.dashboard.tier(), stranger)
    assert till.spend(tier).status_code == 409
    assert office.references(tier) == []
    assert office.dashboard.crm.customers == {}, "Voucherify adds whom it hears of"


def test_without_the_benefits_they_are_said_to_be_unread(
    bridge: Callable[..., Till], served: Served, customer: str, items: list[Item]
) -> None:
    down = bridge(**served.nowhere)
    card = down.customer(customer)
    assert card["name_first"] == "Anna"
    assert not {"promotions", "bonus_checks"} & card.keys()
    assert "Could not be read" in card["status"]["text"]
    assert down.spend(*items).status_code == 503


def test_check_tries_both_and_redeems_what_it_is_told(
    configure: Configure,
    till: Till,
    office: Office,
    customer: str,
    items: list[Item],
    tmp_path: Path,
) -> None:
    configure()
    who = f"shop:email:{till.customer(customer)['email']}"
    for item in items:
        how = ["--live", who, "--redeem", f"{item.kind}:{item.item_id}"]
        config = str(tmp_path / "config.yaml")
        result = CliRunner().invoke(main, ["check", "-c", config, *how])
        assert result.exit_code == 0, result.output
        for said in (
            "sites.shop.customers: Demo CRM answers",
            "sites.shop.benefits: Voucherify answers",
            "benefits: the customer is known there",
            "undo_items: given back",
        ):
            assert said in result.output
        assert office.references(item) == []


def test_metrics_name_the_half(till: Till, customer: str) -> None:
    till.customer(customer)
    metrics = till("GET", "/metrics").text
    for half in ("customers", "benefits"):
        assert f'site="shop.{half}"' in metrics
    assert till("GET", "/readyz").json()["breakers"].keys() == {
        "shop.customers",
        "shop.benefits",
    }


def test_the_pages_example_is_a_site_of_two_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs/retailers/two-systems.rst").read_text("utf-8")
    example = page.partition("An example: Voyado Engage and Voucherify")[2]
    block = example.partition(".. code-block:: yaml\n")[2].partition("\nWhat")[0]
    for name in re.findall(r"env:(\w+)", block):
        monkeypatch.setenv(name, "secret-of-the-site")
    file = tmp_path / "example.yaml"
    file.write_text(block, "utf-8")
    (site,) = load(file).sites
    made = create_site(site, site.mapping_class)
    assert made.mapping_class.title == "Voyado Engage with Voucherify"
    assert [*made.systems()] == ["sweden.customers", "sweden.benefits"]

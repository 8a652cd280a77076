"""The page about Voucherify says what is so."""

from __future__ import annotations

import pytest

from mappings.voucherify import Mapping
from mappings.voucherify.options import KEPT, SOURCES, Options
from tests.mappings.conftest import Check
from tests.mappings.served import Served
from tests.mappings.suites.check import CheckTests
from tests.mappings.suites.page import Page, PageTests
from tests.mappings.voucherify.conftest import DOCUMENTS
from tests.mappings.voucherify.fake import APP_ID, Project
from tests.mappings.voucherify.office import Office
from tests.mappings.voucherify.test_spending import check_of, new_ref, tier_of

PAGE = Page("voucherify")


class TestPage(PageTests):
    page = PAGE
    mapping = Mapping
    options = Options
    url = "env:VOUCHERIFY_URL"

    def secrets(self, served: Served) -> dict[str, str]:
        return {"VOUCHERIFY_APP_ID": APP_ID, "VOUCHERIFY_SECRET": served.key}


@pytest.mark.parametrize("name", [*KEPT, *SOURCES])
def test_every_property_is_explained(name: str) -> None:
    assert f"``{name}``" in PAGE.between("The options\n---", "How redeeming")


def test_it_names_the_documents_that_were_held_against() -> None:
    sources = PAGE.text.partition("Sources\n---")[2]
    assert all(f"{name}.json``" in sources for name in DOCUMENTS)
    assert "not against its\n   servers" in PAGE.text


def test_the_calls_that_it_counts(mapping: Mapping, office: Office) -> None:
    """Four for a card, two for a redeem, four with a tier, one for an undo."""
    customer, calls = office.customer(), office.crm.calls

    def counted() -> int:
        count = len(calls)
        calls.clear()
        return count

    mapping.get(customer)
    assert counted() == 4
    check, ref = check_of(office, customer), new_ref()
    receipts = mapping.redeem_items([check], ref)
    assert counted() == 2
    mapping.undo_items([check], ref, receipts)
    assert counted() == 1
    mapping.redeem_items([check, tier_of(office, customer)], new_ref())
    assert counted() == 4


class TestCheck(CheckTests):
    mapping = Mapping

    def test_another_application(self, check: Check) -> None:
        (said,) = check(**{APP_ID: "another"})
        assert "does not let the bridge in" in said

    def test_a_plan_that_is_used_up(self, check: Check, project: Project) -> None:
        project.out_of_order = 402
        (said,) = check()
        assert "plan is used up" in said

    def test_rights_that_are_missing(self, check: Check, project: Project) -> None:
        project.forbidden = {"/v1/redemptions", "/v1/qualifications"}
        assert [one.split(":")[0] for one in check()] == [
            "The key does not let the bridge ask for redemptions",
            "The key does not let the bridge ask for qualifications",
        ]

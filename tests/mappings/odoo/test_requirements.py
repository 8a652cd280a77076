"""``sitoo-bridge check``: what can be wrong with an Odoo, told apart."""

from __future__ import annotations

import pytest

from mappings.odoo import Mapping
from mappings.odoo import requirements as wants
from mappings.odoo.action import TEXT, digest
from tests.mappings.conftest import Check
from tests.mappings.odoo.fake import FakeOdoo
from tests.mappings.odoo.office import Office
from tests.mappings.odoo.shop import WITHOUT_ACTION
from tests.mappings.suites.check import CheckTests


def without(odoo: FakeOdoo, *names: str) -> None:
    """Take groups from the bridge's user."""
    row = odoo.tables.rows["res.users"][3]
    groups = odoo.tables.rows["res.groups"]
    kept = [one for one in row["groups_id"] if groups[one]["xml_id"] not in names]
    odoo.tables.change("res.users", 3, groups_id=kept)
    odoo.tables.commit()


class TestCheck(CheckTests):
    mapping = Mapping
    mend = "correct options.user_id or options.key"


def test_what_is_needed_without_the_action(check: Check, office: Office) -> None:
    assert check(**WITHOUT_ACTION)[0].startswith("Odoo, without")
    office.points(office.customer(), 1)
    assert check(**WITHOUT_ACTION) == [wants.NO_PARTS]
    silent = WITHOUT_ACTION | {"      action: 1\n": "      points: false\n"}
    assert check(**silent)[0].startswith("Odoo, without")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("user_id: 3", "user_id: 99", "correct options.user_id or options.key"),
        ("user_id: 3", "user_id: 3\n      language: fi_FI", "no language fi_FI"),
        ("user_id: 3", "user_id: 3\n      company: 7", "company of options.company"),
        ("currency: SEK", "currency: XYZ", "no active currency XYZ"),
        ("x_gender", "x_sex", "no field x_sex"),
        ("id: x_milk", "id: x_cream", "no field x_cream"),
        ("id: Roast", "id: Grind", "no contact tag named Grind"),
        ("action: 1", "action: 9", "no server action"),
        ("user_id: 3", "user_id: 3\n      consents_tag: Ja", "contact tag named Ja"),
    ],
)
def test_a_wrong_setting(check: Check, old: str, new: str, problem: str) -> None:
    (line,) = check(**{old: new})
    assert problem in line


@pytest.mark.parametrize(
    ("group", "problem"),
    [
        ("base.group_partner_manager", wants.NO_CONTACTS),
        ("sales_team.group_sale_salesman_all_leads", wants.OWN_ORDERS),
    ],
)
def test_a_missing_right(
    check: Check, odoo: FakeOdoo, group: str, problem: str
) -> None:
    own = odoo.tables.rows["res.users"][3]["groups_id"]
    odoo.tables.change("res.users", 3, groups_id=[*own, 21])
    without(odoo, group)
    assert check() == [problem]


def test_no_right_to_sales_at_all(check: Check, odoo: FakeOdoo) -> None:
    without(odoo, "sales_team.group_sale_salesman_all_leads")
    assert check() == [wants.OWN_ORDERS, wants.NO_LOYALTY, wants.NO_ACTION]


def test_odoos_own_tills_want_a_right(check: Check) -> None:
    on = {"currency: SEK": "currency: SEK\n      point_of_sale: true"}
    assert check(**on) == [wants.NO_TILLS]


def test_an_older_action_is_not_taken_for_this_one(
    check: Check, office: Office
) -> None:
    for text in (TEXT.replace("cost <= 0", "cost < 0"), "action = {'sitoo': []}"):
        office("ir.actions.server", "write", [1], {"code": text})
        assert check() == [wants.OLD_ACTION]
    office("ir.actions.server", "write", [1], {"code": f"{TEXT}\n"})
    assert len(check()) == 1


def test_the_action_tells_no_text_but_its_own(office: Office, odoo: FakeOdoo) -> None:
    """It reads it with all rights: anybody in sales may run it."""
    secret = {"name": "Other", "state": "code", "code": "token = '1234'"}
    other = office("ir.actions.server", "create", secret)
    asked = {"sitoo": {"op": "text", "action": other}}
    run = ("shop", 3, "bridge-key", "ir.actions.server", "run")
    told = odoo.execute(*run, [[1]], {"context": asked})
    assert told == {"sitoo": []}


def test_several_companies_want_a_choice(check: Check, odoo: FakeOdoo) -> None:
    other = odoo.tables.add("res.company", name="Other", country_id=196)
    odoo.tables.change("res.users", 3, company_ids=[1, other])
    odoo.tables.commit()
    assert check() == [wants.WHICH_COMPANY]
    chosen = {"currency: SEK": "currency: SEK\n      company: 1"}
    assert check(**chosen)[0].startswith("Odoo answers")


def test_numbers_that_are_not_normalised(check: Check, odoo: FakeOdoo) -> None:
    del odoo.tables.schema["res.partner"]["phone_sanitized"]
    assert check() == [wants.NO_NORMALISED.format("phone_sanitized")]


def test_line_ends_make_no_other_text() -> None:
    assert digest(TEXT.replace("\n", "  \r\n") + "\n\n") == digest(TEXT)
    assert digest(TEXT) != digest(TEXT.replace("Sitoo redeem 1", "Sitoo redeem 2"))

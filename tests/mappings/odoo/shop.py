"""The shop's Odoo before a test begins: the fake, prepared as a real one would be."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import Any

import pytest

from tests.mappings.live.cache import ROOT
from tests.mappings.odoo.fake import FakeOdoo
from tests.mappings.odoo.fake.rights import (
    ALL,
    CONTACTS,
    OWN,
    SALES_ADMIN,
    SYSTEM,
    TILLS,
    USER,
)

ADMIN, ADMIN_KEY, BRIDGE_KEY = 2, "admin-key", "bridge-key"
WITHOUT_ACTION = {
    "mapping: odoo": "mapping: mappings.odoo.one_by_one",
    "      action: 1\n": "",
}
"""What to replace to have the bridge do without the server action."""

GROUPS = {USER: 1, SYSTEM: 4, CONTACTS: 9, OWN: 21, ALL: 22, SALES_ADMIN: 23, TILLS: 60}
PREPARE = ROOT / "docs" / "crms" / "odoo_prepare.py"


def furnished(odoo: FakeOdoo) -> FakeOdoo:
    """Put in what an Odoo has after its modules were activated."""
    add = odoo.tables.add
    for name, group in GROUPS.items():
        module, _, short = name.partition(".")
        add("res.groups", id=group, name=name, xml_id=name)
        add("ir.model.data", module=module, name=short, res_id=group)
    add("res.country", id=196, name="Sweden", code="SE")
    add("res.country", id=233, name="United States", code="US")
    add("res.country", id=70, name="Finland", code="FI")
    add("res.country.state", name="California", code="CA", country_id=233)
    add("res.company", id=1, name="My Company", country_id=196)
    add("res.lang", code="en_US")
    add("res.lang", code="sv_SE")
    add("res.currency", id=1, name="SEK")
    for model in ("res.partner", "loyalty.card"):
        add("ir.model", model=model, name=model)
    add("account.tax", id=1, name="25 %", amount=25.0, company_id=1)
    groups = [GROUPS[one] for one in (USER, SYSTEM, CONTACTS, SALES_ADMIN, TILLS)]
    person = {"groups_id": groups, "company_id": 1, "company_ids": [1]}
    add("res.users", id=ADMIN, login="admin", password=ADMIN_KEY, **person)
    odoo.tables.commit()
    return odoo


def script() -> ModuleType:
    """Return the script of the documentation page."""
    spec = importlib.util.spec_from_file_location("odoo_prepare", PREPARE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prepared(
    odoo: FakeOdoo, capsys: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> dict[str, int]:
    """Run the script of the documentation page; return what it says."""
    monkeypatch.setenv("ODOO_ADMIN_PASSWORD", ADMIN_KEY)
    monkeypatch.setenv("BRIDGE_PASSWORD", BRIDGE_KEY)
    command = [str(PREPARE), odoo.url, odoo.database, *arguments]
    monkeypatch.setattr(sys, "argv", command)
    script().main()
    lines = capsys.readouterr().out.splitlines()
    return {
        name: int(number) for name, _, number in (one.partition(": ") for one in lines)
    }

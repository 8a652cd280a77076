"""The shop's Odoo, a bridge before it, and a till."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.mappings.odoo.fake import FakeOdoo
from tests.mappings.odoo.office import Office
from tests.mappings.odoo.shop import ADMIN, ADMIN_KEY, BRIDGE_KEY, furnished, prepared
from tests.mappings.served import Served

SITES = """\
sites:
  shop:
    country: SE
    mapping: odoo
    users: {{till: secret}}
    upstream:
      url: {url}
      attempts: 1
      optional_seconds: 20
    options:
      database: shop
      user_id: {user_id}
      key: {key}
      currency: SEK
      action: {action}
      fields: {{personal_id: x_personal_id, birthday: x_birthday, gender: x_gender}}
      additional_options:
        - name: Coffee
          options:
            - id: Roast
              name: Roast
              type: enum-multi
              enum_options: [{{id: light, name: Light}}, {{id: dark, name: Dark}}]
            - id: x_milk
              name: Milk
              type: text
"""
OWN_FIELDS = {
    "x_personal_id": "char",
    "x_birthday": "date",
    "x_gender": "char",
    "x_milk": "char",
}


@pytest.fixture
def said() -> dict[str, int]:
    """What the script of the documentation page has said."""
    return {}


@pytest.fixture
def odoo(
    said: dict[str, int], capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeOdoo]:
    with FakeOdoo() as running:
        furnished(running)
        said |= prepared(running, capsys, monkeypatch)
        tables = running.tables
        tables.schema["res.partner"] |= OWN_FIELDS
        roast = tables.add("res.partner.category", name="Roast")
        consents = next(tables.of("res.partner.category"))["id"]
        for above, name in (
            *((roast, "light"), (roast, "dark")),
            *((consents, "Newsletter"), (consents, "SMS offers")),
        ):
            tables.add("res.partner.category", name=name, parent_id=above)
        tables.commit()
        running.calls.clear()
        yield running


@pytest.fixture
def office(odoo: FakeOdoo) -> Office:
    return Office(odoo.url, odoo.database, ADMIN, ADMIN_KEY)


@pytest.fixture
def served(odoo: FakeOdoo, said: dict[str, int]) -> Served:
    sites = SITES.format(url=odoo.url, key=BRIDGE_KEY, **said)
    return Served(odoo.url, BRIDGE_KEY, sites)

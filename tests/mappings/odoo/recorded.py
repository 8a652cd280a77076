"""What a real Odoo 18 has answered, and which of it the fake claims to know.

Two databases of November 2026, each from its first call to its last.  Between the calls
that were written down others have happened, so records are put in that they speak of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mappings.odoo.action import TEXT
from tests.mappings.odoo.fake import FakeOdoo
from tests.mappings.odoo.fake.errors import OdooError
from tests.mappings.odoo.fake.tables import Tables
from tests.mappings.odoo.shop import ADMIN, ADMIN_KEY, GROUPS, furnished

HERE = Path(__file__).parent / "recorded"

NOT_CLAIMED = {
    r"sale\.loyalty\..*": "sales with rewards on them: the bridge makes none",
    r"res\.users\.apikeys\..*": "nobody can make an API key over RPC",
    r".*race confirm": "sales with rewards on them",
    r".*order (after|now|way: .*|of 0.*)": "sales with rewards on them",
    r".*(gift card on an order|gift card: confirm).*": "sales with rewards on them",
    r".*(undo cancel|card after (redeem|undo)).*": "sales with rewards on them",
    r"sale\.order(\.line)? search_read (orders|lines)": "sales with rewards on them",
    r"sale\.order read order": "sales with rewards on them",
    r".*history (after redeem|: two|after a late).*": "what led to it is not known",
    r".*history: two rewards.*": "what led to it is not known",
    r".*two wizards, one look": "their wizards were not written down: test_fake races",
}
"""Calls that the fake is not held to, by model, method and label, and why not."""


@dataclass(frozen=True)
class Exchange:
    """One call, and what came of it."""

    label: str
    user: str
    model: str
    method: str
    args: list[Any]
    kwargs: dict[str, Any]
    result: Any = None
    error: str = ""
    """Its name and message."""

    @property
    def claimed(self) -> bool:
        said = f"{self.model} {self.method} {self.label}"
        return not any(re.fullmatch(one, said) for one in NOT_CLAIMED) and not any(
            re.fullmatch(one, self.model) for one in NOT_CLAIMED
        )


def exchanges(file: str) -> Iterator[Exchange]:
    for line in (HERE / file).read_text("utf-8").splitlines():
        said = json.loads(line)
        call = [said["label"], said.get("user", "admin")]
        call += [said[name] for name in ("model", "method", "args", "kwargs")]
        result, error = said.get("result", said.get("answer")), said.get("error")
        if error:
            error = f"{error['data']['name']}: {error['data']['message']}"
        elif isinstance(result, dict):
            error, result = result.get("ERR"), None if "ERR" in result else result
        result = None if result == "<<absent>>" else result
        yield Exchange(*call, result=result, error=error or "")


@dataclass
class Replay:
    """Plays calls to a fake that has what the real one had."""

    odoo: FakeOdoo
    between: dict[str, Callable[[Tables], None]]
    """What happened before the first call with a label."""

    def __call__(self, exchange: Exchange) -> tuple[Any, str]:
        """Return result and error; ids of new records are as they were."""
        tables = self.odoo.tables
        self.between.pop(exchange.label, lambda _: None)(tables)
        made = exchange.result
        if exchange.method == "create" and made:
            tables.next_is(exchange.model, made[0] if isinstance(made, list) else made)
        args = exchange.args
        if (exchange.model, exchange.method) == ("ir.actions.server", "create"):
            args = [{**args[0], "code": TEXT}]
        user, key = self._who(exchange)
        call = (exchange.model, exchange.method, args, exchange.kwargs)
        try:
            return self.odoo.execute(self.odoo.database, user, key, *call), ""
        except OdooError as error:
            return None, f"{error.name}: {error}"

    def _who(self, exchange: Exchange) -> tuple[int, str]:
        if exchange.user == "admin":
            return ADMIN, ADMIN_KEY
        if exchange.user == "bad":
            return (99, "") if exchange.label == "unknown uid" else (6, "wrong")
        return 6, self.odoo.tables.rows["res.users"][6]["password"]


def comparable(model: str, value: Any) -> Any:
    """Leave out what is another one each time: times, and ids of lines of history."""
    if isinstance(value, list):
        return [comparable(model, one) for one in value]
    if isinstance(value, dict):
        varying = {"date_order", "id"} if model == "loyalty.history" else {"date_order"}
        return {name: value[name] for name in value if name not in varying}
    return value


def first(odoo: FakeOdoo) -> Replay:
    """The first database: it had been tried before."""
    tables = _american(odoo).tables
    fields = {"x_personal_id": "char", "x_consents": "char"}
    tables.schema["res.partner"] |= fields
    tables.change("ir.model", 1, model="none")
    tables.add("ir.model", id=87, model="res.partner", name="Contact")
    anna = {"name": "Anna V", "email": "anna@example.org", "mobile": "+358 40 1234567"}
    anna["x_personal_id"] = "131052-308T"
    company = {
        "name": "Kahvila Oy",
        "is_company": True,
        "email": "office@kahvila.example",
    }
    company["company_registry"] = "2077474-0"
    for record, ref in ((7, "M-100234"), (9, "M-1795493119")):
        tables.add("res.partner", id=record, ref=ref, **anna)
    for record in (8, 10):
        tables.add("res.partner", id=record, x_personal_id=False, **company)
    tables.next_is("loyalty.reward", 4)
    tables.commit()
    return Replay(odoo, {})


def second(odoo: FakeOdoo) -> Replay:
    """The second one: new, and used by others besides."""
    tables = _american(odoo).tables
    tables.add("res.partner.category", name="Sitoo consents")
    tables.add("ir.model", id=515, model="loyalty.card", name="Loyalty Coupon")
    tables.next_is("loyalty.reward", 2)
    tables.change("res.company", 1, country_id=False)
    tables.commit()
    return Replay(
        odoo,
        {
            "create customer as least-privileged user": _give_a_password,
            "rights: own documents only": lambda tables: _orders(tables, 5, 396),
            "server action redeem": _three_cards,
            "pages: limit and offset": lambda tables: _orders(tables, 396, 471),
            "OP get customer: cards": _two_cards,
            "order": lambda tables: tables.next_is("sale.order.line", 547),
        },
    )


def _american(odoo: FakeOdoo) -> FakeOdoo:
    """Furnish an Odoo as it is where nobody has chosen anything."""
    furnished(odoo)
    odoo.tables.change("res.currency", 1, name="USD")
    odoo.tables.change("account.tax", 1, amount=15.0)
    odoo.tables.change("res.lang", 2, active=False)
    odoo.tables.commit()
    return odoo


def _give_a_password(tables: Tables) -> None:
    assert tables.rows["res.users"][6]["groups_id"] == sorted(
        GROUPS[one] for one in ("base.group_user", CONTACTS, OWN)
    )
    tables.change("res.users", 6, password="sitoo-pw")
    tables.commit()


def _orders(tables: Tables, start: int, end: int) -> None:
    order = {"state": "sale", "user_id": ADMIN, "partner_id": 8, "company_id": 1}
    for record in range(start, end):
        date = f"2026-12-01 {record // 60:02}:{record % 60:02}:00"
        name = f"S{record:05}"
        tables.add("sale.order", id=record, name=name, date_order=date, **order)
    tables.commit()


def _three_cards(tables: Tables) -> None:
    tables.add("res.partner", id=873, name="Race Person")
    for record, program, points in ((3202, 2, 1.0), (3203, 4, 250.5), (3204, 5, 100.0)):
        card = {"program_id": program, "points": points, "partner_id": 873}
        tables.add("loyalty.card", id=record, code=f"044-{record}", **card)
    tables.commit()


def _two_cards(tables: Tables) -> None:
    for record, code, program, points in (
        (4497, "044c-4a89-4ef2", 2, 1.0),
        (4498, "044e-39cb-44e5", 4, 250.5),
    ):
        card = {"program_id": program, "points": points, "partner_id": 1175}
        tables.add("loyalty.card", id=record, code=code, **card)
    tables.commit()


CONTACTS, OWN = "base.group_partner_manager", "sales_team.group_sale_salesman"

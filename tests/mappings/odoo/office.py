"""The people behind the shop, who work in Odoo: over RPC, in a real one or a fake."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import requests

from bridge.model import Item, ItemKind
from tests.direct import direct

PERCENT = {"discount": 10, "discount_mode": "percent", "required_points": 1}
AMOUNT = {"discount": 50, "discount_mode": "per_order", "required_points": 1}
PROGRAMS: dict[str, dict[str, Any]] = {
    "coupons": {"trigger": "with_code", "applies_on": "current", "rewards": [PERCENT]},
    "amounts": {
        "program_type": "coupons",
        "trigger": "with_code",
        "applies_on": "current",
        "rewards": [AMOUNT],
    },
    "gift_card": {
        "trigger": "auto",
        "applies_on": "future",
        "rewards": [
            {"discount": 1, "discount_mode": "per_point", "required_points": 1}
        ],
    },
    "loyalty": {
        "trigger": "auto",
        "applies_on": "both",
        "rewards": [
            {"discount": 100, "discount_mode": "per_order", "required_points": 50},
            {"discount": 5, "discount_mode": "percent", "required_points": 30},
        ],
    },
}
"""Programs by the names that tests have for them; without a type it is the name."""


class Refused(Exception):
    """What Odoo said no with."""


@dataclass
class Office:
    """An Odoo as an administrator sees it."""

    url: str
    database: str
    user: int
    key: str
    kinds = (ItemKind.BONUS_CHECK, ItemKind.PROMOTION)
    _programs: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    _products: list[int] = field(default_factory=list)
    _session: requests.Session = field(default_factory=direct)

    def __call__(self, model: str, method: str, *args: Any, **how: Any) -> Any:
        who = [self.database, self.user, self.key]
        call = {"service": "object", "method": "execute_kw"}
        call |= {"args": [*who, model, method, list(args), how]}
        body = {"jsonrpc": "2.0", "id": 1, "method": "call", "params": call}
        said = self._session.post(f"{self.url}/jsonrpc", json=body, timeout=30).json()
        if "error" in said:
            raise Refused(said["error"]["data"]["message"])
        return said.get("result")

    def read(self, model: str, record: int | str, *fields: str) -> Any:
        (row,) = self(model, "read", [int(record)], fields=[*fields])
        return row

    def items(self, customer: str, count: int, kind: ItemKind) -> list[Item]:
        check = kind is ItemKind.BONUS_CHECK
        make = self.gift_card if check else self.coupon
        return [Item(kind, make(customer), customer) for _ in range(count)]

    def references(self, item: Item) -> list[str]:
        """Return what an item is spent under now; its balance has to agree."""
        said = [row["description"].split() for row in self.history(item.item_id)]
        held = [words[1] for words in said if words[-1] != "undone"]
        for undone in (words[1] for words in said if words[-1] == "undone"):
            held.remove(undone)
        assert (self.balance(item.item_id) == 0) == bool(held)
        return held

    def customer(self, **values: Any) -> str:
        name = f"Kit {uuid.uuid4().hex[:8]}"
        return str(self("res.partner", "create", {"name": name, **values}))

    def program(self, name: str, **values: Any) -> tuple[int, list[int]]:
        """Return a program and its rewards, in the order of ``PROGRAMS``."""
        if name not in self._programs or values:
            new = {"program_type": name, "name": f"Kit {name}", **PROGRAMS[name]}
            rewards = [[0, 0, one] for one in new.pop("rewards")]
            new |= {"reward_ids": rewards, **values}
            made = int(self("loyalty.program", "create", new))
            rows = self(
                "loyalty.reward",
                "search_read",
                [["program_id", "=", made]],
                fields=["discount"],
                order="id",
            )
            found = made, [row["id"] for row in rows]
            if values:
                return found
            self._programs[name] = found
        return self._programs[name]

    def card(
        self, customer: str | None, program: str | int, points: float, **values: Any
    ) -> int:
        if isinstance(program, str):
            program, _ = self.program(program)
        whose = int(customer) if customer else False
        new = {"program_id": program, "partner_id": whose, "points": points, **values}
        return int(self("loyalty.card", "create", new))

    def gift_card(self, customer: str, value: float = 25.0) -> str:
        return str(self.card(customer, "gift_card", value))

    def coupon(
        self, customer: str, name: str = "coupons", points: float = 1, **values: Any
    ) -> str:
        _, (reward,) = self.program(name)
        return f"{self.card(customer, name, points, **values)}-{reward}"

    def points(self, customer: str, points: float) -> list[str]:
        """Give a card with points; return the promotions for 50 and for 30 of them."""
        card = self.card(customer, "loyalty", points)
        return [f"{card}-{reward}" for reward in self.program("loyalty")[1]]

    def balance(self, item: str) -> Decimal:
        card, _, _ = item.partition("-")
        return Decimal(str(self.read("loyalty.card", card, "points")["points"]))

    def history(self, item: str) -> list[Any]:
        card, _, _ = item.partition("-")
        return list(
            self(
                "loyalty.history",
                "search_read",
                [["card_id", "=", int(card)]],
                fields=["description", "used", "issued"],
                order="id",
            )
        )

    def product(self) -> int:
        """Return something to sell, for 100."""
        if not self._products:
            new = {"name": "Coffee", "default_code": "COF500", "list_price": 100.0}
            self._products.append(int(self("product.product", "create", new)))
        return self._products[0]

    def sell(self, customer: str, *lines: dict[str, Any]) -> int:
        """Have a customer buy something, and return the order."""
        rows = [[0, 0, line] for line in lines]
        new = {"partner_id": int(customer), "order_line": rows}
        order = int(self("sale.order", "create", new))
        self("sale.order", "action_confirm", [order])
        return order

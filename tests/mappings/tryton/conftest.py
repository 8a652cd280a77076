"""The shop's Tryton, a bridge before it, and a till."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bridge.model import Item, ItemKind
from tests.mappings.live.cache import alone
from tests.mappings.live.installation import installed
from tests.mappings.served import Served
from tests.mappings.tryton import installation, server
from tests.mappings.tryton.installation import BRIDGE_PASSWORD
from tests.mappings.tryton.server import Tryton, seeded

SITES = """\
sites:
  shop:
    country: FI
    mapping: tryton
    users: {{till: secret}}
    upstream:
      url: {url}
      auth: {{kind: header, name: Authorization, value: bearer {key}}}
      attempts: 1
      optional_seconds: 20
    options:
      company: 1
      currency: EUR
      user: sitoo
      password: {password}
      personal_id_type: fi_hetu
      company_id_type: fi_ytunnus
      discounts: true
      offers: {{5 euros off: FIVE-OFF}}
      stores: {{HKI: "200"}}
      additional_options:
        - name: Coffee
          options:
            - id: roast
              name: Roast
              type: enum-single
              enum_options: [{{id: light, name: Light}}, {{id: dark, name: Dark}}]
            - id: milk
              name: Milk
              type: text
"""


@pytest.fixture(scope="session")
def venv() -> Path:
    """The virtual environment with Tryton in it."""
    return installed(installation.CACHE, installation.environment)


@pytest.fixture(scope="session")
def shop(venv: Path) -> Path:
    """The directory of a database with the shop in it."""
    with alone(installation.CACHE):
        return seeded(venv)


@pytest.fixture(scope="session")
def on_sqlite(
    venv: Path, shop: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tryton]:
    """A Tryton for all modules, whose tests make customers of their own."""
    running = server.on_sqlite(venv, shop, tmp_path_factory.mktemp("tryton"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def tryton(on_sqlite: Tryton) -> Tryton:
    """The one on SQLite, unless a module has one on another database."""
    return on_sqlite


@pytest.fixture
def served(tryton: Tryton) -> Served:
    sites = SITES.format(url=tryton.url, key=tryton.key, password=BRIDGE_PASSWORD)
    return Served(tryton.url, tryton.key, sites)


CATEGORIES = "select id, name from party_category"

RECORD = {
    "party": "select name, code, active from party_party where id = ?",
    "mechanisms": (
        "select type, value, name, comment from party_contact_mechanism where party = ?"
    ),
    "identifiers": "select type, code from party_identifier where party = ?",
    "addresses": (
        "select attn, party_name, street_name, building_number, street_unstructured, "
        "postal_code, city, country, subdivision, invoice, delivery "
        "from party_address where party = ? and active"
    ),
    "categories": ('select category from "party_party-party_category" where party = ?'),
}
"""What Tryton keeps of a party, by what it is."""


@dataclass
class Office:
    """The people behind the shop, who work in Tryton's own client."""

    crm: Tryton
    kinds = (ItemKind.BONUS_CHECK, ItemKind.PROMOTION)
    numbers: ClassVar[Iterator[int]] = itertools.count(1)
    _ids: dict[str, int] = field(default_factory=dict)
    _promotions: list[int] = field(default_factory=list)

    def customer(self, email: str | None = None) -> str:
        number = next(self.numbers)
        email = email or f"customer{number}@example.org"
        mechanisms = [["create", [{"type": "email", "value": email}]]]
        name = f"Customer No{number}"
        return str(
            self.crm.add("party.party", name=name, contact_mechanisms=mechanisms)
        )

    def record(self, customer: str) -> dict[str, Any]:
        """Return all that Tryton's database has of a party, without ids."""
        return {
            name: sorted(self.crm.sql(query, int(customer)), key=repr)
            for name, query in RECORD.items()
        }

    def put(self, record: dict[str, Any]) -> str:
        """Put a party in; its parts are lists of values, its categories names."""
        values = {"name": record["name"]}
        for part in ("contact_mechanisms", "identifiers", "addresses"):
            values[part] = [["create", record[part]]] if record[part] else []
        known = {name: id_ for id_, name in self.crm.sql(CATEGORIES)}
        chosen = [known[name] for name in record["categories"]]
        return str(self.crm.add("party.party", **values, categories=[["add", chosen]]))

    def add_all(self, model: str, values: list[dict[str, Any]]) -> list[int]:
        return [*map(int, self.crm.rpc(f"model.{model}.create", values))]

    def gift_card(self, customer: str, value: str = "25.00", **how: Any) -> str:
        (card,) = self.gift_cards(customer, 1, value, **how)
        return card

    def gift_cards(
        self, customer: str, count: int, value: str = "25.00", **how: Any
    ) -> list[str]:
        (cards,) = self.gift_cards_for([int(customer)], count, value, **how).values()
        return cards

    def gift_cards_for(
        self,
        customers: list[int],
        count: int,
        value: str = "25.00",
        *,
        sent_to: str | None = None,
        currency: str = "EUR",
    ) -> dict[int, list[str]]:
        """Sell so many gift cards to each, maybe to be sent to somebody else."""
        product = self._known("product.product", "code", "GIFT")
        amount = {"__class__": "Decimal", "decimal": value}
        line = {
            "product": product,
            "quantity": count,
            "unit": self._known("product.uom", "name", "Unit"),
            "unit_price": amount,
            "gift_card_email": sent_to,
        }
        lines = [["create", [line]]]
        sold = [{"party": customer, "lines": lines} for customer in customers]
        sales = self.add_all("sale.sale", sold)
        which, order = [["sale", "in", sales]], [["sale", "ASC"]]
        bought = self.crm.rpc("model.sale.line.search", which, 0, None, order)
        card = {
            "product": product,
            "value": amount,
            "currency": self._known("currency.currency", "code", currency),
        }
        cards = [
            {**card, "origin": f"sale.line,{one}", "number": f"GC-{one:04}-{n:04}"}
            for one in bought
            for n in range(count)
        ]
        made = iter(self.add_all("sale.gift_card", cards))
        return {one: [str(next(made)) for _ in range(count)] for one in customers}

    def _known(self, model: str, field: str, value: str) -> int:
        if value not in self._ids:
            self._ids[value] = self.crm.find(model, [field, "=", value])
        return self._ids[value]

    def coupon(self, number: str) -> str:
        return str(
            self.crm.find("sale.promotion.coupon.number", ["number", "=", number])
        )

    def voucher(self, uses: int = 1, **how: Any) -> str:
        (voucher,) = self.vouchers(1, uses, **how)
        return voucher

    def vouchers(
        self, count: int, uses: int = 1, *, per_party: bool = False, **how: Any
    ) -> list[str]:
        """Give out coupon numbers of one promotion, for ten percent.

        ``number`` and ``promotion`` are further values of these two.
        """
        codes = [f"V{next(self.numbers):06}" for _ in range(count)]
        numbers = [{"number": code, **how.get("number", {})} for code in codes]
        coupon = {
            "number_of_use": uses,
            "per_party": per_party,
            "numbers": [["create", numbers]],
        }
        values = {"name": "Ten percent", "formula": "0.9 * unit_price"}
        values |= {"coupons": [["create", [coupon]]], **how.get("promotion", {})}
        self._promotions.append(self.crm.add("sale.promotion", **values))
        which = [["number", "in", codes]]
        model = "model.sale.promotion.coupon.number.search"
        return [*map(str, self.crm.rpc(model, which, 0, None, [["id", "ASC"]]))]

    def end_promotions(self) -> None:
        """Put aside what ``vouchers`` made: everybody's card shows all of them."""
        ended, self._promotions = self._promotions, []
        self.crm.rpc("model.sale.promotion.write", ended, {"active": False})

    def items(self, customer: str, count: int, kind: ItemKind) -> list[Item]:
        if kind is ItemKind.BONUS_CHECK:
            ids = self.gift_cards(customer, count)
        else:
            ids = self.vouchers(count)
        return [Item(kind, one, customer) for one in ids]

    def references(self, item: Item) -> list[str]:
        """Return the references of the sales that Tryton's database has an item on."""
        if item.kind is ItemKind.BONUS_CHECK:
            query = "sale_gift_card i on i.spent_on = 'sale.sale,' || s.id where i.id"
        else:
            query = '"sale_sale-sale_promotion_coupon_number" i on i.sale = s.id '
            query += "where i.number"
        query = f"select s.reference from sale_sale s join {query} = ?"
        return [ref for (ref,) in self.crm.sql(query, int(item.item_id))]

    def spent_on(self, card: str) -> str | None:
        """Return what Tryton's database says that a card is spent on."""
        query = "select spent_on from sale_gift_card where id = ?"
        ((spent_on,),) = self.crm.sql(query, int(card))
        return spent_on

    def uses(self, coupon: str) -> int:
        """Return how many sales have a coupon, as Tryton's database has it."""
        query = (
            'select count(*) from "sale_sale-sale_promotion_coupon_number" '
            "where number = ?"
        )
        ((uses,),) = self.crm.sql(query, int(coupon))
        return int(uses)


@pytest.fixture(scope="module")
def office(tryton: Tryton) -> Office:
    return Office(tryton)

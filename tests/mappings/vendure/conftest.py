"""The shop's Vendure, and the people behind it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bridge.model import Item, ItemKind
from tests.mappings.live.cache import alone
from tests.mappings.live.installation import installed
from tests.mappings.served import Served
from tests.mappings.vendure import installation
from tests.mappings.vendure.server import Vendure, running, seeded

SITES = """\
sites:
  shop:
    country: SE
    mapping: vendure
    users: {{till: secret}}
    upstream:
      url: {url}
      auth: {{kind: header, name: vendure-api-key, value: {key}}}
      attempts: 1
      optional_seconds: 20
    options:
      variant: "{variant}"
      shipping_method: "{shipping_method}"
      country: SE
      mail_domain: no-mail.invalid
      consents:
        - {{consent_id: news, name: News}}
        - {{consent_id: profile, name: Profile}}
      offers: {{FIVE: FIVE-OFF}}
      store_name: Web shop
      additional_options:
        - name: Coffee
          options:
            - id: roast
              name: Roast
              type: enum-single
              enum_options: [{{id: light, name: Light}}, {{id: dark, name: Dark}}]
            - id: extras
              name: Extras
              type: enum-multi
              enum_options: [{{id: oat, name: Oat}}, {{id: ice, name: Ice}}]
            - id: milk
              name: Milk
              type: text
"""


@pytest.fixture(scope="session")
def packages() -> Path:
    """The directory with Vendure's packages in it."""
    return installed(installation.CACHE, installation.packages)


@pytest.fixture(scope="session")
def database(packages: Path) -> Path:
    """The file of a database with the shop in it: nobody writes to it."""
    with alone(installation.CACHE):
        return seeded(packages)


@pytest.fixture(scope="session")
def on_sqljs(
    packages: Path, database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Vendure]:
    """A Vendure for all modules, whose tests make customers of their own."""
    log = tmp_path_factory.mktemp("vendure") / "vendure.log"
    shop = running(packages, database, log)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def vendure(on_sqljs: Vendure) -> Vendure:
    """The one on sql.js, unless a module has one on another database."""
    return on_sqljs


def before(vendure: Vendure) -> Served:
    """Say what a bridge before this Vendure has to know."""
    prepared = vendure.bridge
    sites = SITES.format(url=vendure.url, **vars(prepared))
    return Served(vendure.url, prepared.key, sites)


@pytest.fixture
def served(vendure: Vendure) -> Served:
    return before(vendure)


PERCENT = {"order_percentage_discount": {"discount": "10"}}
AMOUNT = {"order_fixed_discount": {"discount": "2500"}}


def operations(given: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """Return actions or conditions with arguments as Vendure wants them."""
    return [
        {
            "code": code,
            "arguments": [
                {"name": name, "value": value} for name, value in arguments.items()
            ],
        }
        for code, arguments in given.items()
    ]


@dataclass
class Office:
    """The people behind the shop, who work in Vendure's dashboard, and its web shop."""

    crm: Vendure
    kinds = (ItemKind.BONUS_CHECK, ItemKind.PROMOTION)
    numbers: ClassVar[Iterator[int]] = itertools.count(1)

    def customer(self, **values: Any) -> str:
        number = next(self.numbers)
        person = {
            "firstName": "Customer",
            "lastName": f"No{number}",
            "emailAddress": f"customer{number}@example.org",
        }
        query = """mutation ($input: CreateCustomerInput!) {
            createCustomer(input: $input) { ... on Customer { id } }
        }"""
        made = self.crm.call(query, input=person | values)
        return str(made["createCustomer"]["id"])

    def address(self, customer: str, **values: Any) -> None:
        query = """mutation ($customer: ID!, $input: CreateAddressInput!) {
            createCustomerAddress(customerId: $customer, input: $input) { id }
        }"""
        place = {"streetLine1": "Storgatan 1", "city": "Umeå", "countryCode": "SE"}
        self.crm.call(query, customer=customer, input=place | values)

    def group(self, *customers: str) -> str:
        query = """mutation ($input: CreateCustomerGroupInput!) {
            createCustomerGroup(input: $input) { id }
        }"""
        values = {"name": "Club", "customerIds": customers}
        return str(self.crm.call(query, input=values)["createCustomerGroup"]["id"])

    def code(self) -> str:
        return f"CODE-{next(self.numbers)}"

    def promotion(self, kind: str = "promotion", **values: Any) -> str:
        """Make a promotion for one use, of ten percent or of 25.

        ``owner``, ``conditions`` and ``actions`` are as ``operations`` has them.
        """
        actions = values.pop("actions", AMOUNT if kind == "bonus_check" else PERCENT)
        custom = {"sitooKind": kind, "sitooOwner": values.pop("owner", None)}
        conditions = operations(values.pop("conditions", {}))
        name = values.pop("name", "Ten percent")
        promotion = {
            "enabled": True,
            "couponCode": self.code(),
            "usageLimit": 1,
            "translations": [{"languageCode": "en", "name": name}],
            "conditions": conditions,
            "actions": operations(actions),
            "customFields": custom,
        }
        query = """mutation ($input: CreatePromotionInput!) {
            createPromotion(input: $input) { ... on Promotion { id } }
        }"""
        made = self.crm.call(query, input=promotion | values)
        return str(made["createPromotion"]["id"])

    def bonus_check(self, customer: str, **values: Any) -> str:
        return self.promotion("bonus_check", owner=customer, name="Bonus", **values)

    def put(self, record: dict[str, Any]) -> str:
        """Put a customer in, with addresses."""
        customer = self.customer(**record["customer"])
        for place in record["addresses"]:
            self.address(customer, **place)
        return customer

    def record(self, customer: str) -> dict[str, Any]:
        """Return all that Vendure has of a customer; addresses that are in use."""
        query = """query ($id: ID!) { customer(id: $id) {
            title firstName lastName emailAddress phoneNumber
            addresses {
                fullName company streetLine1 streetLine2 city province postalCode
                country { code } phoneNumber
                defaultShippingAddress defaultBillingAddress
            }
            customFields {
                memberNumber personalId company companyId landline gender birthday
                homeStore consents communication
            }
        } }"""
        found = self.crm.call(query, id=customer)["customer"]
        ticks = ("defaultShippingAddress", "defaultBillingAddress")
        used = [one for one in found["addresses"] if any(map(one.get, ticks))]
        return {**found, "addresses": used}

    def items(self, customer: str, count: int, kind: ItemKind) -> list[Item]:
        one = self.bonus_check if kind is ItemKind.BONUS_CHECK else self.personal
        return [Item(kind, one(customer), customer) for _ in range(count)]

    def personal(self, customer: str) -> str:
        return self.promotion(owner=customer)

    def references(self, item: Item) -> list[str]:
        return self.uses(item.item_id)

    def product(self, price: int, **values: Any) -> str:
        """Add something to sell, at so many cents before tax; return its variant."""
        number = next(self.numbers)
        names = [{"languageCode": "en", "name": f"Coffee {number}"}]
        page = [{**names[0], "slug": f"coffee-{number}", "description": ""}]
        query = """mutation ($input: CreateProductInput!) {
            createProduct(input: $input) { id }
        }"""
        product = self.crm.call(query, input={"translations": page})["createProduct"]
        variant = {
            "productId": product["id"],
            "sku": f"COF{number}",
            "price": price,
            "trackInventory": "FALSE",
            "translations": names,
        }
        query = """mutation ($input: CreateProductVariantInput!) {
            createProductVariants(input: [$input]) { id }
        }"""
        made = self.crm.call(query, input=variant | values)["createProductVariants"]
        return str(made[0]["id"])

    def sale(self, customer: str, *lines: tuple[str, int], code: str = "") -> str:
        """Sell so many of each variant in the web shop; return the order's code."""
        query = "mutation { createDraftOrder { id code } }"
        order = self.crm.call(query)["createDraftOrder"]
        query = """mutation ($order: ID!, $customer: ID!) {
            setCustomerForDraftOrder(orderId: $order, customerId: $customer) {
                __typename
            }
        }"""
        self.crm.call(query, order=order["id"], customer=customer)
        query = """mutation ($order: ID!, $item: AddItemToDraftOrderInput!) {
            addItemToDraftOrder(orderId: $order, input: $item) { __typename }
        }"""
        for variant, quantity in lines:
            item = {"productVariantId": variant, "quantity": quantity}
            self.crm.call(query, order=order["id"], item=item)
        query = """mutation ($order: ID!, $code: String!) {
            applyCouponCodeToDraftOrder(orderId: $order, couponCode: $code) {
                ... on Order { couponCodes }
            }
        }"""
        if code:
            self.crm.call(query, order=order["id"], code=code)
        query = """mutation ($order: ID!) {
            setDraftOrderShippingMethod(orderId: $order, shippingMethodId: 1) {
                __typename
            }
            transitionOrderToState(id: $order, state: "ArrangingPayment") {
                __typename
            }
            addManualPaymentToOrder(
                input: { orderId: $order, method: "card", metadata: {} }
            ) { ... on Order { state } }
        }"""
        done = self.crm.call(query, order=order["id"])
        assert done["addManualPaymentToOrder"] == {"state": "PaymentSettled"}
        return str(order["code"])

    def uses(self, promotion: str) -> list[str]:
        """Return the references of the orders that Vendure counts as uses.

        A test makes fewer orders than are looked at; Vendure reads each one's
        promotions by themselves.
        """
        query = """{ orders(options: { take: 50, sort: { createdAt: DESC }, filter: {
            state: { notIn: ["Cancelled", "Draft", "AddingItems"] }
        } }) { items { promotions { id } customFields { sitooReference } } } }"""
        return [
            order["customFields"]["sitooReference"]
            for order in self.crm.call(query)["orders"]["items"]
            if promotion in [one["id"] for one in order["promotions"]]
        ]


@pytest.fixture(scope="module")
def office(vendure: Vendure) -> Office:
    return Office(vendure)

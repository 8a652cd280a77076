"""Prepares a Vendure 3.7 for the bridge: see "Vendure" in the documentation.

Run it anywhere with Python, once the plugin is in Vendure's configuration::

    export VENDURE_ADMIN_PASSWORD=...
    python vendure_prepare.py https://shop.example.com/admin-api

It makes a role with the permissions that the bridge needs and no others, an API key
with it, and the free product variant and shipping method that the orders of redeems
have.  It prints the key, and the two ids for the bridge's configuration.
"""

from __future__ import annotations

import argparse
import json
import os
from typing import Any
from urllib.request import Request, urlopen

PERMISSIONS = (
    "ReadCustomer",
    "CreateCustomer",
    "UpdateCustomer",
    "ReadCountry",
    "ReadOrder",
    "CreateOrder",
    "UpdateOrder",
    "ReadPromotion",
    "ReadProduct",
    "ReadShippingMethod",
)

LOGIN = """mutation ($user: String!, $password: String!) {
    login(username: $user, password: $password) {
        ... on CurrentUser { id } ... on ErrorResult { message }
    }
}"""
ROLE = "mutation ($input: CreateRoleInput!) { createRole(input: $input) { id } }"
KEY = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey } }"
PRODUCT = """mutation ($input: CreateProductInput!) {
    createProduct(input: $input) { id }
}"""
VARIANT = """mutation ($input: CreateProductVariantInput!) {
    createProductVariants(input: [$input]) { id }
}"""
SHIPPING = """mutation ($input: CreateShippingMethodInput!) {
    createShippingMethod(input: $input) { id }
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url", help="the admin API's address: upstream.url")
    parser.add_argument("--admin", default="superadmin", help="an administrator")
    parser.add_argument("--channel", default="", help="the token of another channel")
    parser.add_argument("--language", default="en", help="what the shop speaks")
    said = parser.parse_args()
    vendure = Vendure(said.url, said.channel, said.language)
    vendure.sign_in(said.admin, os.environ["VENDURE_ADMIN_PASSWORD"])
    print("key:", add_key(vendure))
    print("variant:", add_variant(vendure))
    print("shipping_method:", add_shipping_method(vendure))


class Vendure:
    """Vendure's admin API, as an administrator."""

    def __init__(self, url: str, channel: str, language: str) -> None:
        self.url = url
        self.channel = channel
        self.language = language
        self.token = ""

    def sign_in(self, user: str, password: str) -> None:
        said = self.call(LOGIN, user=user, password=password)["login"]
        if "message" in said:
            raise SystemExit(said["message"])

    def call(self, document: str, **variables: Any) -> Any:
        body = json.dumps({"query": document, "variables": variables}).encode()
        headers = {"Content-Type": "application/json"}
        if self.channel:
            headers["vendure-token"] = self.channel
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        asked = Request(self.url, body, headers)  # noqa: S310 - what the user typed
        with urlopen(asked) as answer:  # noqa: S310
            self.token = answer.headers.get("vendure-auth-token") or self.token
            said = json.load(answer)
        if said.get("errors"):
            raise SystemExit(said["errors"][0]["message"])
        return said["data"]

    def named(self, **more: str) -> dict[str, Any]:
        names = {"languageCode": self.language, "name": "Sitoo", **more}
        return {"translations": [names]}


def add_key(vendure: Vendure) -> str:
    role = {
        "code": "sitoo-bridge",
        "description": "What Sitoo's bridge may do",
        "permissions": PERMISSIONS,
    }
    made = vendure.call(ROLE, input=role)["createRole"]
    key = vendure.call(KEY, input={"roleIds": [made["id"]], **vendure.named()})
    return str(key["createApiKey"]["apiKey"])


def add_variant(vendure: Vendure) -> str:
    words = vendure.named(slug="sitoo", description="Stands for a redeem at a till.")
    made = vendure.call(PRODUCT, input=words)["createProduct"]
    variant = {
        "productId": made["id"],
        "sku": "SITOO",
        "price": 0,
        "trackInventory": "FALSE",
        **vendure.named(),
    }
    return str(vendure.call(VARIANT, input=variant)["createProductVariants"][0]["id"])


def add_shipping_method(vendure: Vendure) -> str:
    costs = {"rate": "0", "includesTax": "auto", "taxRate": "0"}
    method = {
        "code": "sitoo",
        "fulfillmentHandler": "manual-fulfillment",
        "checker": {"code": "sitoo-redeem", "arguments": []},
        "calculator": {
            "code": "default-shipping-calculator",
            "arguments": [{"name": name, "value": costs[name]} for name in costs],
        },
        **vendure.named(description=""),
    }
    return str(vendure.call(SHIPPING, input=method)["createShippingMethod"]["id"])


if __name__ == "__main__":
    main()

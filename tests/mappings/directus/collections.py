"""What a retailer has made in Directus: collections, and the user the bridge is."""

from __future__ import annotations

from typing import Any

import requests

BRIDGE = "token-of-the-bridge"

TEXT, UNIQUE = {"type": "string"}, {"type": "string", "schema": {"is_unique": True}}
OWN_ID = {"type": "string", "schema": {"is_primary_key": True, "is_nullable": False}}
MADE_ID = {**OWN_ID, "meta": {"special": ["uuid"]}}
LIST = {"type": "json", "meta": {"special": ["cast-json"]}}
WHOLE, DATE, MOMENT = {"type": "integer"}, {"type": "date"}, {"type": "timestamp"}
NOW = {**MOMENT, "meta": {"special": ["date-created"]}}
MONEY = {
    "type": "decimal",
    "schema": {"numeric_precision": 10, "numeric_scale": 2},
}

COLLECTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "customers": {
        "id": MADE_ID,
        **dict.fromkeys(("member_number", "email"), UNIQUE),
        **dict.fromkeys(("first_name", "last_name", "personal_id", "company"), TEXT),
        **dict.fromkeys(
            ("company_id", "phone", "mobile", "gender", "home_store"), TEXT
        ),
        **dict.fromkeys(("street", "street2", "zip", "city", "country"), TEXT),
        "birthday": DATE,
        "contact_by": LIST,
        "consents": LIST,
        "shoe_size": WHOLE,
    },
    "coupons": {
        "id": MADE_ID,
        **dict.fromkeys(("customer", "kind", "name", "description"), TEXT),
        "percent": WHOLE,
        "amount": MONEY,
        "valid_until": MOMENT,
    },
    "spends": {"id": OWN_ID, "coupon": UNIQUE, "till": TEXT, "spent_on": NOW},
    "purchases": {
        "id": MADE_ID,
        **dict.fromkeys(("customer", "receipt", "store", "store_name"), TEXT),
        "currency": TEXT,
        "sold_on": MOMENT,
    },
    "purchase_lines": {
        "id": MADE_ID,
        **dict.fromkeys(("purchase", "sku", "text"), TEXT),
        "quantity": WHOLE,
        **dict.fromkeys(("total", "vat", "vat_rate"), MONEY),
    },
}
RELATIONS = (
    ("coupons", "customer", "customers", None),
    ("spends", "coupon", "coupons", "spends"),
    ("purchases", "customer", "customers", None),
    ("purchase_lines", "purchase", "purchases", "lines"),
)
RIGHTS = {
    "read": COLLECTIONS,
    "create": ("customers", "spends"),
    "update": ("customers",),
    "delete": ("spends",),
}


def make(url: str, token: str) -> None:
    """Make the collections, and the user, in an empty Directus."""

    def post(path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.post(url + path, json=body, headers=headers, timeout=60)
        assert answer.ok, (path, answer.text)
        return answer.json()["data"]

    for name, fields in COLLECTIONS.items():
        made = [{"field": field, **one} for field, one in fields.items()]
        aliases = [
            {"field": alias, "type": "alias", "meta": {"special": ["o2m"]}}
            for _, _, one, alias in RELATIONS
            if one == name and alias
        ]
        body = {"collection": name, "schema": {}, "meta": {}, "fields": made + aliases}
        post("/collections", body)
    for many, field, one, alias in RELATIONS:
        body = {"collection": many, "field": field, "related_collection": one}
        post("/relations", {**body, "schema": {}, "meta": {"one_field": alias}})
    policy = post("/policies", {"name": "Bridge", "app_access": False})["id"]
    rights = [
        {"policy": policy, "collection": name, "action": action, "fields": ["*"]}
        for action, names in RIGHTS.items()
        for name in names
    ]
    post("/permissions", rights)
    user = {"email": "bridge@example.com", "token": BRIDGE, "status": "active"}
    post("/users", {**user, "policies": [{"policy": policy}]})

"""What the CRM begins with: a few people written out, and crowds made by counting."""

from __future__ import annotations

import copy
import functools
import json
import uuid
from pathlib import Path
from typing import Any

from demo_crm.seed.crowd import dossiers as crowd

Json = dict[str, Any]

HERE = Path(__file__).parent

PLAIN: Json = {
    "id": None,
    "cardNo": None,
    "givenName": None,
    "familyName": None,
    "email": None,
    "cell": None,
    "landline": None,
    "nationalId": None,
    "company": None,
    "orgNo": None,
    "sex": None,
    "bornOn": None,
    "billTo": None,
    "shipTo": None,
    "optIn": {"email": False, "sms": False, "post": False},
    "agreements": [],
    "attributes": [],
    "homeShop": None,
    "standing": 0,
    "standingNote": None,
    "unlocks": [],
    "createdOn": "2019-03-04T10:15:00+01:00",
}
"""A contact of whom nothing is known: the written-out ones say what differs."""

LASTING: Json = {
    "id": None,
    "label": None,
    "details": None,
    "validUntil": None,
    "returnable": True,
    "spend": None,
}
"""An item that never lapses, can be given back and is not spent."""


def seed() -> dict[str, Json]:
    """Return the dossiers of everybody, by contact id."""
    written: list[Json] = read("contacts")
    return {d["contact"]["id"]: whole(d) for d in [*written, *crowd()]}


def nobody() -> dict[str, Json]:
    """Return no dossiers: a CRM on its first day."""
    return {}


def whole(brief: Json) -> Json:
    """Return a dossier with everything that its short form leaves out."""
    return {
        "contact": copy.deepcopy(PLAIN) | brief["contact"],
        "offers": {item["id"]: LASTING | item for item in brief.get("offers", [])},
        "vouchers": {
            item["id"]: LASTING | {"currency": "SEK"} | item
            for item in brief.get("vouchers", [])
        },
        "statement": brief.get("statement", []),
        "purchases": brief.get("purchases", []),
    }


def welcome(contact: Json) -> Json:
    """Return a new member's dossier, with what every new member is given."""
    gift = copy.deepcopy(catalogue()["welcome"])
    for offer in gift["offers"]:
        offer["id"] = str(uuid.uuid4())
    gift["contact"] |= contact
    return whole(gift)


def grant(dossier: Json, kind: str, count: int) -> list[str]:
    """Put ``count`` fresh items into a dossier and return their ids."""
    model = catalogue()["grants"][kind]
    fresh = [LASTING | model | {"id": str(uuid.uuid4())} for _ in range(count)]
    dossier[kind] |= {item["id"]: item for item in fresh}
    return [item["id"] for item in fresh]


@functools.cache
def catalogue() -> Json:
    """Return what is the same for everybody: agreements, attributes, the register."""
    return dict(read("catalogue"))


def read(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))

"""Adding a customer and changing it: what Sitoo's own list begins with."""

from __future__ import annotations

import random
import uuid
from typing import Any

from bridge.conformance.case import (
    Deviation,
    NotTried,
    Remark,
    Visit,
    case,
    differing,
    expect,
    expect_error,
    only_one,
)
from bridge.conformance.client import segment
from bridge.conformance.shapes import Many
from bridge.conformance.spi import CUSTOMER, OPTIONS_SECTION, STRANGER, TRANSACTION

ADDING = "Adding a customer"
CHANGING = "Changing a customer"

READ_ONLY: dict[str, Any] = {
    "status": {"color": "green", "text": ""},
    "promotions": [],
    "bonus_checks": [],
    "voucher_passwords": [],
    "sections": [],
}
"""The reference's own example of adding a customer has these in its body."""

FICTIONAL = range(174_06_05, 174_06_99)
"""Numbers below +46 70 that the Swedish regulator keeps for fiction."""


def newcomer(visit: Visit) -> dict[str, Any]:
    """Return what the POS would send for somebody who is not there yet."""
    return {
        "email": f"conformance.{uuid.uuid4().hex[:12]}@example.com",
        "name_first": "Åsa",
        "name_last": "Conformance-Test",
        "mobile": _free_number(visit),
        "invoice_address": {
            "address": "Storgatan 1",
            "city": "Örebro",
            "zip": "70210",
            "country_id": "SE",
        },
        "gender": "female",
        "birthday": "1975-08-04",
        "accepts_communication": ["email", "sms"],
        "consents": [],
        "additional_options": _required_options(visit),
    }


def _free_number(visit: Visit) -> str:
    """Return a number that nobody has; there are 94, and earlier runs took some."""
    for number in random.sample(FICTIONAL, 20):
        mobile = f"+4670{number}"
        answer = visit.client.get("/customers", key_type="mobile", key=mobile)
        if answer.json == []:
            return mobile
    raise NotTried("found no mobile number that is not taken")


def _required_options(visit: Visit) -> list[dict[str, Any]]:
    """Return an answer to each option that the server requires."""
    sections = visit.client.get("/additional-options")
    options = [
        option
        for section in expect(sections, 200, Many(OPTIONS_SECTION))
        for option in section["options"]
        if option.get("required")
    ]
    return [
        {"id": option["id"], "text": "Conformance"}
        if option["type"] == "text"
        else {"id": option["id"], "enum_values": [option["enum_options"][0]["id"]]}
        for option in options
    ]


@case(
    ADDING,
    "Search, look up, then add",
    says="201 and the Customer; read-only properties in the body are ignored",
    writes=True,
    sitoo="Add contact",
)
def add(visit: Visit) -> str:
    sent = newcomer(visit)
    missing = visit.client.get("/customers", key_type="email", key=sent["email"])
    if expect(missing, 200, Many(CUSTOMER)):
        raise Deviation("somebody is found by an e-mail address that was made up")
    asked = visit.client.get("/lookup_customers", key_type="email", key=sent["email"])
    if asked.status != 501:
        expect(asked, 200, Many(STRANGER))
    answer = visit.client.call("POST", "/customers", {**sent, **READ_ONLY})
    if answer.status == 403:
        raise Remark(f"{expect_error(answer, 403)}: customers cannot be added")
    visit.created = expect(answer, 201, CUSTOMER)
    if not visit.customer:
        visit.customer = visit.created
    wrong = differing(sent, visit.created)
    lost = [name for name in wrong if name not in visit.created and sent[name]]
    changed = [name for name in wrong if name in visit.created]
    if changed:
        raise Deviation(f"201, but {', '.join(changed)} is not as it was sent")
    if lost:
        raise Remark(f"201, a Customer without {', '.join(lost)}")
    return "201, a Customer"


def created(visit: Visit) -> dict[str, Any]:
    """Return the customer whom this run has added."""
    if not visit.created:
        raise NotTried("no customer could be added")
    return visit.created


def path_of(visit: Visit) -> str:
    """Return the path of the customer whom this run has added."""
    return f"/customers/{segment(created(visit)['customer_id'])}"


@case(ADDING, "Reading it at once", says="200 and the same Customer", writes=True)
def read_back(visit: Visit) -> str:
    shown = expect(visit.client.get(path_of(visit)), 200, CUSTOMER)
    wrong = differing(created(visit), shown)
    if wrong:
        raise Deviation(f"200, but {', '.join(wrong)} is another than after adding")
    return "200, the same Customer"


@case(
    ADDING,
    "Finding it by each key",
    says="200 and a list of this one Customer",
    writes=True,
    sitoo="Find by each identifier",
)
def find_by_keys(visit: Visit) -> str:
    card = created(visit)
    kinds = [kind for kind in ("email", "mobile", "member_number") if card.get(kind)]
    for kind in kinds:
        answer = visit.client.get("/customers", key_type=kind, key=card[kind])
        try:
            found = only_one(answer)
        except Deviation as deviation:
            raise Deviation(f"by {kind}: {deviation}") from None
        if found["customer_id"] != card["customer_id"]:
            raise Deviation(f"by {kind}: 200, another customer")
    return f"200, a list of 1, by {', '.join(kinds)}"


@case(ADDING, "Its purchases", says="200 and a list", writes=True)
def no_purchases(visit: Visit) -> str:
    answer = visit.client.get(f"{path_of(visit)}/transactions")
    expect(answer, 200, Many(TRANSACTION))
    return str(answer)


@case(
    ADDING,
    "Adding the same again",
    says="An Error, not 409: that is for redeems; or the same Customer",
    writes=True,
)
def add_again(visit: Visit) -> str:
    first = created(visit)
    kept = {name: first[name] for name in ("email", "mobile", "name_last")}
    answer = visit.client.call("POST", "/customers", kept)
    if answer.status != 201:
        return expect_error(answer, 400)
    again = expect(answer, 201, CUSTOMER)
    if again["customer_id"] == first["customer_id"]:
        return "201, the same Customer"
    raise Remark("201, a second customer with the same e-mail and mobile")


@case(
    CHANGING,
    "A new first name",
    says="200 and the Customer; its customer_id may be in the body",
    writes=True,
    sitoo="Edit contact",
)
def change(visit: Visit) -> str:
    before = created(visit)
    read_only = ("status", "promotions", "bonus_checks", "voucher_passwords")
    body = {
        name: value
        for name, value in before.items()
        if name not in (*read_only, "sections", "store_id_home")
    }
    body["name_first"] = "Örjan"
    answer = visit.client.call("PUT", path_of(visit), body)
    if answer.status == 403:
        raise Remark(f"{expect_error(answer, 403)}: customers cannot be changed")
    wrong = differing(body, expect(answer, 200, CUSTOMER))
    shown = expect(visit.client.get(path_of(visit)), 200, CUSTOMER)
    wrong = wrong or differing(body, shown)
    if wrong:
        raise Deviation(f"200, but {', '.join(wrong)} is not as it was sent")
    visit.created = shown
    return "200, the Customer with the new name"

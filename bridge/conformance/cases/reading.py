"""What can be asked without changing anything."""

from __future__ import annotations

from bridge.conformance.case import (
    Deviation,
    NotTried,
    Remark,
    Visit,
    case,
    expect,
    expect_error,
    only_one,
)
from bridge.conformance.cases.refusing import NOBODY
from bridge.conformance.client import segment
from bridge.conformance.shapes import Many
from bridge.conformance.spi import (
    CONSENT,
    CUSTOMER,
    KEY_TYPES,
    OPTIONS_SECTION,
    STRANGER,
    TRANSACTION,
)

LISTS = "Lists"
SEARCHING = "Searching"
CARD = "The customer card"

STRANGERS = {
    "personal_id": "190001019802",
    "mobile": "+46701740699",
    "email": "nobody.at.all@example.com",
    "member_number": "no-such-member",
    "company_id": "5560360793",
}

ODD_ORIGIN = {
    "Store-ID": "Stock%C3%A5len%20%26%20s%C3%B6ner%2F200",
    "Staff-ID": "%C3%85sa%20%22Q%22",
    "Register-ID": "100%25",
}
"""As the POS sends them: UTF-8, percent-encoded."""


@case(LISTS, "Consents", says="200 and a list of Consent")
def consents(visit: Visit) -> str:
    answer = visit.client.get("/consents")
    expect(answer, 200, Many(CONSENT))
    return str(answer)


@case(LISTS, "Additional options", says="200 and a list of sections")
def additional_options(visit: Visit) -> str:
    answer = visit.client.get("/additional-options")
    expect(answer, 200, Many(OPTIONS_SECTION))
    return str(answer)


@case(LISTS, "Percent-encoded headers", says="Store-ID and the like are UTF-8, encoded")
def odd_headers(visit: Visit) -> str:
    answer = visit.client.call("GET", "/consents", headers=ODD_ORIGIN)
    expect(answer, 200, Many(CONSENT))
    return str(answer)


@case(SEARCHING, "Nobody, by each type of key", says="200 and an empty list")
def nobody(visit: Visit) -> str:
    for key_type in KEY_TYPES:
        answer = visit.client.get(
            "/customers", key_type=key_type, key=STRANGERS[key_type]
        )
        if expect(answer, 200, Many(CUSTOMER)):
            raise Remark(f"somebody has the {key_type} that was made up")
    return "200, a list of 0"


@case(SEARCHING, "A mobile number in its national form", says="200: a key is a text")
def national(visit: Visit) -> str:
    answer = visit.client.get("/customers", key_type="mobile", key="0701740699")
    expect(answer, 200, Many(CUSTOMER))
    return str(answer)


@case(
    SEARCHING,
    "A customer who is there",
    says="200 and a list of one Customer",
    sitoo="Find by each identifier",
)
def somebody(visit: Visit) -> str:
    if not visit.settings.keys:
        raise NotTried("needs --key TYPE:KEY of somebody who is there")
    ids = set()
    for key_type, key in visit.settings.keys:
        answer = visit.client.get("/customers", key_type=key_type, key=key)
        visit.customer = only_one(answer)
        ids.add(visit.customer["customer_id"])
    return f"{answer}" + (" (of different customers)" if len(ids) > 1 else "")


@case(
    SEARCHING, "A lookup of nobody", says="200 and an empty list, or 501 and an Error"
)
def lookup_nobody(visit: Visit) -> str:
    key = STRANGERS["email"]
    answer = visit.client.get("/lookup_customers", key_type="email", key=key)
    if answer.status == 501:
        return expect_error(answer, 501)
    if expect(answer, 200, Many(STRANGER)):
        raise Remark("somebody has the e-mail address that was made up")
    return str(answer)


@case(
    SEARCHING,
    "A lookup",
    says="200 and a list of Customer, or 501 and an Error",
    sitoo="Person lookup",
)
def lookup(visit: Visit) -> str:
    key_type, key = (*visit.settings.keys, ("mobile", STRANGERS["mobile"]))[0]
    answer = visit.client.get("/lookup_customers", key_type=key_type, key=key)
    if answer.status == 501:
        return expect_error(answer, 501)
    expect(answer, 200, Many(STRANGER))
    return str(answer)


@case(CARD, "A customer by id", says="200 and a Customer with this customer_id")
def card(visit: Visit) -> str:
    customer_id = visit.customer_id()
    answer = visit.client.get(f"/customers/{segment(customer_id)}")
    shown = expect(answer, 200, CUSTOMER)
    if shown["customer_id"] != customer_id:
        raise Deviation("200, a Customer with another customer_id")
    visit.customer = shown
    return f"{answer.status}, a Customer"


@case(
    CARD,
    "The purchases of a customer",
    says="200 and a list of Transaction",
    sitoo="Purchase history",
)
def purchases(visit: Visit) -> str:
    path = f"/customers/{segment(visit.customer_id())}/transactions"
    answer = visit.client.get(path)
    expect(answer, 200, Many(TRANSACTION))
    return str(answer)


@case(CARD, "The purchases of nobody", says="404 and an Error")
def purchases_of_nobody(visit: Visit) -> str:
    answer = visit.client.get(f"/customers/{NOBODY}/transactions")
    if answer.status == 200 and answer.json == []:
        raise Remark("200, a list of 0")
    return expect_error(answer, 404)

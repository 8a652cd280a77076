"""Who is let in, and what is said to requests that are wrong."""

from __future__ import annotations

from bridge.conformance.case import Deviation, Visit, case, expect_error
from bridge.conformance.client import segment

SIGNING_IN = "Signing in"
WRONG = "Wrong requests"

NOBODY = "no-such-customer-5f0c1a2b"


@case(SIGNING_IN, "No credentials", says="401 and an Error")
def no_credentials(visit: Visit) -> str:
    return expect_error(visit.client.call("GET", "/consents", login=""), 401)


@case(SIGNING_IN, "A wrong password", says="401 and an Error")
def wrong_password(visit: Visit) -> str:
    login = f"{visit.client.user}:wrong-{NOBODY}"
    return expect_error(visit.client.call("GET", "/consents", login=login), 401)


@case(SIGNING_IN, "The challenge", says="HTTP Basic: a 401 says so (RFC 9110)")
def challenge(visit: Visit) -> str:
    answer = visit.client.call("GET", "/consents", login="")
    challenged = answer.headers.get("www-authenticate") or ""
    if not challenged.lower().startswith("basic"):
        raise Deviation(f"{answer.status} without WWW-Authenticate: Basic")
    return f"{answer.status}, WWW-Authenticate: Basic"


@case(WRONG, "A search without a key", says="400 and an Error: key is required")
def no_key(visit: Visit) -> str:
    return expect_error(visit.client.get("/customers", key_type="email"), 400)


@case(WRONG, "A search without a type", says="400 and an Error: key_type is required")
def no_key_type(visit: Visit) -> str:
    return expect_error(visit.client.get("/customers", key="10012"), 400)


@case(WRONG, "A search by a type that is none", says="400 and an Error")
def odd_key_type(visit: Visit) -> str:
    answer = visit.client.get("/customers", key="42", key_type="shoe_size")
    return expect_error(answer, 400)


@case(WRONG, "An unknown customer", says="404 and an Error")
def unknown_customer(visit: Visit) -> str:
    return expect_error(visit.client.get(f"/customers/{NOBODY}"), 404)


@case(WRONG, "An id with a slash, a space, å and %", says="404 and an Error")
def odd_customer_id(visit: Visit) -> str:
    path = f"/customers/{segment('a/b å%/../x')}"
    return expect_error(visit.client.get(path), 404, 400)


@case(WRONG, "An unknown path", says="404 and an Error")
def unknown_path(visit: Visit) -> str:
    return expect_error(visit.client.get("/no-such-path"), 404)


@case(WRONG, "A customer that is no JSON", says="400 and an Error", writes=True)
def no_json(visit: Visit) -> str:
    answer = visit.client.call("POST", "/customers", b'{"email": ')
    return expect_error(answer, 400)


@case(WRONG, "A customer that is a list", says="400 and an Error", writes=True)
def no_object(visit: Visit) -> str:
    return expect_error(visit.client.call("POST", "/customers", []), 400, 422)


@case(WRONG, "An e-mail address that is a number", says="400 and an Error", writes=True)
def odd_type(visit: Visit) -> str:
    return expect_error(visit.client.call("POST", "/customers", {"email": 7}), 400)


@case(WRONG, "A gender that is none", says="400 and an Error", writes=True)
def odd_gender(visit: Visit) -> str:
    body = {"name_first": "Conformance", "gender": "yes"}
    return expect_error(visit.client.call("POST", "/customers", body), 400)


@case(WRONG, "Changing an unknown customer", says="404 and an Error", writes=True)
def change_nobody(visit: Visit) -> str:
    body = {"name_first": "Conformance"}
    return expect_error(visit.client.call("PUT", f"/customers/{NOBODY}", body), 404)

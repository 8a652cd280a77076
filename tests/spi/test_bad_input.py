"""Whatever is sent: the SPI's Error comes back, and nothing reaches the mapping."""

from __future__ import annotations

import io
import json

import pytest

from bridge.errors import Garbled
from bridge.spi.schemas.labels import LABELS
from tests.spi.till import error_of

JSON = {"Content-Type": "application/json"}
WRITES = [
    ("POST", "/customers"),
    ("PUT", "/customers/c1"),
    ("POST", "/customers/c1/redeem"),
]
READS = [
    ("GET", "/customers?key_type=email&key=a@b.se"),
    ("GET", "/lookup_customers?key_type=email&key=a@b.se"),
    ("GET", "/customers/c1"),
    ("GET", "/customers/c1/transactions"),
    ("GET", "/consents"),
    ("GET", "/additional-options"),
    ("DELETE", "/customers/c1/redeem/64DCDD6D716EA0F470734356665E5730"),
]


def named(path: str, text: str) -> bool:
    """Whether a cashier is told which field is wrong, by its label."""
    steps = [step for step in path.split(".") if step in LABELS]
    return all(LABELS[step] in text for step in steps) and bool(steps)


@pytest.fixture(autouse=True)
def nothing_reaches_the_crm(crm, redeemer):
    yield
    assert crm.calls == []
    assert redeemer.calls == []


# Bodies

NOT_JSON = {
    "empty": b"",
    "text": b"hello",
    "cut short": b'{"email": "a@b.se"',
    "a form": b"email=a@b.se",
    "NaN": b'{"email": NaN}',
    "latin-1": b'{"name_first": "\xc5sa"}',
    "a raw NUL": b'{"name_first": "A\x00"}',
    "an escaped NUL": rb'{"name_first": "A\u0000"}',
    "a lone surrogate": rb'{"name_first": "A\ud800"}',
    "a lone surrogate as a name": rb'{"\udfff": 1}',
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"a":' * 40_000,
    "deep and complete": b'{"sections":' + b"[" * 90_000 + b"]" * 90_000 + b"}",
    "an endless number": b'{"a": ' + b"1" * 100_000 + b"}",
}


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_not_sound_json_is_400(till, method, path, body):
    assert error_of(till(method, path, data=body, headers=JSON))[0] == 400


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("body", [None, 1, 1.5, True, "x", [], [{}]], ids=repr)
def test_a_body_that_is_no_object_is_400(till, method, path, body):
    status, text = error_of(till(method, path, data=json.dumps(body), headers=JSON))
    assert (status, text) == (400, Garbled().errortext)


@pytest.mark.parametrize(("method", "path"), WRITES + READS)
def test_two_mebibytes_are_413(till, method, path):
    response = till(method, path, data=b"x" * 2**21, headers=JSON)
    assert error_of(response)[0] == 413


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_so_they_are_when_nobody_says_how_many_come(till, method, path):
    response = till(
        method,
        path,
        input_stream=io.BytesIO(b"x" * 2**21),
        headers=JSON | {"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert error_of(response)[0] == 413


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "json",
    ],
)
def test_a_body_that_is_not_declared_as_json_is_415(till, method, path, content_type):
    headers = {"Content-Type": content_type} if content_type is not None else {}
    response = till(method, path, data=b"{}", headers=headers)
    status, text = error_of(response)
    assert (status, text) == (415, Garbled().errortext)


# Every property of a customer

TEXTS = [
    "member_number",
    "email",
    "name_first",
    "name_last",
    "personal_id",
    "company",
    "company_id",
    "phone",
    "mobile",
    "gender",
    "birthday",
    "store_id_home",
]
OBJECTS = ["invoice_address", "delivery_address"]
ADDRESS = ["name", "address", "address2", "zip", "city", "state", "country_id"]
LISTS = ["accepts_communication", "consents", "additional_options"]
OF_ANOTHER_TYPE = {
    "text": [1, 1.5, True, [], {}, ["x"], {"x": 1}],
    "object": [1, True, "x", [], ["x"]],
    "list": [1, True, "x", {}, {"x": 1}, [1], [True], [None], [["x"]]],
}


def wrong_types():
    for kind, names in (("text", TEXTS), ("object", OBJECTS), ("list", LISTS)):
        for name in names:
            for value in OF_ANOTHER_TYPE[kind]:
                yield pytest.param(name, {name: value}, id=f"{name}={value!r}")
    for name in ADDRESS:
        for value in OF_ANOTHER_TYPE["text"]:
            address = {"address": "Street", name: value}
            yield pytest.param(
                f"invoice_address.{name}",
                {"invoice_address": address},
                id=f"invoice_address.{name}={value!r}",
            )


@pytest.mark.parametrize(("name", "body"), list(wrong_types()))
def test_a_property_of_another_type_is_400_and_named(till, name, body):
    for method, path in WRITES[:1] if name == "store_id_home" else WRITES[:2]:
        status, text = error_of(till(method, path, json=body))
        assert (status, named(name, text)) == (400, True), text


WRONG = {
    "gender": ["Male", "other", "x" * 2000],
    "email": ["john", "john@", "@b.se", "a b@c.se", "a@b@c.se"],
    "mobile": ["hello", "+", "123", "+46" + "1" * 40],
    "phone": ["hello", "+", "+46" + "1" * 40],
    "birthday": ["1975-13-01", "1975-02-30", "04/08/1975", "yesterday", "1975"],
    "invoice_address": [
        {},
        {"city": "Malmö"},
        {"address": "S", "country_id": "Sveriges Land"},
    ],
    "delivery_address": [{}, {"address": None}, {"address": "S", "country_id": "QQ"}],
    "accepts_communication": [["pigeon"], ["email", "SMS"]],
    "consents": [[""], ["x" * 256], ["c"] * 201],
    "additional_options": [
        [{}],
        [{"id": "1team"}],
        [{"id": "t"}],
        [{"id": "te am"}],
        [{"id": "team\n"}],
        [{"id": "x" * 33}],
        [{"id": "team", "enum_values": ["1"]}],
        [{"id": "team", "enum_values": "x"}],
        [{"id": "team", "text": "x" * 1025}],
        ["team"],
    ],
    "name_first": ["x" * 1025, "A\x07"],
    "member_number": ["x" * 256, "1\x08"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, some in WRONG.items() for value in some]
)
def test_a_value_that_the_spi_does_not_allow_is_400_and_not_repeated(till, name, value):
    for method, path in WRITES[:2]:
        status, text = error_of(till(method, path, json={name: value}))
        assert (status, named(name, text)) == (400, True), text
        for word in words_of(value):
            assert word not in text


def words_of(value):
    """The texts in a value that are long enough not to be in a sentence by chance."""
    if isinstance(value, str):
        return [value] if len(value) > 5 else []
    inner = value.values() if isinstance(value, dict) else value
    return [word for one in inner or () for word in words_of(one)]


def test_many_wrong_properties_make_a_short_text(till):
    body = dict.fromkeys(TEXTS, 1)
    status, text = error_of(till.post("/customers", json=body))
    assert status == 400
    assert len(text) < 500


# Paths, methods, headers


@pytest.mark.parametrize(
    "path",
    [
        "/customer",
        "/Customers",
        "/customers/",
        "/customers//transactions",
        "/customers/c1/",
        "/customers/c1/redeem/",
        "/customers/c1/bonus",
        "/customers/../consents",
        "/consents/1",
        "/.env",
        "/%00",
    ],
)
def test_a_wrong_path_is_404_for_everybody(till, stranger, path):
    for who in (till, stranger):
        assert error_of(who.get(path))[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/customers", "GET, HEAD, OPTIONS, POST"),
        ("PATCH", "/customers/c1", "GET, HEAD, OPTIONS, PUT"),
        ("POST", "/customers/c1", "GET, HEAD, OPTIONS, PUT"),
        ("POST", "/customers/c1/transactions", "GET, HEAD, OPTIONS"),
        ("GET", "/customers/c1/redeem", "OPTIONS, POST"),
        (
            "GET",
            "/customers/c1/redeem/64DCDD6D716EA0F470734356665E5730",
            "DELETE, OPTIONS",
        ),
        ("PUT", "/consents", "GET, HEAD, OPTIONS"),
        ("POST", "/additional-options", "GET, HEAD, OPTIONS"),
        ("POST", "/lookup_customers", "GET, HEAD, OPTIONS"),
        ("TRACE", "/customers", "GET, HEAD, OPTIONS, POST"),
        ("BREW", "/customers", "GET, HEAD, OPTIONS, POST"),
    ],
)
def test_a_wrong_method_is_405_and_told_the_right_ones(till, method, path, allowed):
    response = till(method, path)
    assert error_of(response)[0] == 405
    assert ", ".join(sorted(response.headers["Allow"].split(", "))) == allowed


@pytest.mark.parametrize(
    "customer_id", ["%00", "a%0Ab", "%ff", "%C2%85", "x" * 256, "%E4%BA%BA" * 256]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [(m, p) for m, p in WRITES + READS if "/c1" in p],
)
def test_an_id_that_cannot_be_one_is_400(till, method, path, customer_id):
    path = path.replace("/c1", f"/{customer_id}")
    status, text = error_of(till(method, path))
    assert status == 400
    assert text == Garbled().errortext


@pytest.mark.parametrize("header", ["Store-ID", "Staff-ID", "Register-ID"])
@pytest.mark.parametrize("value", ["x" * 10_000, "%00", "%ff"])
@pytest.mark.parametrize(("method", "path"), WRITES + READS)
def test_a_header_that_is_too_much_is_400_and_named(till, method, path, header, value):
    status, text = error_of(till(method, path, headers={header: value}))
    assert status == 400
    assert text == Garbled().errortext


def test_a_very_long_authorization_is_401(stranger):
    headers = {"Authorization": "Basic " + "A" * 10_000}
    assert error_of(stranger.get("/customers/c1", headers=headers))[0] == 401


def test_a_very_long_key_is_400(till):
    path = "/customers?key_type=email&key=" + "x" * 10_000
    assert error_of(till.get(path))[0] == 400

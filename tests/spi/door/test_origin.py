from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from werkzeug.datastructures import Headers

from bridge.errors import Invalid
from bridge.model import Context
from bridge.secret import Pseudonyms, Secret
from bridge.spi.door import origin
from bridge.spi.door.origin import context, request_id

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass
class Shop:
    """As much of a site as is looked at here."""

    name: str
    pseudonym: Pseudonyms


NORTH = Shop("north", Pseudonyms([Secret("password")]))


def store_id(value: str) -> str:
    return context(NORTH, Headers({"Store-ID": value}), "r1").store_id


def test_all_headers_are_optional():
    assert context(NORTH, Headers(), "r1") == Context(site="north", request_id="r1")


def test_each_header_has_its_place():
    headers = Headers(
        {
            "Store-ID": "200",
            "Staff-ID": "anna",
            "Register-ID": "7",
            "traceparent": TRACE,
        }
    )
    assert context(NORTH, headers, "r1") == Context(
        site="north",
        store_id="200",
        staff_id="anna",
        register_id="7",
        request_id="r1",
        traceparent=TRACE,
    )


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("Malm%C3%B6", "Malmö"),
        ("malm%c3%b6", "malmö"),
        ("Stock%20holm%2FCity", "Stock holm/City"),
        ("a+b", "a+b"),
        ("100%", "100%"),
        ("%zz", "%zz"),
        ("Malmö".encode().decode("latin-1"), "Malmö"),
        ("%F0%9F%9B%92", "🛒"),
        ("x" * 255, "x" * 255),
        ("%EF%BB%BFMalmo%CC%88%E2%80%8B", "Malmö"),
    ],
)
def test_ids_are_percent_encoded_utf_8(sent, meant):
    assert store_id(sent) == meant


@pytest.mark.parametrize(
    "sent",
    [
        "x" * 256,
        "x" * 10_000,
        "%00",
        "a%0Ab",
        "%7f",
        "%C2%85",
        "%E2%80%A8",
        "%ff",
        "\xe5",
    ],
)
def test_what_is_not_short_plain_text_is_refused_by_the_header_s_name(sent):
    with pytest.raises(Invalid) as refused:
        store_id(sent)
    assert refused.value.detail.startswith("Store-ID is ")
    assert sent not in refused.value.detail


@pytest.mark.parametrize("name", ["Staff-ID", "Register-ID"])
def test_the_other_headers_are_checked_too(name):
    with pytest.raises(Invalid, match=name):
        context(NORTH, Headers({name: "%00"}), "r1")


@pytest.mark.parametrize(
    "offered",
    [
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "7d4c11d0-8a5c-4f4e-9d2c-0c5a1b2e3f40",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "Root=1-67891233-abcdef012345678912345678",
        "0A000001:D3F2_7F000001:1F90_5EC3F2A1_0009:4E2F",
        "a" * 128,
    ],
)
def test_a_request_id_as_machines_make_them_is_kept(offered):
    assert request_id(Headers({"X-Request-ID": offered})) == offered


@pytest.mark.parametrize(
    "offered",
    [
        *("", "a b", "a" * 129, "<x>", "å", "-a", "abc", "1:2/3+4=5.6_7"),
        *("kim.berg", "kim@example.com", "0701112233", "19900101-1234"),
        *("1990010112340701112233", "anna-andersson-malmo"),
    ],
)
def test_any_other_request_id_is_replaced(offered):
    made = request_id(Headers({"X-Request-ID": offered}))
    assert len(made) == 32
    assert made != request_id(Headers({"X-Request-ID": offered}))


@pytest.mark.parametrize("name", ["Store-ID", "Staff-ID", "Register-ID"])
def test_where_an_id_should_be_personal_data_gets_a_pseudonym(name):
    told = context(NORTH, Headers({name: "kim%40example.com"}), "r1")
    again = context(NORTH, Headers({name: "kim@example.com"}), "r2")
    other = context(NORTH, Headers({name: "bo@example.com"}), "r3")
    field = name.lower().replace("-", "_")
    said = [getattr(one, field) for one in (told, again, other)]
    assert said[0] == said[1] != said[2]
    assert re.fullmatch("~[0-9a-f]{16}", said[0])


@pytest.mark.parametrize(
    "offered",
    [
        "",
        "ff" + TRACE[2:],
        TRACE.upper(),
        TRACE + "-extra",
        "00-" + "0" * 32 + TRACE[35:],
        TRACE[:36] + "0" * 16 + "-01",
        # somebody's number behind zeros
        "00-" + "070111222333444".rjust(32, "0") + TRACE[35:],
        TRACE[:36] + "191212121212".rjust(16, "0") + "-01",
    ],
)
def test_a_malformed_traceparent_is_not_passed_on(offered):
    assert context(NORTH, Headers({"traceparent": offered}), "r1").traceparent == ""


def test_ids_may_be_as_long_as_this():
    assert origin.checked("customer_id", "ö" * origin.LONGEST) == "ö" * origin.LONGEST

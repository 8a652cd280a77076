from __future__ import annotations

import pytest
from werkzeug.datastructures import Headers

from bridge.errors import Invalid
from bridge.model import Context
from bridge.spi import origin
from bridge.spi.origin import context, request_id

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def store_id(value: str) -> str:
    return context("north", Headers({"Store-ID": value}), "r1").store_id


def test_all_headers_are_optional():
    assert context("north", Headers(), "r1") == Context(site="north", request_id="r1")


def test_each_header_has_its_place():
    headers = Headers(
        {
            "Store-ID": "200",
            "Staff-ID": "anna",
            "Register-ID": "7",
            "traceparent": TRACE,
        }
    )
    assert context("north", headers, "r1") == Context(
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
    assert refused.value.errortext.startswith("Store-ID is ")
    assert sent not in refused.value.errortext


@pytest.mark.parametrize("name", ["Staff-ID", "Register-ID"])
def test_the_other_headers_are_checked_too(name):
    with pytest.raises(Invalid, match=name):
        context("north", Headers({name: "%00"}), "r1")


@pytest.mark.parametrize("offered", ["abc", "7d4c-11", "a" * 128, "1:2/3+4=5.6_7"])
def test_a_sane_request_id_is_kept(offered):
    assert request_id(Headers({"X-Request-ID": offered})) == offered


@pytest.mark.parametrize("offered", ["", "a b", "a" * 129, "<x>", "å", "-a"])
def test_any_other_request_id_is_replaced(offered):
    made = request_id(Headers({"X-Request-ID": offered}))
    assert len(made) == 32
    assert made != request_id(Headers({"X-Request-ID": offered}))


@pytest.mark.parametrize(
    "offered",
    [
        "",
        "ff" + TRACE[2:],
        TRACE.upper(),
        TRACE + "-extra",
        "00-" + "0" * 32 + TRACE[35:],
        TRACE[:36] + "0" * 16 + "-01",
    ],
)
def test_a_malformed_traceparent_is_not_passed_on(offered):
    assert context("north", Headers({"traceparent": offered}), "r1").traceparent == ""


def test_ids_may_be_as_long_as_this():
    assert origin.checked("customer_id", "ö" * origin.LONGEST) == "ö" * origin.LONGEST

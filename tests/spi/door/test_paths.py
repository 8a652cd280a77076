from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("path", "customer_id"),
    [
        ("c1", "c1"),
        (
            "a26d8975-3b86-43c0-9b12-a86401074770",
            "a26d8975-3b86-43c0-9b12-a86401074770",
        ),
        ("a%2Fb", "a/b"),
        ("a%2fb", "a/b"),
        ("%2F", "/"),
        ("%2F%2Ftransactions", "//transactions"),
        ("a%252Fb", "a%2Fb"),
        ("%C3%A5%2F%C3%B6", "å/ö"),
        ("a+b", "a+b"),
        ("a%2Bb", "a+b"),
        ("a%20b", "a b"),
        ("a%3Fb%23c", "a?b#c"),
        ("..%2F..", "../.."),
        ("john@example.com", "john@example.com"),
        ("x" * 255, "x" * 255),
        ("%E2%80%8Bc1%EF%BB%BF", "c1"),
        ("a%CC%8A", "å"),
        ("a%E2%80%AEb%E2%81%A6c", "abc"),
    ],
)
def test_an_id_may_be_any_text(till, crm, path, customer_id):
    assert till.get(f"/customers/{path}").status_code == 200
    assert till.get(f"/customers/{path}/transactions?x=a%2Fb").status_code == 200
    assert crm.calls == [("get", customer_id), ("transactions", customer_id)]


def test_a_server_that_does_not_say_what_the_path_was_gets_404(till, crm):
    raw = {"RAW_URI": "", "REQUEST_URI": ""}
    response = till.get("/customers/a%2Fb", environ_overrides=raw)
    assert response.status_code == 404
    assert crm.calls == []


def test_the_path_may_come_with_a_scheme_and_host(till, crm):
    raw = {"RAW_URI": "http://bridge.example/customers/a%2Fb?x=1"}
    assert till.get("/customers/a%2Fb", environ_overrides=raw).status_code == 200
    assert crm.calls == [("get", "a/b")]


def test_a_slash_in_a_query_changes_nothing(till, crm):
    till.get("/customers?key_type=member_number&key=a%2Fb")
    assert crm.calls[0][1].key == "a/b"


@pytest.mark.parametrize("path", ["%E2%80%8B", "%E2%80%8B/transactions"])
def test_an_id_that_nobody_can_see_names_nobody(till, crm, path):
    assert till.get(f"/customers/{path}").status_code == 404
    assert crm.calls == []

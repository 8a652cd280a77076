from __future__ import annotations

import logging

import pytest

from bridge.errors import ConfigError
from bridge.log import LineFormatter
from tests.spi.till import error_of


def test_a_mistake_is_500_with_nothing_but_the_request_id(till, crm):
    crm.answers["get"] = RuntimeError("John Doe")
    headers = {"X-Request-ID": "7f3a9c0be1d24568"}
    status, text = error_of(till.get("/customers/c1", headers=headers))
    assert status == 500
    assert "John" not in text
    assert "7f3a9c0be1d24568" in text


@pytest.mark.parametrize("mistake", [RecursionError(), ConfigError("x"), MemoryError()])
def test_every_kind_of_mistake_is(till, crm, mistake):
    crm.answers["get"] = mistake
    assert error_of(till.get("/customers/c1"))[0] == 500


@pytest.mark.parametrize("odd", [KeyError("id"), TypeError(), ValueError("John Doe")])
def test_a_translator_that_meets_what_it_does_not_expect_is_502(till, crm, odd):
    crm.answers["get"] = odd
    status, text = error_of(till.get("/customers/c1"))
    assert status == 502
    assert "John" not in text


def test_after_a_change_it_says_nothing_of_what_has_happened(till, crm):
    crm.answers["create"] = crm.answers["update"] = KeyError("id")
    for answer in (
        till.post("/customers", json={"email": "john.doe@example.com"}),
        till.put("/customers/c1", json={"name_first": "Johan"}),
    ):
        status, text = error_of(answer)
        assert status == 504
        assert "before you try again" in text
        assert "No answer" not in text, "it did answer, and in time"


def test_an_answer_that_is_no_customer_is_502(till, crm):
    crm.answers["get"] = {"customer_id": "c1"}
    assert error_of(till.get("/customers/c1"))[0] == 502


def test_the_log_has_the_kind_and_place_of_a_mistake_but_not_its_text(
    till, crm, caplog
):
    crm.answers["get"] = KeyError("John Doe")
    till.get("/customers/c1")
    (record,) = [r for r in caplog.records if r.levelno == logging.ERROR]
    line = LineFormatter().format(record)
    assert "KeyError" in line
    assert "till.py" in line
    assert "John" not in line


@pytest.mark.parametrize("path", ["/customers", "/customers/c1/redeem", "/consents"])
def test_options_needs_no_credentials_and_asks_nobody(stranger, crm, path):
    response = stranger("OPTIONS", path)
    assert response.status_code == 200
    assert "OPTIONS" in response.headers["Allow"]
    assert response.data == b""
    assert crm.calls == []

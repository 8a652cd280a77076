from __future__ import annotations

import logging

import pytest
from prometheus_client import REGISTRY

from bridge.errors import Unavailable
from bridge.log import LineFormatter, request_id
from bridge.model import Customer
from tests.spi.till import JOHN

LINE = "bridge.spi.access_log"
BASKET = {"bonus_checks": [], "promotions": ["p1"]}


@pytest.fixture
def lines(caplog):
    """The request lines that were logged, each as its fields."""
    caplog.set_level(logging.INFO)
    return lambda: [record for record in caplog.records if record.name == LINE]


def count(metric: str, **labels: object) -> float:
    named = {name: str(value) for name, value in labels.items()}
    return REGISTRY.get_sample_value(metric, named) or 0.0


def test_each_request_is_one_line(till, lines):
    till.get("/customers/c1")
    (line,) = lines()
    assert line.levelno == logging.INFO
    assert line.getMessage() == "request answered"
    assert (line.site, line.operation, line.method, line.status) == (
        "north",
        "get",
        "GET",
        200,
    )
    assert 0 <= line.ms < 1000


def test_so_is_one_that_nobody_answers(stranger, lines):
    stranger.get("/nowhere")
    stranger.get("/customers/c1")
    stranger.post("/consents")
    assert [(line.operation, line.status) for line in lines()] == [
        ("none", 404),
        ("get", 401),
        ("none", 405),
    ]


def test_a_search_tells_its_kind_and_how_many_matched_but_not_its_key(
    till, crm, caplog
):
    caplog.set_level(logging.DEBUG)
    crm.answers["search"] = [JOHN, Customer(customer_id="c2")]
    till.get("/customers?key_type=personal_id&key=19121212-1212")
    (line,) = [record for record in caplog.records if record.name == LINE]
    assert (line.key_type, line.matches) == ("personal_id", 2)
    logged = "".join(LineFormatter().format(record) for record in caplog.records)
    for word in ("1212", "John", "key="):
        assert word not in logged


def test_a_redeem_and_its_undo_tell_the_redeem_id(till, redeemer, lines):
    till.post("/customers/c1/redeem", json=BASKET)
    till.delete(f"/customers/c1/redeem/{redeemer.redeem_id}")
    assert [line.redeem_id for line in lines()] == [redeemer.redeem_id] * 2


def test_what_was_typed_for_a_redeem_id_is_not_logged(till, lines):
    till.delete("/customers/c1/redeem/0701112233")
    assert "0701112233" not in LineFormatter().format(lines()[0])


def test_an_error_tells_its_kind(till, crm, lines):
    crm.answers["get"] = Unavailable()
    till.get("/customers/c1")
    crm.answers["get"] = RuntimeError()
    till.get("/customers/c1")
    assert [line.error for line in lines()] == ["Unavailable", "RuntimeError"]


def test_the_request_id_is_the_caller_s_or_a_new_one(till, crm):
    crm.answers["get"] = JOHN
    response = till.get("/customers/c1", headers={"X-Request-ID": "r-1"})
    assert response.headers["X-Request-ID"] == "r-1"
    made = till.get("/customers/c1").headers["X-Request-ID"]
    assert len(made) == 32
    assert [context.request_id for context in crm.contexts] == ["r-1", made]
    assert request_id.get() == made


def test_the_context_reaches_the_mapping(till, crm):
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    headers = {"Store-ID": "Malm%C3%B6", "Staff-ID": "7", "traceparent": trace}
    till.get("/customers/c1", headers=headers)
    (context,) = crm.contexts
    assert (context.store_id, context.staff_id) == ("Malmö", "7")
    assert (context.register_id, context.traceparent) == ("", trace)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_machines_ask_all_day_is_logged_for_debugging_only(stranger, lines, path):
    stranger.get(path)
    assert lines() == []


def test_answers_are_counted_and_timed(till, crm):
    labels = {"site": "north", "operation": "get"}
    before = count("sitoo_bridge_requests_total", **labels, status=200)
    timed = count("sitoo_bridge_request_seconds_count", **labels)
    till.get("/customers/c1")
    assert count("sitoo_bridge_requests_total", **labels, status=200) == before + 1
    assert count("sitoo_bridge_request_seconds_count", **labels) == timed + 1


def test_no_label_has_what_somebody_typed(till, stranger):
    till.get("/customers?key_type=email&key=john@example.com")
    stranger.get("/john@example.com")
    till.get("/customers/john@example.com")
    assert "john" not in stranger.get("/metrics").get_data(as_text=True)


def test_repairs_are_one_line_and_counted_by_name(till, crm, caplog):
    caplog.set_level(logging.INFO)
    labels = {"site": "north", "property": "mobile", "what": "left out"}
    before = count("sitoo_bridge_repairs_total", **labels)
    crm.answers["get"] = Customer(
        customer_id="c1", mobile="hemligt", phone="070-111 22 33", birthday="hemligt"
    )
    assert till.get("/customers/c1").json == {
        "customer_id": "c1",
        "phone": "+46701112233",
    }
    (line,) = [r for r in caplog.records if r.name == "bridge.spi.operation"]
    assert line.repairs == {
        "mobile left out": 1,
        "phone repaired": 1,
        "birthday left out": 1,
    }
    assert "hemligt" not in LineFormatter().format(line)
    assert count("sitoo_bridge_repairs_total", **labels) == before + 1

from __future__ import annotations

import logging
import re

import pytest
from prometheus_client import REGISTRY

from bridge.arrival import ENVIRON, Arrival
from bridge.errors import JournalError, Unavailable
from bridge.log import LineFormatter, TextFormatter, request_id
from bridge.model import Customer
from tests.spi.till import JOHN

LINE = "bridge.spi.door.access_log"
FIGURES = re.compile("[0-9]{10,}")
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


def test_a_line_tells_how_long_the_request_waited_for_a_thread(till, lines):
    waited = Arrival(queued=0.25)
    before = count("sitoo_bridge_queue_seconds_sum")
    till.get("/customers/c1", environ_overrides={ENVIRON: waited})
    till.get("/customers/c1")
    assert [line.queued_ms for line in lines()] == [250, 0]
    assert count("sitoo_bridge_queue_seconds_sum") == before + 0.25


def test_so_is_one_that_nobody_answers(stranger, lines):
    stranger.get("/nowhere")
    stranger.get("/customers/c1")
    stranger.post("/consents")
    assert [(line.operation, line.status) for line in lines()] == [
        ("none", 404),
        ("get", 401),
        ("none", 405),
    ]


def test_what_redis_complains_of_is_named(till, redeemer, lines):
    redeemer.error = JournalError(complaint="NoPermissionError NOPERM")
    till.post("/customers/c1/redeem", json=BASKET)
    (line,) = lines()
    assert (line.error, line.redis) == ("JournalError", "NoPermissionError NOPERM")


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
    response = till.get("/customers/c1", headers={"X-Request-ID": "7f3a9c0be1d24568"})
    assert response.headers["X-Request-ID"] == "7f3a9c0be1d24568"
    made = till.get("/customers/c1").headers["X-Request-ID"]
    assert len(made) == 32
    assert [context.request_id for context in crm.contexts] == [
        "7f3a9c0be1d24568",
        made,
    ]
    assert request_id.get() == made


def test_the_context_reaches_the_mapping(till, crm):
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    headers = {"Store-ID": "Malm%C3%B6", "Staff-ID": "7", "traceparent": trace}
    till.get("/customers/c1", headers=headers)
    (context,) = crm.contexts
    assert (context.store_id, context.staff_id) == ("Malmö", "7")
    assert (context.register_id, context.traceparent) == ("", trace)


TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    "said",
    ["200", "a26d8975-3b86-43c0-9b12-a86401074770", "S-12", "DK1.003", "abc1"],
)
def test_a_line_tells_store_register_and_trace(till, lines, said):
    headers = {"Store-ID": said, "Register-ID": said, "traceparent": TRACE}
    till.get("/customers/c1", headers=headers)
    till.get("/customers/c1")
    told, silent = lines()
    assert (told.store, told.register) == (said, said)
    assert told.trace_id == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert not {"store", "register", "trace_id"} & vars(silent).keys()


@pytest.mark.parametrize(
    "said",
    [
        *("Anna Berg", "Kassa 1", "anna1", "Malm%C3%B6", "anna@example.com"),
        *(
            "0701112233",
            "+46701112233",
            "19121212-1212",
            "1 status=200",
            'a"1',
            "9" * 65,
        ),
        "%7E1",
    ],
)
def test_what_may_be_somebody_is_a_pseudonym_in_the_line(till, lines, said):
    till.get("/customers/c1", headers={"Store-ID": said, "Register-ID": said})
    till.get("/customers/c1", headers={"Store-ID": said, "Register-ID": said})
    first, second = lines()
    assert re.fullmatch("~[0-9a-f]{16}", first.store)
    assert first.store == first.register == second.store
    for form in (LineFormatter(), TextFormatter()):
        assert said not in form.format(first)


@pytest.mark.parametrize(
    "said", ["1%0A2", "1%0D2", "1%E2%80%A82", "1%1B[2J", "1%C2%85"]
)
def test_no_id_begins_a_line_of_its_own(till, lines, said):
    answer = till.get("/customers/c1", headers={"Register-ID": said})
    assert answer.status_code == 400
    (line,) = lines()
    for form in (LineFormatter(), TextFormatter()):
        assert len(form.format(line).splitlines()) == 1


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
    (line,) = [r for r in caplog.records if r.name == "bridge.spi.operations.operation"]
    assert line.repairs == {
        "mobile left out": 1,
        "phone repaired": 1,
        "birthday left out": 1,
    }
    assert "hemligt" not in LineFormatter().format(line)
    assert count("sitoo_bridge_repairs_total", **labels) == before + 1


def test_a_line_tells_whether_a_national_number_is_valid_and_never_which(till, lines):
    till.get("/customers?key_type=personal_id&key=880320-0016")
    till.get("/customers?key_type=personal_id&key=880320-0017")
    till.post("/customers", json={"company_id": "SE212000014201", "name_last": "Å"})
    search, doubtful, create = lines()
    assert (search.personal_id_valid, doubtful.personal_id_valid) == (True, False)
    assert create.company_id_valid is True
    said = " ".join(str(vars(line)) for line in lines())
    assert not {"880320", "212000"} & {number[:6] for number in FIGURES.findall(said)}


@pytest.mark.parametrize(
    ("method", "logged"), [("GET", "GET"), ("PUT", "PUT"), ("KIM-BERG", "other")]
)
def test_a_method_is_one_that_there_is(till, lines, method, logged):
    till(method, "/customers/c1")
    assert lines()[-1].method == logged

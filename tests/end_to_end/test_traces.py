"""What a collector is told of a till's request: one tree, and nobody's data."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from bridge.embedded import EmbeddedValkey
from tests.collector import Collector, Seen, collecting
from tests.demo_crm_process import JOHN, DemoCrm
from tests.end_to_end.service import Service
from tests.end_to_end.test_planted import Plants, requests_with, send, strange
from tests.overheard import Overheard, overheard
from tests.redis_servers import free_port, wait_until

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TILL_S = "00f067aa0ba902b7"
HEADERS = {"traceparent": f"00-{TRACE}-{TILL_S}-01"}

SERVER, CLIENT = 2, 3
"""Kinds of span."""

DELAY = "OTEL_BSP_SCHEDULE_DELAY"


@pytest.fixture(scope="module")
def crm() -> Iterator[DemoCrm]:
    with DemoCrm() as crm:
        yield crm


@pytest.fixture(scope="module")
def listened(crm: DemoCrm) -> Iterator[Overheard]:
    with overheard(crm.url) as listened:
        yield listened


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


Started = Callable[..., Service]


@pytest.fixture(scope="module")
def start(
    tmp_path_factory: pytest.TempPathFactory, listened: Overheard
) -> Iterator[Started]:
    with ExitStack() as stack:

        def started(
            endpoint: str, delay_ms: int = 50, kept: int = 2048, **settings: Any
        ) -> Service:
            directory = tmp_path_factory.mktemp("traced")
            service = Service(
                directory,
                listened,  # type: ignore[arg-type]
                EmbeddedValkey(),
                settings={"telemetry": {"traces": True}, **settings},
                environment={
                    "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
                    DELAY: str(delay_ms),
                    "OTEL_BSP_MAX_QUEUE_SIZE": str(kept),
                    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": str(kept // 4),
                },
            )
            return stack.enter_context(service)

        yield started


@pytest.fixture(scope="module")
def service(start: Started, collector: Collector) -> Service:
    log = {"format": "json", "level": "debug"}
    return start(collector.url, log=log, redeem={"doubt_seconds": 0.5})


def tree(spans: list[Seen], parent: str) -> dict[str, Any]:
    """Return the spans below one, by name, however many there are of a name."""
    return {span.name: tree(spans, span.id) for span in spans if span.parent == parent}


def whole(collector: Collector, trace: str, parent: str = TILL_S) -> list[Seen]:
    """Return the spans right below one: a request's, once it has been answered."""
    return [span for span in collector.of(trace) if span.parent == parent]


def test_a_redeem_is_one_tree_below_the_till_s_own_span(
    service: Service, collector: Collector, listened: Overheard, crm: DemoCrm
) -> None:
    offers = crm.grant(JOHN, offers=3)["offers"]
    basket = {"promotions": offers, "bonus_checks": []}
    listened.heard.clear()
    path = f"/customers/{JOHN}/redeem"
    answer = service.call("POST", path, json=basket, headers=HEADERS)
    assert answer.status_code == 200
    # The last of it: what the till was told is written down after the answer.
    wait_until(
        lambda: "journal tell" in [one.name for one in collector.of(TRACE)],
        "the spans of the redeem",
    )
    spans = collector.of(TRACE)
    (request,) = whole(collector, TRACE)
    assert request.name == "POST /customers/{customer_id}/redeem"
    assert request.kind == SERVER
    assert request.attributes == {
        "http.request.method": "POST",
        "http.route": "/customers/{customer_id}/redeem",
        "http.response.status_code": 200,
        "sitoo_bridge.site": "shop",
    }
    known = {span.id for span in spans} | {TILL_S}
    assert {span.parent for span in spans} <= known
    below = tree(spans, request.id)
    assert {"journal save", "journal tell", "POST"} <= below.keys()
    calls = [span for span in spans if span.name in ("GET", "POST")]
    assert {span.kind for span in calls} == {CLIENT}
    statuses = {span.attributes["http.response.status_code"] for span in calls}
    assert statuses <= {200, 201}
    # What the CRM was told leads back to the span of that very call.
    told = [value.split("-") for value in listened.values("traceparent")]
    assert len(told) == len(listened.heard) >= 3
    assert {one[1] for one in told} == {TRACE}
    assert sorted(one[2] for one in told) == sorted(span.id for span in calls)
    (resource, *_) = collector.resources
    assert resource["service.name"] == "sitoo-crm-bridge"


def test_without_a_trace_of_the_till_s_one_begins_and_the_log_has_its_id(
    service: Service, collector: Collector, listened: Overheard
) -> None:
    listened.heard.clear()
    answer = service.call("GET", f"/customers/{JOHN}")
    assert answer.status_code == 200
    logged = map(json.loads, service.log.read_text("utf-8").splitlines())
    made = answer.headers["X-Request-ID"]
    (line,) = [
        one
        for one in logged
        if one.get("request_id") == made and one["message"] == "request answered"
    ]
    trace = line["trace_id"]
    wait_until(lambda: whole(collector, trace, ""), "the spans of the request")
    (root,) = whole(collector, trace, "")
    assert root.name == "GET /customers/{customer_id}"
    assert {value.split("-")[1] for value in listened.values("traceparent")} == {trace}


def test_failures_are_words(
    service: Service, collector: Collector, crm: DemoCrm
) -> None:
    # The other reads of a card go well, so that the CRM is not left alone afterwards.
    crm.fault("500", method="GET", path=f"/contacts/{JOHN}$", times=None)
    trace = "a" * 32
    said = {"traceparent": f"00-{trace}-{TILL_S}-01"}
    try:
        answer = service.call("GET", f"/customers/{JOHN}", headers=said)
    finally:
        crm.clear_faults()
    wait_until(lambda: whole(collector, trace), "the spans of the failure")
    (request,) = whole(collector, trace)
    assert request.failed
    assert request.attributes["http.response.status_code"] == answer.status_code
    assert request.attributes["sitoo_bridge.outcome"].isidentifier()
    tries = [span for span in collector.of(trace) if span.kind == CLIENT]
    failed = [span.attributes["error.type"] for span in tries if span.failed]
    assert {*failed} == {"500"}
    assert len(failed) > 1


def test_an_attempt_of_recovery_is_a_trace_of_its_own(
    service: Service, collector: Collector, crm: DemoCrm
) -> None:
    offers = crm.grant(JOHN, offers=1)["offers"]
    crm.fault("drop_after", method="POST", path="/spend$")
    crm.fault("503", method="GET", path="/spends$", times=None)
    body = {"promotions": offers, "bonus_checks": []}
    answer = service.call("POST", f"/customers/{JOHN}/redeem", json=body)
    assert answer.status_code == 504
    crm.clear_faults()
    wait_until(
        lambda: ("undo", offers[0]) in [(e["action"], e["item"]) for e in crm.ledger()],
        "recovery to give it back",
    )

    def settled() -> list[Seen]:
        return [
            span
            for span in collector.spans
            if span.name == "recovery"
            and span.attributes.get("sitoo_bridge.outcome") == "settled"
        ]

    wait_until(settled, "the attempt's span")
    attempt = settled()[-1]
    assert (attempt.parent, attempt.attributes["sitoo_bridge.site"]) == ("", "shop")
    assert "journal save" in tree(collector.of(attempt.trace), attempt.id)


def test_what_is_planted_anywhere_is_in_no_span(
    service: Service, collector: Collector
) -> None:
    plants = Plants()
    description = service.call("GET", "/openapi.json").json()
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            for sent in requests_with(plants, description, path, method, operation):
                send(service, *sent)
    for sent in strange(plants):
        send(service, *sent)
    trace = "b" * 32
    said = {"traceparent": f"00-{trace}-{TILL_S}-01"}
    service.call("GET", "/consents", headers=said)
    wait_until(lambda: collector.of(trace), "all spans before this one")
    assert len(plants.places) > 60
    assert len(collector.spans) > 100
    assert plants.found_in(collector.received) == []
    for secret in (JOHN, "demo-crm-key", "secret", "19121212"):
        assert secret.encode() not in collector.received


def test_what_monitoring_asks_is_no_trace(
    service: Service, collector: Collector
) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        service.call("GET", path, headers={"traceparent": f"00-{'c' * 32}-{TILL_S}-01"})
    trace = "d" * 32
    said = {"traceparent": f"00-{trace}-{TILL_S}-01"}
    service.call("GET", "/consents", headers=said)
    wait_until(lambda: collector.of(trace), "the spans that follow")
    assert collector.of("c" * 32) == []


def test_the_last_spans_are_sent_before_the_end(
    start: Started, collector: Collector
) -> None:
    one = start(collector.url, delay_ms=600_000)
    trace = "e" * 32
    one.call("GET", "/consents", headers={"traceparent": f"00-{trace}-{TILL_S}-01"})
    one.process.send_signal(signal.SIGTERM)
    assert one.process.wait(30) == 0
    assert [span.parent for span in collector.of(trace) if span.kind == SERVER] == [
        TILL_S
    ]


@pytest.mark.parametrize("how", ["away", "hangs", "refuses"])
def test_no_till_waits_for_a_collector(
    start: Started, how: str, listened: Overheard, crm: DemoCrm
) -> None:
    """However long it stands still: more is asked than anybody keeps for it."""
    with collecting() as ill:
        ill.hangs, ill.status = how == "hangs", 500
        away = f"http://127.0.0.1:{free_port()}"
        one = start(away if how == "away" else ill.url, kept=64)
        for _ in range(60):
            assert one.call("GET", f"/customers/{JOHN}").status_code == 200
        offers = crm.grant(JOHN, offers=1)["offers"]
        body = {"promotions": offers, "bonus_checks": []}
        path = f"/customers/{JOHN}/redeem"
        assert one.call("POST", path, json=body).status_code == 200
        if how != "away":
            wait_until(lambda: ill.asked, "the collector to be asked")
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(30) == 0
        logged = one.log.read_text("utf-8")
        assert "Traceback" not in logged
        assert '"event": "stopped"' in logged

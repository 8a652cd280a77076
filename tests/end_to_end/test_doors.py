"""No other door than the plain path, whatever a client or a proxy sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.embedded import EmbeddedValkey
from bridge.journal_ui.door.passwords import hashed
from tests.demo_crm_process import DemoCrm
from tests.end_to_end.parsers import PARSERS, parsed_by
from tests.end_to_end.raw import get
from tests.end_to_end.service import Service

JOURNAL = {"users": {"anna": {"role": "read", "password_hash": hashed("right")}}}


@pytest.fixture(scope="module", params=PARSERS)
def service(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    crm: DemoCrm,
) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("doors")
    with parsed_by(str(request.param), directory, crm, journal=JOURNAL) as service:
        yield service


@pytest.mark.parametrize(
    ("target", "header"),
    [
        ("/x/metrics", "SCRIPT_NAME: /x"),
        ("/x/metrics", "SCRIPT-NAME: /x"),
        ("/x", "PATH_INFO: /metrics"),
        ("/x", "X-Original-URL: /metrics"),
        ("/x", "X-Rewrite-URL: /metrics"),
        ("/x/metrics", "X-Forwarded-Prefix: /x"),
        ("//evil.example/journal", "SCRIPT_NAME: //evil.example"),
    ],
)
def test_no_header_says_where_a_request_leads(
    service: Service, target: str, header: str
) -> None:
    answered = get(service.url, target, header)
    assert answered.status == 404
    assert answered.header("Location") is None


@pytest.mark.parametrize(
    "header", ["SCRIPT_NAME: /x", "SCRIPT-NAME: /x", "PATH_INFO: /x"]
)
def test_a_header_that_leads_elsewhere_leads_nobody_astray(
    service: Service, header: str
) -> None:
    assert get(service.url, "/healthz", header).status == 200


def test_what_proxies_say_of_the_scheme_is_no_matter_here(service: Service) -> None:
    said = ("X-Forwarded-Proto: https", "X-Forwarded-Ssl: off", "X-Forwarded-Proto: x")
    assert get(service.url, "/healthz", *said).status == 200


@pytest.mark.parametrize(
    "target",
    [
        "//metrics",
        "///metrics",
        "metrics",
        "/%6detrics",
        "/metric%73",
        "/%2fmetrics",
        "/%2Fmetrics",
        "/metrics#x",
        "/met\trics",
        "/metrics/",
        "/metrics;x",
        "/./metrics",
        "/x/../metrics",
        "/x%2f..%2fmetrics",
        "\\metrics",
        "http:metrics",
        "http:/metrics",
        "http:///metrics",
        "http://bridge//metrics",
        "http://bridge/%6detrics",
        "//bridge/metrics",
        "//journal/overview",
        "/%6aournal/overview",
        "/journal//overview",
        "/journal/%6fverview",
        "/journal%2foverview",
        "/journal/static/%6aournal.css",
        "//docs",
        "/%64ocs",
        "//readyz",
    ],
)
def test_another_spelling_opens_nothing(service: Service, target: str) -> None:
    answered = get(service.url, target)
    if answered.status == 308:  # no path at all stands for the page that leads on
        assert answered.header("Location") == "http://bridge/"
        return
    assert answered.status in (303, 400, 404)
    if answered.status == 303:  # as for any page of the journal that is not there
        assert answered.header("Location") != "/journal/overview"


OUTSIDE = ("/docs", "/openapi.json", "/consents")
INSIDE = ("/metrics", "/readyz", "/journal", "/journal/sign-in", "/journal/nothing")


@pytest.mark.parametrize("inside", ["127.0.0.1:0", "unix:{directory}/inside.sock"])
def test_the_inside_has_a_door_of_its_own(
    tmp_path: Path, crm: DemoCrm, inside: str
) -> None:
    server: dict[str, object] = {
        "bind": "127.0.0.1:0",
        "workers": 1,
        "queue_seconds": 5,
    }
    server["inside_bind"] = inside.format(directory=tmp_path)
    settings = {"journal": JOURNAL, "server": server}
    with Service(tmp_path, crm, EmbeddedValkey(), settings=settings) as service:
        outer, _, inner = service.url.partition(" inside ")
        for path in OUTSIDE:
            assert get(outer, path).status in (200, 401)
            assert get(inner, path).status == 404
        for path in INSIDE:
            there, elsewhere = get(inner, path), get(outer, path)
            assert there.status in (200, 303)
            unknown = get(outer, "/nothing")
            assert (elsewhere.status, elsewhere.body) == (404, unknown.body)
            assert elsewhere.header("Content-Security-Policy") is None
        assert get(inner, "/healthz").status == get(outer, "/healthz").status == 200


def test_no_answer_says_what_it_is_made_with(service: Service) -> None:
    for target in ("/healthz", "/nothing", "/%00", "*"):
        assert "gunicorn" not in get(service.url, target).head.lower()

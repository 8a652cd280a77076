"""A bridge whose processes stand still for a while, as those of a busy machine do.

Meanwhile the machine itself takes connections and what is sent over them.  A till's
time counts from then, and not from when somebody reads what it has sent.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import psutil
import pytest

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import JOHN, JOHNS_OFFER, DemoCrm
from tests.end_to_end.service import Service
from tests.end_to_end.test_parsers import LOGIN
from tests.redis_servers import wait_until

SECONDS = 1.0

PATH = f"/customers/{JOHN}"
BODY = json.dumps({"promotions": [JOHNS_OFFER], "bonus_checks": []})
HEADERS = {
    "Authorization": LOGIN.removeprefix("Authorization: ").strip(),
    "Content-Type": "application/json",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    server = {"bind": "127.0.0.1:0", "workers": 1, "deadline_seconds": SECONDS}
    directory = tmp_path_factory.mktemp("standstill")
    with (
        DemoCrm() as crm,
        Service(
            directory, crm, EmbeddedValkey(), settings={"server": server}
        ) as service,
    ):
        yield service


@pytest.fixture
def till(service: Service) -> Iterator[HTTPConnection]:
    where = urlsplit(service.url)
    connection = HTTPConnection(where.hostname or "", where.port, timeout=20)
    yield connection
    connection.close()


@contextmanager
def standing_still(service: Service) -> Iterator[None]:
    """Stop all of the service for as long as a till waits at most."""
    processes = psutil.Process(service.process.pid).children(recursive=True)
    assert processes
    for process in processes:
        process.suspend()
    try:
        yield
        until = time.monotonic() + SECONDS
        wait_until(lambda: time.monotonic() > until, "the till's time to pass")
    finally:
        for process in processes:
            process.resume()


@pytest.mark.parametrize("kept", [False, True], ids=["new", "kept"])
def test_nothing_is_begun_for_a_till_that_has_waited_too_long(
    service: Service, till: HTTPConnection, kept: bool
) -> None:
    if kept:
        till.request("GET", PATH, headers=HEADERS)
        assert till.getresponse().read()
    before = service.crm.revision()
    with standing_still(service):
        till.request("POST", f"{PATH}/redeem", BODY, HEADERS)
    answer = till.getresponse()
    assert (answer.status, service.crm.revision()) == (503, before)
    answer.read()


def test_a_till_that_has_gone_meanwhile_is_asked_nothing_for(
    service: Service, till: HTTPConnection
) -> None:
    till.request("GET", PATH, headers=HEADERS)
    till.getresponse().read()
    before = len(service.log.read_text("utf-8").splitlines())
    with standing_still(service):
        till.request("GET", f"{PATH}?gone", headers=HEADERS)
        till.close()
    assert service.call("GET", PATH).status_code == 200
    lines = service.log.read_text("utf-8").splitlines()[before:]
    assert sum('"operation": "get"' in line for line in lines) == 1, lines

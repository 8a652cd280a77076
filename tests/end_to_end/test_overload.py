"""More tills than threads, over a CRM that keeps every thread there is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
import requests

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import JOHN, DemoCrm
from tests.end_to_end.service import Service
from tests.end_to_end.test_parsers import HOST, JSON, LOGIN
from tests.end_to_end.test_slow_clients import connected

THREADS = 4

SERVER = {"bind": "127.0.0.1:0", "workers": 1, "threads": THREADS}


class Occupied:
    """A bridge all of whose threads wait for a CRM that hangs."""

    def __init__(self, service: Service, pool: ThreadPoolExecutor) -> None:
        self.service = service
        self._answers: list[Future[requests.Response]] = []
        service.crm.fault("hang", path=f"/contacts/{JOHN}$", times=None)
        for _ in range(THREADS):
            ask = (service.call, "GET", f"/customers/{JOHN}")
            self._answers.append(pool.submit(*ask))
        self.until("sitoo_bridge_threads_busy", THREADS)

    def until(self, gauge: str, value: float) -> None:
        """Wait for a gauge to say so."""
        eventually(lambda: self.gauge(gauge) == value)

    def gauge(self, name: str) -> float:
        text = self.service.call("GET", "/metrics").text
        found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def let_go(self) -> None:
        """Have the CRM answer again; everybody who waits for it is through with it."""
        self.service.crm.clear_faults()
        for answer in self._answers:
            answer.result(20)
        self.until("sitoo_bridge_threads_busy", 0)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2 * THREADS) as pool:
        yield pool


def test_who_cannot_be_served_soon_is_told_so(
    tmp_path: Path, crm: DemoCrm, pool: ThreadPoolExecutor
) -> None:
    with Service(
        tmp_path, crm, EmbeddedValkey(), settings={"server": SERVER}
    ) as service:
        occupied = Occupied(service, pool)
        for _ in range(3):  # over one connection
            for method, path in [
                ("GET", f"/customers/{JOHN}"),
                ("POST", f"/customers/{JOHN}/redeem"),
            ]:
                body = {"promotions": ["1"], "bonus_checks": []}
                refused = service.call(method, path, json=body)
                assert refused.status_code == 503
                assert refused.json()["statuscode"] == 503
                assert refused.headers["Retry-After"] == "1"
        assert service.call("GET", "/healthz").status_code == 200
        ready = service.call("GET", "/readyz")
        assert ready.status_code == 200
        assert "requests were refused" in ready.json()["ailing"]["queue"]
        assert occupied.gauge("sitoo_bridge_requests_refused_total") == 6
        occupied.let_go()
        assert service.call("GET", f"/customers/{JOHN}").status_code == 200
    assert '"requests were refused: too many are waiting"' in service.log.read_text()


@pytest.mark.parametrize("stays", [True, False], ids=["stays", "hangs up"])
def test_what_waits_for_a_thread_is_done_for_who_is_still_there(
    tmp_path: Path, crm: DemoCrm, pool: ThreadPoolExecutor, stays: bool
) -> None:
    (offer,) = crm.grant(JOHN, offers=1)["offers"]
    server = {**SERVER, "queue_seconds": 60}
    with Service(
        tmp_path, crm, EmbeddedValkey(), settings={"server": server}
    ) as service:
        occupied = Occupied(service, pool)
        body = f'{{"bonus_checks": [], "promotions": ["{offer}"]}}'
        with connected(service) as till:
            head = f"POST /customers/{JOHN}/redeem HTTP/1.1\r\n{HOST}{JSON}{LOGIN}"
            till.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            occupied.until("sitoo_bridge_requests_waiting", 1)
            if not stays:
                till.close()
            occupied.let_go()
            if stays:
                assert till.recv(4096).startswith(b"HTTP/1.1 200 ")
        occupied.until("sitoo_bridge_requests_waiting", 0)
        with redis.Redis(unix_socket_path=str(service.socket)) as client:
            assert bool(list(client.scan_iter("*:{*}"))) is stays
    assert (offer in crm.spent()) is stays


def eventually(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < give_up

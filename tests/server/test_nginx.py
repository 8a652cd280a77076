"""The documentation's nginx file in front of two real bridges, which are restarted."""

from __future__ import annotations

import re
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import pytest

from tests.demo_crm_process import JOHN, DemoCrm
from tests.extent import EVERYTHING
from tests.front import FILE, PATIENCE, Bridge, Front, until
from tests.spi.till import basic

NOBODY = re.compile(r" 503 [\d.]+ sitoo_bridge 502 ")
"""What the log says of a request that nginx has asked no bridge about."""

RESTARTS = 6 if EVERYTHING else 2
TILLS = 12

CONFIG = """
sites:
  shop:
    country: SE
    mapping: demo
    users: {{till: env:TILL}}
    upstream:
      url: "{crm}"
      auth: {{kind: header, name: X-Api-Key, value: demo-crm-key}}
redis: {{url: "unix://{valkey}"}}
server:
  bind: "127.0.0.1:{port}"
  inside_bind: "127.0.0.1:{inside}"
  workers: 2
  threads: 16
  trusted_proxies: [127.0.0.1]
"""


@pytest.fixture(scope="module")
def bridges(
    tmp_path_factory: pytest.TempPathFactory, valkey: Path
) -> Iterator[list[Bridge]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TILL", "secret")
        crm = DemoCrm(latency_ms=300).start()
        directory = tmp_path_factory.mktemp("bridges")
        given = {"crm": crm.url, "valkey": valkey}
        two = [
            Bridge(
                directory / name,
                lambda port, inside: CONFIG.format(port=port, inside=inside, **given),
            )
            for name in "ab"
        ]
        for bridge in two:
            bridge.start()
        yield two
        for bridge in two:
            bridge.stop()
        crm.stop()


@pytest.fixture(autouse=True)
def as_before(bridges: list[Bridge]) -> Iterator[None]:
    """Have both bridges run as before: a test that fails takes no other along."""
    yield
    for bridge in bridges:
        bridge.config.write_text(bridge.text)
        if bridge.serve.process.poll() is not None:
            bridge.start()


@pytest.fixture(scope="module")
def front(
    tmp_path_factory: pytest.TempPathFactory, bridges: list[Bridge]
) -> Iterator[Front]:
    directory = tmp_path_factory.mktemp("front") / "nginx"
    with Front(directory, [bridge.doors for bridge in bridges]).running() as front:
        yield front


class Load:
    """Tills that redeem and read without a pause, and what they were answered."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.answers: Counter[int] = Counter()
        self.failed: list[str] = []
        self._over = threading.Event()
        self._tills = [
            threading.Thread(target=self._press, args=[number])
            for number in range(TILLS)
        ]

    def __enter__(self) -> Load:
        for till in self._tills:
            till.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for till in self._tills:
            till.join(PATIENCE)

    def _press(self, till: int) -> None:
        turn = 0
        while not self._over.is_set():
            turn += 1
            body = f'{{"promotions": ["{till}-{turn}"], "bonus_checks": []}}'
            if till % 2:
                asked = self.front.ask("POST", f"/customers/{JOHN}/redeem", body)
            else:
                asked = self.front.ask("GET", f"/customers/{JOHN}")
            self.answers[asked[0]] += 1
            # There is no such promotion: the CRM says so, and that is an answer.
            if asked[0] not in (200, 409):
                self.failed.append(f"{asked[0]} {asked[1]}")


def test_rolling_restarts_lose_no_request(front: Front, bridges: list[Bridge]) -> None:
    with Load(front) as load:
        for _ in range(RESTARTS):
            for bridge in bridges:
                bridge.stop()
                bridge.start()
                until(lambda port=bridge.port: front.answered_by(port))
    assert load.failed == []
    assert load.answers[200] > 0
    assert load.answers[409] > 0
    print(f"{RESTARTS} rolling restarts: {dict(load.answers)}")


def test_a_new_configuration_loses_no_request(
    front: Front, bridges: list[Bridge]
) -> None:
    """A wrong one is refused with its reason, and the old one goes on."""
    with Load(front) as load:
        for bridge in bridges:
            bridge.config.write_text(bridge.text.replace("country: SE", "country: XX"))
            bridge.serve.tell(signal.SIGHUP)
            line = bridge.serve.until_logged("so the old one goes on")
            assert "sites.shop.country" in line
            both = "users: {till: env:TILL, kassa: env:TILL}"
            bridge.config.write_text(
                bridge.text.replace("users: {till: env:TILL}", both)
            )
            bridge.serve.tell(signal.SIGHUP)
            bridge.serve.until_logged("the configuration was read again")
        by_new = {"Authorization": basic("kassa:secret")}
        # Seldom: whoever is not known yet looks like somebody who guesses.
        until(
            lambda: front.ask("GET", f"/customers/{JOHN}", **by_new)[0] == 200,
            pause=0.5,
        )
    assert load.failed == []


def test_a_worker_that_dies_takes_no_other_s_requests_along(
    front: Front, bridges: list[Bridge]
) -> None:
    """While the other bridge is away, what is left is asked, whatever has failed."""
    away, left = bridges
    away.stop()
    with Load(front) as load:
        until(lambda: load.answers[200] > TILLS)
        (server,) = (
            one
            for one in psutil.Process(left.serve.process.pid).children()
            if "--no-recovery" in one.cmdline()
        )
        for worker in server.children():
            worker.kill()
        before = load.answers[200]
        until(lambda: load.answers[200] > before + TILLS)
    away.start()
    assert not NOBODY.search(front.log.read_text("utf-8"))
    # Each till loses no more than what it had asked those workers.
    assert len(load.failed) <= TILLS


def test_signals_of_log_rotation_end_nothing(
    front: Front, bridges: list[Bridge]
) -> None:
    """Sent to the service, to gunicorn's master, or to recovery."""
    for bridge in bridges:
        main = psutil.Process(bridge.serve.process.pid)
        told = [main, *(one for one in main.children() if one.name() != "sh")]
        assert len(told) == 3
        for one in told:
            one.send_signal(signal.SIGUSR1)
            one.send_signal(signal.SIGUSR2)
    for _ in range(4):
        assert front.ask("GET", f"/customers/{JOHN}")[0] == 200
    assert all(one.is_running() for one in told)
    assert all(bridge.serve.process.poll() is None for bridge in bridges)


def test_no_query_reaches_a_log(front: Front) -> None:
    """Neither of an answer nor of an error; the request's id does."""
    query = "?key_type=email&key=john.doe%40example.com"
    status, _, headers = front.ask("GET", f"/customers{query}")
    assert status == 200
    until(lambda: headers["X-Request-ID"] in front.log.read_text("utf-8"))
    logged = front.log.read_text("utf-8") + front.errors.read_text("utf-8")
    assert "/customers 200" in logged
    assert "john.doe" not in logged


def test_inside_pages_are_for_the_inside(front: Front, bridges: list[Bridge]) -> None:
    """They are at an address of their own, which only what is denied leads to."""
    assert front.ask("GET", "/readyz")[0] == 200
    # nginx writes its line once the answer is gone.
    until(lambda: any(front.answered_by(bridge.inside) for bridge in bridges))
    assert front.ask("GET", "/%2freadyz")[0] == 404
    for bridge in bridges:
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"http://127.0.0.1:{bridge.port}/readyz", timeout=20)
    text = FILE.read_text("utf-8")
    inside = text.partition("# For the inside only:")[2].partition("}")[0]
    assert "deny all;" in inside
    for path in ("metrics", "readyz", "journal"):
        assert path in inside


def test_without_a_bridge_the_pos_gets_an_error_that_it_knows(
    front: Front, bridges: list[Bridge]
) -> None:
    for bridge in bridges:
        bridge.stop()
    try:
        query = "?key_type=email&key=john.doe%40example.com"
        before = front.log.stat().st_size
        status, text, _ = front.ask("GET", f"/customers{query}")
        assert (status, '"statuscode": 503' in text) == (503, True)
        until(lambda: front.log.stat().st_size > before)
        logged = front.log.read_text("utf-8") + front.errors.read_text("utf-8")
        assert "john.doe" not in logged
    finally:
        for bridge in bridges:
            bridge.start()


class Dying(BaseHTTPRequestHandler):
    """A bridge whose worker dies over each request, so many seconds into it."""

    seconds: ClassVar[float]
    asked: ClassVar[list[str]]

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.asked.append(self.path)
        threading.Event().wait(self.seconds)
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.mark.parametrize(("seconds", "asked"), [(0.0, 3), (2.0, 1)])
def test_nothing_is_passed_on_late(tmp_path: Path, seconds: float, asked: int) -> None:
    """A read that has cost one bridge its time would cost the other one's, too."""

    class Worker(Dying):
        asked: ClassVar[list[str]] = []

    Worker.seconds = seconds
    with ExitStack() as stack:
        doors = []
        for _ in "ab":
            server = ThreadingHTTPServer(("127.0.0.1", 0), Worker)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, args=(0.02,)).start()
            doors.append((server.server_port, server.server_port))
        front = stack.enter_context(Front(tmp_path / "nginx", doors).running())
        status, text, _ = front.ask("GET", f"/customers/{JOHN}")
    assert (status, '"statuscode": 503' in text) == (503, True)
    assert len(Worker.asked) == asked

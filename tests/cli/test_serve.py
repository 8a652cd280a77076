"""``sitoo-bridge serve`` as real processes, as an init system sees it."""

from __future__ import annotations

import json
import os
import signal
import socket
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from tests.redis_servers import wait_until
from tests.running import Running, running

CONFIG = """
sites:
  north:
    country: SE
    mapping: demo
    users: {{till: env:TILL}}
    upstream: {{url: "http://127.0.0.1:9"}}
redis: {{url: "unix://{valkey}"}}
server: {{bind: "{bind}", workers: 1, threads: 4}}
"""


@pytest.fixture
def config(tmp_path: Path, valkey: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TILL", "secret")
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(valkey=valkey, bind="127.0.0.1:0"))
    return path


def connected(one: Running) -> HTTPConnection:
    address = one.until("ready http://").rpartition("/")[2]
    host, _, port = address.partition(":")
    return HTTPConnection(host, int(port), timeout=10)


def status(connection: HTTPConnection, path: str = "/healthz") -> int:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_answers_logs_json_and_stops_gracefully(config: Path) -> None:
    with (
        running("serve", "-c", str(config)) as serve,
        closing(connected(serve)) as till,
    ):
        # A first answer, so that the connection is certainly a worker's.
        assert status(till) == 200
        # Half a request is under way when the stop comes.
        till.putrequest("POST", "/customers")
        till.putheader("Content-Length", "2")
        till.putheader("Connection", "close")
        till.endheaders(b"{")
        serve.tell(signal.SIGTERM)
        till.send(b"}")
        answer = till.getresponse()
        assert answer.status == 401
        assert json.load(answer)["statuscode"] == 401
        assert serve.end() == 0
    (line,) = [one for one in map(json.loads, serve.logged) if "status" in one]
    assert line["message"] == "request answered"
    assert line["level"] == "info"
    assert line["time"].endswith("+00:00")
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert len(serve.said) == 1


def test_recovery_comes_back_and_the_server_does_not_notice(config: Path) -> None:
    with (
        running("serve", "-c", str(config)) as serve,
        closing(connected(serve)) as till,
    ):
        _program(serve, "recover").kill()
        serve.until_logged("a process ended and will be started again")
        assert status(till) == 200


def test_a_new_configuration_ends_no_recovery_that_has_just_begun(config: Path) -> None:
    """It does not hear signals yet, and would die of this one."""
    with running("serve", "-c", str(config)) as serve:
        serve.until("ready")
        serve.tell(signal.SIGHUP)
        serve.until_logged("the configuration was read again")
        serve.tell(signal.SIGTERM)
        assert serve.end() == 0
    assert not [one for one in serve.logged if "a process ended" in one]


def test_everything_ends_with_the_server(config: Path) -> None:
    with running("serve", "-c", str(config)) as serve:
        serve.until("ready")
        _program(serve, "serve").kill()
        assert serve.end() == 1
    # What recovery logs may come later.
    last = "the server ended unexpectedly: everything stops."
    assert [line for line in serve.logged if last in line]


def _program(serve: Running, name: str) -> psutil.Process:
    """Return one of its two programs: recovery is started once the server is ready."""
    found: list[psutil.Process] = []

    def there() -> bool:
        children = psutil.Process(serve.process.pid).children()
        found[:] = [one for one in children if name in one.cmdline()]
        return bool(found)

    wait_until(there, f"{name} to be there")
    (one,) = found
    return one


def test_serves_alone_where_recovery_is_elsewhere(config: Path) -> None:
    with running("serve", "-c", str(config), "--no-recovery") as serve:
        with closing(connected(serve)) as till:
            assert status(till, "/metrics") == 200
        assert all("recover" not in one.cmdline() for one in serve.descendants())


def test_listens_at_a_path_for_a_proxy_on_the_same_machine(
    config: Path, tmp_path: Path, valkey: Path
) -> None:
    path = tmp_path / "bridge.sock"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(os.fspath(path))
    config.write_text(CONFIG.format(valkey=valkey, bind=f"unix:{path}"))
    with running("serve", "-c", str(config)) as serve:
        serve.until(f"ready unix:{path}")
        with socket.socket(socket.AF_UNIX) as proxy:
            proxy.connect(os.fspath(path))
            proxy.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            assert proxy.recv(4096).startswith(b"HTTP/1.0 200")


def test_a_wrong_configuration_is_said_once_in_full(config: Path) -> None:
    config.write_text("sites: {}\nredis: {}\nservr: {}\n")
    with running("serve", "-c", str(config)) as serve:
        assert serve.end() == 2
    assert serve.said == []
    assert serve.logged == [
        "sitoo-bridge: servr: is not known: did you mean server? (line 3)",
        "sitoo-bridge: sites: at least one site is needed, by its name (line 1)",
        "sitoo-bridge: redis.url: is missing: it must be text (line 2)",
    ]


def test_a_taken_address_is_one_sentence(config: Path, valkey: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        config.write_text(CONFIG.format(valkey=valkey, bind=bind))
        with running("serve", "-c", str(config)) as serve:
            assert serve.end() == 2
    (sentence,) = serve.logged
    assert f"server.bind: {bind} cannot be listened on (Address already in use)" in (
        sentence
    )

"""What the server adds to gunicorn, where no whole process is needed to see it."""

from __future__ import annotations

import signal
import socket
import stat
from pathlib import Path

import pytest

from bridge.errors import ConfigError
from bridge.server import address, listen
from tests.running import Running

EARLY_STOP = """
import os, signal
from queue import SimpleQueue
from bridge.server.worker import Worker

worker = Worker.__new__(Worker)
worker.alive = True
worker.PIPE = os.pipe()
os.set_blocking(worker.PIPE[1], False)
worker.missed = SimpleQueue()
{before}
worker.init_signals()
print("alive" if worker.alive else "stopping")
"""


@pytest.mark.parametrize(
    ("before", "state"),
    [
        ("", "alive"),
        ("worker.missed.put(signal.SIGHUP)", "alive"),
        ("worker.missed.put(signal.SIGTERM)", "stopping"),
    ],
)
def test_a_stop_between_fork_and_start_is_not_lost(before: str, state: str) -> None:
    process = Running(["-c", EARLY_STOP.format(before=before)])
    assert process.end() == 0
    assert process.said == [state], process.everything()


FIRST_DIES = """
import os, signal, sys

forked = []

def die():
    if len(forked) == 1:
        os.kill(os.getpid(), signal.SIGKILL)

os.register_at_fork(before=lambda: forked.append(1), after_in_child=die)
from bridge.cli import main
main(["serve", "--no-recovery", "-c", sys.argv[1]])
"""

TWO_WORKERS = """
sites:
  shop:
    country: SE
    mapping: demo
    users: {till: secret}
    upstream: {url: "http://127.0.0.1:1"}
redis: {url: "redis://127.0.0.1:1/0"}
server: {bind: "127.0.0.1:0", workers: 2}
"""


def test_it_is_ready_once_though_the_first_worker_dies_at_once(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(TWO_WORKERS)
    serve = Running(["-c", FIRST_DIES, str(config)])
    try:
        serve.until("ready http://")
    finally:
        serve.tell(signal.SIGTERM)
        serve.end()
    assert len(serve.said) == 1


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize(("mode", "shown"), [("0666", 0o666), ("660", 0o660)])
def test_who_may_connect_to_a_path_is_a_setting(
    tmp_path: Path, mode: str, shown: int
) -> None:
    with listen(f"unix:{tmp_path}/bridge.sock", mode):
        assert stat.S_IMODE((tmp_path / "bridge.sock").stat().st_mode) == shown


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
def test_all_addresses_are_those_of_ipv4_as_well() -> None:
    with listen("[::]:0") as listener:
        port = listener.getsockname()[1]
        socket.create_connection(("127.0.0.1", port), 5).close()


@pytest.mark.parametrize(
    ("bind", "shown"),
    [
        ("127.0.0.1:0", "http://127.0.0.1:"),
        pytest.param(
            "[::1]:0",
            "http://[::1]:",
            marks=pytest.mark.skipif(not has_ipv6(), reason="no IPv6 here"),
        ),
    ],
)
def test_listens_where_it_is_told_to(bind: str, shown: str) -> None:
    with listen(bind) as listener:
        assert address(listener).startswith(shown)


def test_listens_at_a_path(tmp_path: Path) -> None:
    with listen(f"unix:{tmp_path}/s") as listener:
        assert address(listener) == f"unix:{tmp_path}/s"


@pytest.mark.parametrize(
    ("bind", "why"),
    [
        ("192.0.2.1:80", "Cannot assign requested address"),
        ("unix:/no/such/place", "No such file or directory"),
    ],
)
def test_says_why_it_cannot_listen(bind: str, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        listen(bind)
    assert f"{bind} cannot be listened on ({why})" in str(caught.value)


def test_an_address_is_taken_by_one_only() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConfigError, match="Address already in use"):
            listen(bind)


def test_names_the_setting_of_an_address_that_it_cannot_have() -> None:
    with pytest.raises(ConfigError, match=r"^server\.inside_bind: "):
        listen("unix:/no/such/place", key="server.inside_bind")

"""A Redis that says nothing is asked again only while somebody waits for the answer."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis.cluster import RedisCluster

from bridge.deadline import Deadline
from bridge.errors import JournalError
from bridge.model import Context
from bridge.redeem import Journal, Redeemer, RedisSettings, Store, connect
from tests.redeem.conftest import SETTINGS, Shop
from tests.redis_servers import cluster

REDEEM = "0" * 32


class Mute:
    """A server that takes connections, counts them, and is silent."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._listener.getsockname())
        self.asked: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                self.asked.append(self._listener.accept()[0])
            except OSError:
                return

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for one in self.asked:
            one.close()


@pytest.fixture
def mute() -> Iterator[Mute]:
    server = Mute()
    yield server
    server.stop()


@pytest.fixture
def redeemer(mute: Mute) -> Redeemer:
    settings = RedisSettings(url=f"redis://{mute.address}/0", timeout_seconds=0.05)
    return Redeemer(Journal(Store(connect(settings), settings), SETTINGS), SETTINGS)


@pytest.mark.parametrize(("seconds", "tries"), [(60.0, 3), (0.0, 1)])
def test_undo(
    shop: Shop, mute: Mute, redeemer: Redeemer, seconds: float, tries: int
) -> None:
    deadline = Deadline(seconds)
    with pytest.raises(JournalError):
        redeemer.undo(shop.site, Context(site="shop"), "c1", REDEEM, deadline=deadline)
    assert len(mute.asked) == tries


@pytest.mark.parametrize(("seconds", "tries"), [(60.0, 3), (0.0, 1)])
def test_redeem(
    shop: Shop, mute: Mute, redeemer: Redeemer, seconds: float, tries: int
) -> None:
    deadline, context = Deadline(seconds), Context(site="shop")
    with pytest.raises(JournalError):
        redeemer.redeem(shop.site, context, "c1", [], ["p1"], deadline=deadline)
    assert len(mute.asked) == tries


def test_what_nobody_waits_for_is_tried_again(mute: Mute, redeemer: Redeemer) -> None:
    with pytest.raises(JournalError):
        redeemer.journal.load(REDEEM)
    assert len(mute.asked) == 3


@pytest.fixture(scope="module")
def frozen(in_memory: Path) -> Iterator[RedisSettings]:
    """Where a cluster is of which one node stands still: the one with this redeem."""
    with cluster(in_memory / "frozen cluster") as nodes:
        url = "redis+cluster://" + ",".join(node.address for node in nodes)
        settings = RedisSettings(url=url, timeout_seconds=0.2)
        client = connect(settings)
        key = Journal(Store(client, settings), SETTINGS).keys.redeem(REDEEM)
        port = client.get_node_from_key(key).port
        client.close()
        # The last one that a client asks for the slots.
        url = "redis+cluster://" + ",".join(
            node.address for node in sorted(nodes, key=lambda node: node.port == port)
        )
        settings = replace(settings, url=url)
        node = next(node for node in nodes if node.port == port)
        node.tell(signal.SIGSTOP)
        yield settings
        node.tell(signal.SIGCONT)


@pytest.mark.parametrize(("seconds", "tries"), [(60.0, 3), (0.0, 1)])
def test_a_node_of_a_cluster(
    shop: Shop,
    frozen: RedisSettings,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    tries: int,
) -> None:
    asked, ask = [], RedisCluster._execute_command

    def counted(self: Any, node: Any, *command: Any, **about: Any) -> Any:
        asked.append(command[0])
        return ask(self, node, *command, **about)

    journal = Journal(Store(connect(frozen), frozen), SETTINGS)
    journal.store.client.get_nodes()  # from here on, it knows them
    monkeypatch.setattr(RedisCluster, "_execute_command", counted)
    deadline = Deadline(seconds)
    redeemer = Redeemer(journal, SETTINGS)
    with pytest.raises(JournalError) as raised:
        redeemer.undo(shop.site, Context(site="shop"), "c1", REDEEM, deadline=deadline)
    assert raised.value.complaint == "TimeoutError"
    assert len(asked) == tries

"""What ``check`` says about Redis, asked of real servers with all kinds of settings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from bridge.errors import JournalError
from bridge.redeem import RedisSettings, connect
from bridge.redeem.journal.server.durability import Finding, findings
from tests.redis_servers import (
    Server,
    cluster,
    confirmed_by,
    debian_s_redis,
    free_port,
    running,
    sentinel,
    version,
    wait_until,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


def found(url: str, skew: float = 0, **settings: Any) -> list[Finding]:
    redis_settings = RedisSettings(url=url, **settings)
    client = connect(redis_settings)
    try:
        return findings(client, redis_settings, lambda: time.time() + skew)
    finally:
        client.close()


def wrong(url: str, skew: float = 0, **settings: Any) -> str:
    """Return everything that is not as it should be, in one text."""
    said = found(url, skew, **settings)
    return "\n".join(finding.text for finding in said if not finding.ok)


@pytest.fixture
def setting(server: Server) -> Iterator[Any]:
    """Change settings for one test."""
    client, before = server.client(), {}

    def change(name: str, value: object) -> str:
        before.setdefault(name, client.config_get(name)[name])
        client.config_set(name, value)
        return server.url

    yield change
    for name, value in before.items():
        client.config_set(name, value)
    client.close()


def test_a_durable_server_is_fine(server: Server) -> None:
    said = found(server.url)
    assert all(finding.ok for finding in said), said
    assert "Valkey" in " ".join(finding.text for finding in said)


def test_so_is_debian_s_redis(tmp_path: Path) -> None:
    """7.0 or 8.0: WAITAOF came with 7.2."""
    with debian_s_redis(tmp_path) as server:
        assert wrong(server.url) == ""
        knows = version(server) >= (7, 2)
        said = wrong(server.url, wait_aof=True, wait_replicas=1)
        assert ("WAITAOF" not in said) is knows


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("appendonly", "no", "redeems since its last snapshot are forgotten"),
        ("appendfsync", "everysec", "up to a second of acknowledged redeems"),
        ("appendfsync", "no", "half a minute or more of acknowledged redeems"),
        ("maxmemory-policy", "allkeys-lru", "drops redeems, reservations and all"),
        ("maxmemory-policy", "volatile-ttl", "drops settled redeems, which then"),
        ("maxmemory", 1, "memory is .*% full"),
    ],
)
def test_each_weak_setting_is_named(
    setting: Any, name: str, value: object, words: str
) -> None:
    with pytest.raises(AssertionError, match=words):
        assert wrong(setting(name, value)) == ""


def test_a_second_may_be_lost_where_a_replica_has_it(setting: Any) -> None:
    url = setting("appendfsync", "everysec")
    assert "replicas" in wrong(url, wait_replicas=1)
    assert "power cut" not in wrong(url, wait_replicas=1)
    assert "waits a second" in wrong(url, wait_replicas=1, wait_aof=True)


def test_clocks_that_differ_are_named(server: Server) -> None:
    assert "7 s apart" in wrong(server.url, skew=7)
    assert "7 s apart" in wrong(server.url, skew=-7)
    assert wrong(server.url, skew=1) == ""


def test_settings_that_are_kept_from_us_are_unknown(server: Server) -> None:
    client = server.client()
    client.acl_setuser(
        "managed", enabled=True, passwords=["+pw"], commands=["+@all", "-config"]
    )
    client.close()
    said = found(f"redis://managed:pw@{server.address}/0")
    assert all(finding.ok for finding in said)
    (unknown,) = [f.text for f in said if "CONFIG GET is not allowed" in f.text]
    assert "may lose the last second" in unknown


def test_a_server_that_tells_nothing_is_no_failure(server: Server) -> None:
    client = server.client()
    client.acl_setuser(
        "mute", enabled=True, passwords=["+pw"], commands=["+@all", "-info"]
    )
    client.close()
    assert "INFO is not allowed" in wrong(f"redis://mute:pw@{server.address}/0")


def test_a_server_that_is_down_is_a_journal_error() -> None:
    with pytest.raises(JournalError):
        found(f"redis://127.0.0.1:{free_port()}/0")


def test_wait_aof_alone_does_nothing(server: Server) -> None:
    assert "wait_aof does nothing" in wrong(server.url, wait_aof=True)


def test_replicas_and_their_master(server: Server, tmp_path: Path) -> None:
    assert "0 are connected" in wrong(server.url, wait_replicas=1)
    of = ("127.0.0.1", server.port)
    with running(tmp_path, replicaof=of) as replica:
        wait_until(
            lambda: server.client().info("replication")["connected_slaves"],
            "the replica",
        )
        assert "takes no writes" in wrong(replica.url)
        assert "a little later" in wrong(server.url)
        assert wrong(server.url, wait_replicas=1) == ""
        assert "wait_replicas is 2, but 1 are" in wrong(server.url, wait_replicas=2)


def test_every_replica_that_may_take_over_is_to_be_waited_for(
    server: Server, tmp_path: Path
) -> None:
    """Also one that Sentinel knows, and that is away just now."""
    of = ("127.0.0.1", server.port)
    with (
        running(tmp_path / "b", replicaof=of, repl_diskless_sync_delay=0),
        running(tmp_path / "c", replicaof=of, repl_diskless_sync_delay=0) as other,
        sentinel(tmp_path / "watch", server) as watch,
    ):
        url = f"redis+sentinel://{watch.address}/shop/0"
        wait_until(lambda: confirmed_by(server, 2), "both replicas")
        wait_until(lambda: replicas_known(watch) == 2, "the Sentinel to hear of both")
        assert "Set wait_replicas: 2." in wrong(server.url, wait_replicas=1)
        assert "Set wait_replicas: 2." in wrong(server.url)
        assert "wait_replicas" not in wrong(url, wait_replicas=2)
        other.kill()
        wait_until(lambda: not confirmed_by(server, 2), "one to go")
        assert "but 1 are connected" in wrong(url, wait_replicas=2)
        assert "but there are 2 replicas" in wrong(url, wait_replicas=1)


def replicas_known(watch: Server) -> int:
    state = watch.admin.execute_command("SENTINEL", "MASTER", "shop")
    if isinstance(state, list):
        state = dict(zip(state[::2], state[1::2], strict=True))
    return int(state["num-slaves"])


def test_one_sentinel_is_not_enough(server: Server, tmp_path: Path) -> None:
    with sentinel(tmp_path, server) as watch:
        text = wrong(f"redis+sentinel://{watch.address}/shop/0")
        assert text.startswith("Sentinels that watch over the master: 1.")
        gone = f"127.0.0.1:{free_port()}"
        text = wrong(f"redis+sentinel://{gone},{watch.address}/shop/0")
        assert "1 of the Sentinels in redis.url do not answer" in text


def test_a_cluster_names_its_nodes(tmp_path: Path) -> None:
    with cluster(tmp_path) as nodes:
        url = "redis+cluster://" + ",".join(node.address for node in nodes)
        client = nodes[1].client()
        client.config_set("appendfsync", "everysec")
        text = wrong(url, wait_replicas=1)
        assert text.count("No replica follows this master") == 3
        assert f"{nodes[1].address}: appendfsync is everysec" in text
        assert "do nothing on a cluster" in text
        assert text.count("appendfsync") == 2
        client.config_set("appendfsync", "always")
        said = found(url)
        assert "no write waits for replicas" in " ".join(f.text for f in said)
        for node in nodes:
            node.client().config_set("cluster-node-timeout", 300)
        nodes[0].kill()
        wait_until(
            lambda: client.execute_command("CLUSTER INFO")["cluster_state"] == "fail",
            "the others to notice",
        )
        text = wrong(f"redis+cluster://{nodes[1].address}")
        assert "not whole" in text
        assert f"{nodes[0].address}: This master does not answer" in text
        client.close()


def test_no_text_is_long_or_technical_without_a_mend(server: Server) -> None:
    assert isinstance(server.client(), redis.Redis)
    for finding in found(server.url, skew=9, wait_replicas=3, wait_aof=True):
        assert len(finding.text) < 300
        assert finding.text.endswith(".")

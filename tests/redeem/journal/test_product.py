"""Which Redis keeps the journal is known from every kind of it, without rights."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.redeem import RedisSettings, connect
from bridge.redeem.journal.server.product import product
from tests.redis_servers import cluster, debian_s_redis, running, sentinel


def named(url: str) -> str:
    settings = RedisSettings(url)
    client = connect(settings)
    try:
        return product(client, settings)
    finally:
        client.close()


@pytest.mark.parametrize("query", ["/0", "/0?protocol=3"])
def test_one_server_says_so_also_to_who_may_do_nothing(
    tmp_path: Path, query: str
) -> None:
    with running(tmp_path) as server:
        client = server.client()
        client.execute_command("ACL", "SETUSER", "poor", "on", ">pw", "-@all")
        version = client.info("server")["valkey_version"]
        assert named(f"redis://poor:pw@{server.address}{query}") == f"valkey {version}"


def test_so_does_debian_s_redis(tmp_path: Path) -> None:
    with debian_s_redis(tmp_path) as server:
        version = server.admin.info("server")["redis_version"]
        assert named(server.url) == f"redis {version}"


def test_so_do_a_sentinel_s_master_and_a_node_of_a_cluster(tmp_path: Path) -> None:
    with running(tmp_path / "one") as server, sentinel(tmp_path, server) as watch:
        url = f"redis+sentinel://{watch.address}/shop/0"
        assert named(url).startswith("valkey ")
    with cluster(tmp_path / "cluster") as nodes:
        url = "redis+cluster://" + ",".join(node.address for node in nodes)
        assert named(url).startswith("valkey ")

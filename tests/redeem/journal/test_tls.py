"""Redis over TLS: its own authority, the bridge's certificate, a user of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme

from bridge.errors import JournalError
from bridge.redeem import RedeemSettings, RedisSettings, open_journal, rehearse
from bridge.redeem.journal.server.settings import TLSSettings
from tests.extent import without
from tests.redis_servers import DURABLE, Server, free_port, wait_until

HERE = ("localhost", "127.0.0.1")  # redis-py looks localhost up itself on a cluster


@dataclass
class Certificates:
    """An authority of this test's own, and what it has vouched for."""

    directory: Path
    authority: trustme.CA = field(default_factory=trustme.CA)

    def __post_init__(self) -> None:
        self.directory.mkdir()
        self.ca_file = str(self.directory / "authority.pem")
        self.authority.cert_pem.write_to_path(self.ca_file)
        self.bridge = self.issue("bridge.example")

    def issue(self, *names: str) -> str:
        """Return a file with a certificate for some names, and its key."""
        path = str(self.directory / f"{names[0]}.pem")
        self.authority.issue_cert(*names).private_key_and_cert_chain_pem.write_to_path(
            path
        )
        return path

    @property
    def both(self) -> TLSSettings:
        """What the bridge needs: who vouches for Redis, and who it is itself."""
        return TLSSettings(self.ca_file, self.bridge, self.bridge)

    @property
    def one(self) -> TLSSettings:
        return TLSSettings(self.ca_file)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates") / "all")


def encrypted(
    directory: Path, ca_file: str, own: str, *flags: str, **settings: Any
) -> tuple[Server, int]:
    """Make a Redis that speaks TLS at one port, and plainly to the tests at another."""
    program = shutil.which("redis-server")
    if program is None:
        without("There is no redis-server here: apt-get install redis-server")
    port = free_port()
    encryption = {
        "tls_port": port,
        "tls_cert_file": own,
        "tls_key_file": own,
        "tls_ca_cert_file": ca_file,
        "tls_auth_clients": "yes",
    }
    return Server(directory, program, *flags, **encryption, **settings), port


@pytest.fixture(scope="module", params=["redis", "sentinel", "cluster"])
def url(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    certificates: Certificates,
) -> Iterator[str]:
    """The address of a journal, with a user of its own, in each way there is."""
    directory, kind = tmp_path_factory.mktemp("tls"), request.param
    papers = certificates.ca_file, certificates.issue(*HERE)
    with ExitStack() as started:

        def start(server: Server) -> Server:
            started.callback(server.kill)
            return server.start()

        more: dict[str, Any] = {"tls_replication": "yes"}
        if kind == "cluster":
            more = {
                "tls_cluster": "yes",
                "cluster_enabled": "yes",
                "cluster_port": free_port(),
                "cluster_announce_hostname": "localhost",
                "cluster_preferred_endpoint_type": "hostname",
            }
        server, port = encrypted(directory / "redis", *papers, **DURABLE, **more)
        client = start(server).client()
        client.execute_command(
            "ACL", "SETUSER", "bridge", "on", ">p/w", "~*", "&*", "+@all"
        )
        if kind == "redis":
            yield f"rediss://bridge:p%2Fw@localhost:{port}/0"
        elif kind == "cluster":
            client.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16_383)
            wait_until(
                lambda: client.execute_command("CLUSTER INFO")["cluster_state"] == "ok",
                "the cluster to come up",
            )
            yield f"rediss+cluster://bridge:p%2Fw@localhost:{port}"
        else:
            config = directory / "sentinel.conf"
            config.write_text(
                "sentinel resolve-hostnames yes\nsentinel announce-hostnames yes\n"
                f"sentinel monitor shop localhost {port} 1\n"
            )
            watch, at = encrypted(
                directory / "watch",
                *papers,
                str(config),
                "--sentinel",
                tls_replication="yes",
            )
            asked = start(watch).client()
            wait_until(
                lambda: asked.execute_command("SENTINEL", "CKQUORUM", "shop"),
                "the sentinel to find the master",
            )
            yield f"rediss+sentinel://bridge:p%2Fw@localhost:{at}/shop/0"


def rehearsed(url: str, tls: TLSSettings | None) -> None:
    journal = open_journal(RedisSettings(url=url, tls=tls), RedeemSettings())
    try:
        rehearse(journal)
    finally:
        journal.store.client.close()


def test_is_reached_with_both_certificates(
    url: str, certificates: Certificates
) -> None:
    rehearsed(url, certificates.both)


def test_is_not_reached_without(url: str, certificates: Certificates) -> None:
    """Neither a Redis that nobody vouches for, nor one that wants to know who asks."""
    for tls in (None, TLSSettings(), certificates.one):
        with pytest.raises(JournalError):
            rehearsed(url, tls)


def test_a_redis_under_another_name_is_not_trusted(
    certificates: Certificates, tmp_path: Path
) -> None:
    own = certificates.issue("elsewhere.example")
    server, port = encrypted(tmp_path / "redis", certificates.ca_file, own, **DURABLE)
    server.start()
    try:
        with pytest.raises(JournalError):
            rehearsed(f"rediss://localhost:{port}", certificates.both)
    finally:
        server.kill()

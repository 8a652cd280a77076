"""The compose file: its own schema, and each command in it run without Docker."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.files import DEPLOY, LINTERS, documents, longest_stop, tried
from tests.extent import without
from tests.redis_servers import DURABLE, Server, free_port

FOLDER = DEPLOY / "compose"
(COMPOSE,) = documents("compose/compose.yaml")
SERVICES = COMPOSE["services"]
BRIDGES = ("bridge-a", "bridge-b")
DOORS = ("bind", "inside_bind")


def config() -> Any:
    return documents("compose/config.yaml")[0]


def seconds(text: str) -> int:
    assert text.endswith("s")
    return int(text[:-1])


def test_is_what_the_compose_specification_says() -> None:
    schema = ["--builtin-schema", "vendor.compose-spec"]
    tried("check-jsonschema", *schema, FOLDER / "compose.yaml", how=LINTERS)


def test_names_what_is_there() -> None:
    for kind in ("configs", "secrets"):
        for name, where in COMPOSE[kind].items():
            path = FOLDER / where["file"]
            assert kind == "secrets" or path.is_file(), name
    for bridge in BRIDGES:
        build = SERVICES[bridge]["build"]
        assert (FOLDER / build["context"] / build["dockerfile"]).is_file()
    needed = {
        name for service in SERVICES.values() for name in service.get("depends_on", ())
    }
    assert needed == {"valkey", *BRIDGES}


@pytest.mark.parametrize("name", list(SERVICES))
def test_no_container_may_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert name == "nginx" or "cap_add" not in service
    # What the network can reach is nginx; the rest is for this machine.
    outside = [one for one in service.get("ports", []) if "127.0.0.1:" not in one]
    assert outside == (["443:443"] if name == "nginx" else [])


def test_only_bridges_reach_the_journal() -> None:
    assert COMPOSE["networks"]["journal"] == {"internal": True}
    there = {name for name in SERVICES if "journal" in SERVICES[name]["networks"]}
    assert there == {"valkey", *BRIDGES}
    assert list(SERVICES["valkey"]["networks"]) == ["journal"]


def test_a_stop_is_given_the_time_it_may_take() -> None:
    for bridge in BRIDGES:
        assert seconds(SERVICES[bridge]["stop_grace_period"]) > longest_stop(
            config()["server"]
        )


def test_the_bridges_trust_nginx() -> None:
    address = SERVICES["nginx"]["networks"]["front"]["ipv4_address"]
    assert config()["server"]["trusted_proxies"] == [address]


def test_valkey_keeps_every_command(tmp_path: Path) -> None:
    program, *arguments = SERVICES["valkey"]["command"]
    assert program == "valkey-server"
    (tmp_path / "data").mkdir()
    arguments = [one.replace("/data", str(tmp_path / "data")) for one in arguments]
    server = Server(tmp_path / "server", "", *arguments).start()
    try:
        found = {name: server.admin.config_get(name)[name] for name in DURABLE}
        assert {**found, "save": ""} == DURABLE
    finally:
        server.kill()


def test_nginx_leads_to_the_bridges(tmp_path: Path) -> None:
    """The command as it is, in folders of its own: nginx takes what it writes."""
    if shutil.which("nginx") is None:
        without("There is no nginx here: apt-get install nginx-light")
    given = tmp_path / "sitoo-bridge.conf"
    given.write_text((FOLDER / COMPOSE["configs"]["nginx"]["file"]).read_text("utf-8"))
    (script,) = SERVICES["nginx"]["command"]
    for old, new in {
        "/etc/sitoo-bridge.conf": str(given),
        "/etc/nginx/conf.d/sitoo-bridge.conf": str(tmp_path / "written"),
        "exec nginx -g 'daemon off;'": "",
    }.items():
        assert old in script, old
        script = script.replace(old, new)
    subprocess.run([*SERVICES["nginx"]["entrypoint"], script], check=True)
    written = (tmp_path / "written").read_text("utf-8")
    # Once more each, for when none is left.
    servers = [*dict.fromkeys(re.findall(r"(?m)^    server (\S+) ", written))]
    ports = [config()["server"][key].rpartition(":")[2] for key in DOORS]
    assert servers == [
        f"{SERVICES[bridge]['networks']['front']['ipv4_address']}:{port}"
        for port in ports
        for bridge in BRIDGES
    ]
    for secret in SERVICES["nginx"]["secrets"]:
        assert f" {secret['target']};" in written
    assert "/var/log/nginx" not in written
    _nginx_takes(written, tmp_path)


def _nginx_takes(written: str, directory: Path) -> None:
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    subprocess.run(
        [*make.split(), "-keyout", "tls_key", "-out", "tls_certificate"],
        cwd=directory,
        check=True,
        capture_output=True,
    )
    for secret in SERVICES["nginx"]["secrets"]:
        written = written.replace(secret["target"], str(directory / secret["source"]))
    assert "listen 443 ssl" in written
    written = written.replace("listen 443", f"listen 127.0.0.1:{free_port()}")
    whole = directory / "nginx.conf"
    whole.write_text(
        f"pid {directory}/pid; error_log stderr; events {{}} http {{ {written} }}"
    )
    tried("nginx", "-t", "-c", whole, how="apt-get install nginx-light")

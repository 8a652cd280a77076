"""The Dockerfile: its linter, and its steps and its command run without Docker."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.files import DEPLOY, LINTERS, documents, tried
from tests.extent import EVERYTHING, without
from tests.redis_servers import DURABLE, running

FILE = DEPLOY / "Dockerfile"
HERE = Path(__file__).parent


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions and what they are given."""
    lines = [
        line
        for line in FILE.read_text("utf-8").splitlines()
        if line[:1] not in ("#", "")
    ]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [
        (name, rest.strip())
        for name, _, rest in (line.partition(" ") for line in joined.splitlines())
    ]


def given(name: str) -> str:
    """Return what the last instruction of this name is given: that of the image."""
    return [rest for found, rest in instructions() if found == name][-1]


def environment() -> dict[str, str]:
    pairs = (one.partition("=") for one in shlex.split(given("ENV")))
    home = f"{sys.base_prefix}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {name: value.replace("$PATH", home) for name, _, value in pairs}


def health() -> list[str]:
    command: list[str] = json.loads(given("HEALTHCHECK").partition(" CMD ")[2])
    return command


def test_the_linter_is_content() -> None:
    assert tried("hadolint", FILE, how=LINTERS) == ""


def test_only_the_wheel_is_sent_to_docker() -> None:
    ignored = FILE.with_name("Dockerfile.dockerignore").read_text("utf-8")
    patterns = [line for line in ignored.splitlines() if not line.startswith("#")]
    (copied,) = [rest for name, rest in instructions() if name == "COPY"][:1]
    assert patterns == ["*", f"!{copied.split()[0]}"]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Any:
    """What the container's own driver saw of it."""
    place = tmp_path_factory.mktemp("place")
    server = tmp_path_factory.mktemp("valkey")
    socket = server / "socket"
    settings = {**DURABLE, "unixsocket": socket, "unixsocketperm": "777"}
    with running(server, **settings):
        done = subprocess.run(
            [*_namespaces(), "sh", str(HERE / "container.sh"), _what_to_run()],
            env={
                "PATH": os.environ["PATH"],
                **_lent(),
                **_arguments(),
                "PLACE": str(place),
                "WHEEL": str(wheel),
                "BUILD": [rest for name, rest in instructions() if name == "RUN"][-1],
                "FILES": str(_files(tmp_path_factory.mktemp("files"))),
                "VALKEY": str(socket),
                "PYTHON_HOME": sys.base_prefix,
                "DRIVER": str(HERE / "contained.py"),
            },
            capture_output=True,
            text=True,
            timeout=400,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _namespaces() -> list[str]:
    """Return how to be root in namespaces of one's own."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n", "--preserve-env"]
    command = [*as_root, "unshare", "--mount", "--pid", "--fork", "--kill-child"]
    command += ["--propagation", "private"]
    if (
        not shutil.which(command[0])
        or subprocess.run([*command, "true"], capture_output=True).returncode
    ):
        without("Namespaces cannot be made here: it takes root, or sudo")
    return command


def _lent() -> dict[str, str]:
    """In CI, what the wheel needs is installed; elsewhere it is lent by the tests."""
    if EVERYTHING:
        kept = ("PIP_", "HTTP", "http", "SSL", "REQUESTS_", "HOME")
        passed = {k: v for k, v in os.environ.items() if k.startswith(kept)}
        return {**passed, "LENT": ""}
    lent = sysconfig.get_path("purelib")
    return {"LENT": lent, "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1"}


def _arguments() -> dict[str, str]:
    """Return the arguments of the build, as they are unless somebody says otherwise."""
    told = [rest.partition("=") for name, rest in instructions() if name == "ARG"]
    return {name: value for name, _, value in told}


def _what_to_run() -> str:
    command = json.loads(given("ENTRYPOINT")) + json.loads(given("CMD"))
    return json.dumps(
        {
            "command": command,
            "health": health(),
            "user": given("USER"),
            "environment": environment(),
        }
    )


def _files(root: Path) -> Path:
    """Lay out compose's configuration and secrets as Docker would mount them."""
    text = (DEPLOY / "compose" / "config.yaml").read_text("utf-8")
    (config,) = documents("compose/config.yaml")
    for old, new in {
        config["sites"]["sweden"]["upstream"]["url"]: "http://127.0.0.1:8099",
        config["redis"]["url"]: "unix:///run/valkey",
    }.items():
        assert old in text
        text = text.replace(old, new)
    secrets = {"sitoo_password": "secret", "crm_key": "demo-crm-key"}
    (root / "etc" / "sitoo-bridge").mkdir(parents=True)
    (root / "etc" / "sitoo-bridge" / "config.yaml").write_text(text)
    (root / "run" / "secrets").mkdir(parents=True)
    for name, content in secrets.items():
        (root / "run" / "secrets" / name).write_text(content)
    return root


def test_serves_as_its_user_on_a_read_only_root(seen: Any) -> None:
    assert seen["said"].startswith("ready http://0.0.0.0:8080")
    assert seen["health"] == 0
    assert seen["customers"] == 200
    assert seen["ready"][0] == 200, seen["ready"]
    assert json.loads(seen["ready"][1])["status"] == "ready"
    assert seen["inside from outside"] == 404
    uid = given("USER").partition(":")[0]
    assert seen["uid"] == [uid] * 4
    assert uid != "0"
    assert int(seen["capabilities"], 16) == 0
    assert seen["writable"] == ["/tmp"]
    assert seen["shm"] is False


def test_counts_for_all_its_processes(seen: Any) -> None:
    """The directory for it is made where a container has its temporary files."""
    assert seen["counted"]


def test_stops_when_told_and_leaves_nothing(seen: Any) -> None:
    assert seen["ended"] == 0
    assert seen["left"] == ["written"]
    assert seen["health after"] != 0


def test_the_ports_are_the_configurations() -> None:
    (config,) = documents("compose/config.yaml")
    server = config["server"]
    ports = [server[name].rpartition(":")[2] for name in ("bind", "inside_bind")]
    assert given("EXPOSE").split() == ports
    assert f", {ports[0]}," in " ".join(health())

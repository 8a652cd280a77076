"""Starts each candidate in front of an upstream, and says where it listens."""

from __future__ import annotations

import json
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.load import Target, answer_of
from bench.programs import ROOT, program, serve

HERE = Path(__file__).parent
CARD = json.loads((HERE / "card.json").read_text("utf-8"))
CUSTOMER = CARD["contact"]["id"]

WORKERS = 2
THREADS = 32

PATIENCE_SECONDS = 30

Node = dict[str, object]
"""One node of a Node-RED flow."""

Start = Callable[[str, Path], AbstractContextManager[Target]]


class Missing(Exception):
    """The candidate is not installed on this machine."""


@contextmanager
def direct(crm: str, directory: Path) -> Iterator[Target]:
    yield Target(crm, f"/cards/{CUSTOMER}")


@contextmanager
def nginx(crm: str, directory: Path) -> Iterator[Target]:
    path = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if path is None:
        raise Missing("nginx is not installed (Debian: nginx-light)")
    port = _free_port()
    text = (HERE / "nginx.conf").read_text("utf-8")
    for word, value in {"PORT": port, "CRM": crm.removeprefix("http://")}.items():
        text = text.replace(word, str(value))
    (directory / "nginx.conf").write_text(text, "utf-8")
    command = [path, "-p", str(directory), "-c", "nginx.conf", "-e", "error.log"]
    with program("nginx", command):
        yield _listening(Target(f"http://127.0.0.1:{port}", f"/cards/{CUSTOMER}"))


@contextmanager
def bridge(crm: str, directory: Path) -> Iterator[Target]:
    site = {"url": crm, "mapping": "bench.candidates.bridge_mapping"}
    with serve(directory, {"sweden": site}, WORKERS, THREADS) as running:
        yield running.target(f"/customers/{CUSTOMER}", "sweden")


@contextmanager
def node_red(crm: str, directory: Path) -> Iterator[Target]:
    node, script = shutil.which("node"), _node_red_script()
    if node is None or script is None:
        raise Missing("Node-RED is not installed (npm: node-red)")
    port = _free_port()
    settings = {
        "uiHost": "127.0.0.1",
        "uiPort": port,
        "httpAdminRoot": False,
        "flowFile": "flows.json",
        "telemetry": {"enabled": False, "updateNotification": False},
        "logging": {"console": {"level": "error"}},
    }
    home = directory / "node-red"
    home.mkdir()
    (home / "settings.js").write_text(f"module.exports = {json.dumps(settings)}")
    (home / "flows.json").write_text(json.dumps(_flow(crm)), "utf-8")
    command = [node, str(script), "--userDir", str(home), "-s", f"{home}/settings.js"]
    with program("Node-RED", command):
        yield _listening(_customer_at(port))


@contextmanager
def bare_view(crm: str, directory: Path) -> Iterator[Target]:
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}"]
    command += [f"--workers={WORKERS}", f"--threads={THREADS}", "--keep-alive=75"]
    command += ["--worker-tmp-dir=/dev/shm", "bench.candidates.flask_view:app"]
    given = {"CRM": crm, "THREADS": str(THREADS)}
    with program("the bare view", command, given):
        yield _listening(_customer_at(port))


@contextmanager
def fast_view(crm: str, directory: Path) -> Iterator[Target]:
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", f"--port={port}", "--no-access-log"]
    command += [f"--workers={WORKERS}", "bench.candidates.fastapi_view:app"]
    with program("FastAPI", command, {"CRM": crm}):
        yield _listening(_customer_at(port))


CANDIDATES: dict[str, Start] = {
    "direct": direct,
    "nginx": nginx,
    "the bridge": bridge,
    "Node-RED": node_red,
    "bare Flask view": bare_view,
    "FastAPI and httpx": fast_view,
}


def _customer_at(port: int) -> Target:
    return Target(f"http://127.0.0.1:{port}", f"/customers/{CUSTOMER}")


def _node_red_script() -> Path | None:
    script = ROOT / ".cache/node-red/node_modules/node-red/red.js"
    return script if script.exists() else None


def _flow(crm: str) -> list[Node]:
    """Return the flow: http in, http request, function, http response."""
    code = (HERE / "node_red.js").read_text("utf-8")
    asked: Node = {"type": "http in", "method": "get", "url": "/customers/:customer_id"}
    request: Node = {
        "type": "http request",
        "method": "GET",
        "ret": "obj",
        "url": crm + "/cards/{{{req.params.customer_id}}}",
        "persist": True,
    }
    function: Node = {"type": "function", "func": code, "outputs": 1}
    nodes: list[Node] = [asked, request, function, {"type": "http response"}]
    wired: list[Node] = [
        {**node, "id": f"n{place}", "z": "flow", "wires": [[f"n{place + 1}"]]}
        for place, node in enumerate(nodes)
    ]
    wired[-1]["wires"] = []
    return [{"id": "flow", "type": "tab", "label": "bench"}, *wired]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _listening(target: Target) -> Target:
    """Wait until it answers."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            answer_of(target)
            return target
        except (OSError, ValueError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)

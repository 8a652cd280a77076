"""What traces cost a till: a bridge that records them beside one that does not."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench.candidates import CARD, CUSTOMER
from bench.edge import milliseconds
from bench.figures import Chapter, Figure, at_most, middle, percentile, plain
from bench.load import Target, one_after_another
from bench.programs import Running, serve, stub

ROUNDS = 9
CALLS = 100

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure both in turn."""
    with (
        stub(directory, {f"/cards/{CUSTOMER}": CARD}, milliseconds=0) as crm,
        _collector(),
        _bridge(directory / "off", crm, traces=False) as off,
        _bridge(directory / "on", crm, traces=True) as on,
    ):
        took: dict[str, list[float]] = {"off": [], "on": []}
        for _ in range(ROUNDS):
            for name, target in {"off": _target(off), "on": _target(on)}.items():
                calls = one_after_another(target, CALLS)
                took[name].append(percentile(milliseconds(calls), 0.5))
    yield Chapter("Traces", list(_figures(took)))


def _figures(took: dict[str, list[float]]) -> Iterator[Figure]:
    off, on = middle(took["off"]), middle(took["on"])
    yield plain("card without traces, p50", off, "ms", 2)
    yield plain("card with traces, p50", on, "ms", 2)
    yield at_most("what they add", on - off, 0.5, "ms", 2)


class _Takes(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def _collector() -> Iterator[None]:
    """Take whatever is sent, and let bridges that are started know where."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Takes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ[ENDPOINT] = f"http://127.0.0.1:{server.server_port}"
    try:
        yield
    finally:
        del os.environ[ENDPOINT]
        server.shutdown()
        server.server_close()


@contextmanager
def _bridge(directory: Path, crm: Running, *, traces: bool) -> Iterator[Running]:
    directory.mkdir()
    site = {"url": crm.url, "mapping": "bench.candidates.bridge_mapping"}
    more = {"telemetry": {"traces": traces}}
    with serve(directory, {"sweden": site}, 1, 32, more) as running:
        yield running


def _target(bridge: Running) -> Target:
    return bridge.target(f"/customers/{CUSTOMER}", "sweden")

"""Somebody who collects traces: OTLP over real HTTP, read as the protocol has it."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)

from bridge.testing.local import LocalHandler, LocalServer


@dataclass(frozen=True)
class Seen:
    """One span."""

    name: str
    trace: str
    id: str
    parent: str
    kind: int
    failed: bool
    attributes: dict[str, Any]


@dataclass
class Collector:
    """What has been sent, as bytes and as spans."""

    url: str
    status: int = 200
    received: bytes = b""
    spans: list[Seen] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    lets_go: threading.Event = field(default_factory=threading.Event)
    hangs: bool = False

    def take(self, path: str, body: bytes) -> None:
        assert path == "/v1/traces"
        self.received += body
        for of_one in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resources.append(_attributes(of_one.resource.attributes))
            for scope in of_one.scope_spans:
                self.spans += map(_seen, scope.spans)

    def of(self, trace: str) -> list[Seen]:
        return [span for span in self.spans if span.trace == trace]


def _seen(span: Any) -> Seen:
    return Seen(
        span.name,
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.kind,
        span.status.code == 2,
        _attributes(span.attributes),
    )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in pairs}


@contextmanager
def collecting() -> Iterator[Collector]:
    """Listen on a free port."""

    class Handler(LocalHandler):
        def do_POST(self) -> None:
            body = self.body()
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            known.asked += 1
            if known.hangs:
                known.lets_go.wait()
            if known.status == 200:
                known.take(self.path, body)
            self.send(known.status, [], b"")

    server = LocalServer(Handler)
    known = Collector(server.origin)
    with server.serving():
        try:
            yield known
        finally:
            known.lets_go.set()

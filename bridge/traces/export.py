"""How spans get to a collector: OTLP over HTTP, in a thread of its own.

Where it is, and how it wants to be spoken to, stands in the environment, as the
OpenTelemetry specification has it (OTEL_EXPORTER_OTLP_ENDPOINT and the rest).  What a
collector does not take in time is dropped: nobody waits for it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SpanExporter,
    SpanExportResult,
)

from bridge import __version__
from bridge.traces.spans import Spans

log = logging.getLogger(__name__)

NAME = "sitoo-crm-bridge"

TRIAL_SECONDS = 3.0
"""How long a collector may take to say whether it takes spans."""


def exporting() -> Spans:
    """Return what records spans and has them sent; raises what its environment does."""
    provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(Told(OTLPSpanExporter())))
    return Spans(provider)


def endpoint() -> str:
    """Return where spans go, without a password."""
    of_traces = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    of_all = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or "http://localhost:4318"
    parts = urlsplit(of_traces or f"{of_all.rstrip('/')}/v1/traces")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def takes_spans() -> bool:
    """Whether the collector takes spans: it is sent none.  Raises as ``exporting``."""
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    exporting().close(0)  # all else of its environment
    exporter = OTLPSpanExporter(timeout=TRIAL_SECONDS)
    try:
        return exporter.export([]) is SpanExportResult.SUCCESS
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]


class Told(SpanExporter):
    """Sends spans, and says once that it cannot, and once that it can again.

    OpenTelemetry's own lines quote addresses and what collectors say: see ``log``.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._works = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send some; what is not taken is lost."""
        result = self._exporter.export(spans)
        works = result is SpanExportResult.SUCCESS
        if works and not self._works:
            log.info("traces are taken again")
        elif self._works and not works:
            log.warning("traces are not taken", extra={"collector": endpoint()})
        self._works = works
        return result

    def shutdown(self) -> None:
        """Send nothing more."""
        self._exporter.shutdown()


def _resource() -> Resource:
    """Say what sends them; a name in the environment wins."""
    said = os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    named = os.environ.get("OTEL_SERVICE_NAME") or f"{SERVICE_NAME}=" in said
    own = {} if named else {SERVICE_NAME: NAME}
    return Resource.create({**own, SERVICE_VERSION: __version__})

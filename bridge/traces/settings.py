"""Whether traces are recorded: the ``telemetry`` section of the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"

SDK = "opentelemetry.sdk.trace"


@dataclass(frozen=True)
class TelemetrySettings:
    """What is told to a collector that speaks OTLP over HTTP."""

    traces: bool = False
    """Whether spans are recorded, and sent to where ``OTEL_EXPORTER_OTLP_ENDPOINT`` in
    the environment says.  Needs the extra ``otel``."""

    def __post_init__(self) -> None:
        if self.traces and not (_there(SDK) and _there(EXPORTER)):
            raise ValueError(
                "traces: needs OpenTelemetry, which is not installed: install the "
                "bridge with its extra [otel], or leave it off"
            )


def _there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:
        return False

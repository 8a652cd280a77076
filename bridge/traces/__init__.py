"""Traces: what one request of a till spent its time on, for whoever collects that.

* ``settings``: the switch
* ``spans``: what is recorded of a request, of a call, of an attempt of recovery
* ``export``: how it gets to a collector

The only package that knows OpenTelemetry, which is imported once traces are switched
on: until then ``spans`` is ``None``, and all it costs is to look.  Nothing here can
fail or hold up a request, and no span has an id of a customer, a value or a text.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

from bridge.traces.settings import TelemetrySettings

if TYPE_CHECKING:
    from bridge.traces.spans import Spans

__all__ = ["TelemetrySettings", "Trace", "begin", "end", "spans", "under_way"]

log = logging.getLogger(__name__)

FLUSH_SECONDS = 2.0
"""How long a process that stops waits for the collector to take what is left."""


class Trace(NamedTuple):
    """Where in which trace something belongs."""

    traceparent: str = ""
    """As the next one is told (W3C Trace Context); "" for no trace."""

    span: Any = None
    """What is being recorded; ``None`` for nothing."""


NONE = Trace()

under_way: ContextVar[Trace] = ContextVar("under_way", default=NONE)
"""What the current thread works for."""

spans: Spans | None = None
"""What records, in a process whose traces are switched on."""


def begin(settings: TelemetrySettings) -> None:
    """Switch traces on or off: in each process, once it has been forked.

    Whatever is wrong with OpenTelemetry's own environment, the process goes on.
    """
    global spans
    if not settings.traces:
        end()
    elif spans is None:
        from bridge.traces.export import exporting

        try:
            spans = exporting()
        except Exception as error:
            fields = {"error": type(error).__name__}
            log.error(
                "traces cannot be recorded: see OTEL_* in the environment", extra=fields
            )


def end() -> None:
    """Send what is left, if the collector takes it in time, and record no more."""
    global spans
    if spans is not None:
        ended, spans = spans, None
        ended.close(FLUSH_SECONDS)

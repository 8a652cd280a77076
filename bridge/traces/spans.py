"""What is recorded: names from the code and the configuration, and how it ended.

No exception is recorded: its text may quote anything.  OpenTelemetry's own trouble
stays here.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextvars import Token
from functools import wraps
from types import TracebackType
from typing import ParamSpec, TypeVar

from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import (
    INVALID_SPAN,
    Span,
    SpanKind,
    Status,
    StatusCode,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import (
    TraceContextTextMapPropagator,
)

from bridge import __version__
from bridge.traces import Trace, under_way

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

W3C = TraceContextTextMapPropagator()

Attributes = dict[str, str | int]

SITE = "sitoo_bridge.site"
OUTCOME = "sitoo_bridge.outcome"
CALL = "sitoo_bridge.call"


def _safely(otherwise: T) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Have whatever breaks in recording return something instead."""

    def decorate(record: Callable[P, T]) -> Callable[P, T]:
        @wraps(record)
        def safe(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return record(*args, **kwargs)
            except Exception as error:
                fields = {"error": type(error).__name__}
                log.debug("a span could not be recorded", extra=fields)
                return otherwise

        return safe

    return decorate


class Step:
    """One span; as a context, it ends with what it is around, and says how."""

    def __init__(self, span: Span, *, leads: bool = False) -> None:
        """``leads``: what this thread does from here on is a part of it."""
        known = span.get_span_context()
        self._span = span
        self._token: Token[Trace] | None = None
        self.trace_id = f"{known.trace_id:032x}" if known.is_valid else ""
        self.traceparent = ""
        """What the next one is told; "" if there is no trace."""
        if known.is_valid:
            to = f"{known.span_id:016x}-{known.trace_flags:02x}"
            self.traceparent = f"00-{self.trace_id}-{to}"
        if leads:
            self._token = under_way.set(Trace(self.traceparent, span))

    @_safely(None)
    def note(self, attributes: Attributes) -> None:
        """Add what is known by now: names and numbers, never what was sent."""
        self._span.set_attributes(attributes)

    @_safely(None)
    def name(self, name: str) -> None:
        """Call it what it has turned out to be."""
        self._span.update_name(name)

    @_safely(None)
    def fail(self, what: str) -> None:
        """Say that it went wrong, in a word from the code."""
        self._span.set_attribute("error.type", what)
        self._span.set_status(Status(StatusCode.ERROR))

    @_safely(None)
    def end(self) -> None:
        """It is over; what still comes of it in this thread belongs to it."""
        self._span.end()

    def __enter__(self) -> Step:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.fail(str(getattr(error, "reason", "") or kind.__name__))
        self.end()
        if self._token is not None:
            under_way.reset(self._token)


NOTHING = Step(INVALID_SPAN)
"""For what belongs to no request: nobody has asked for it."""


class Spans:
    """Records what this process does for its callers."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("sitoo-crm-bridge", __version__)

    @_safely(NOTHING)
    def request(self, method: str, traceparent: str, seconds: float) -> Step:
        """Begin what a caller has asked, and has waited for so long already."""
        span = self._tracer.start_span(
            method,
            context=W3C.extract({"traceparent": traceparent}, Context()),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": method},
            start_time=time.time_ns() - int(seconds * 1e9),
        )
        return Step(span, leads=True)

    @_safely(NOTHING)
    def attempt(self, site: str) -> Step:
        """Begin an attempt of recovery: a trace of its own."""
        span = self._tracer.start_span(
            "recovery", context=Context(), attributes={SITE: site}
        )
        return Step(span, leads=True)

    @_safely(NOTHING)
    def call(self, system: str, method: str, label: str) -> Step:
        """Begin one try at asking a CRM; ``label`` is a name from a mapping's code."""
        attributes: Attributes = {SITE: system, "http.request.method": method}
        if label:
            attributes[CALL] = label
        return self._part(method, SpanKind.CLIENT, attributes)

    @_safely(NOTHING)
    def journal(self, call: str) -> Step:
        """Begin one call of the journal, by its name in the code."""
        return self._part(f"journal {call}", SpanKind.CLIENT, {CALL: call})

    def close(self, seconds: float) -> None:
        """Send what is left; whoever takes longer is not waited for."""
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(seconds)

    def _part(self, name: str, kind: SpanKind, attributes: Attributes) -> Step:
        whole = under_way.get().span
        if whole is None:
            return NOTHING
        context = set_span_in_context(whole, Context())
        return Step(self._tracer.start_span(name, context, kind, attributes=attributes))

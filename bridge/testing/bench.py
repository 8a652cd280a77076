"""A mapping over its CRM, as the bridge sets it up, with a hand on the wire between."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pytest

from bridge.deadline import Deadline
from bridge.errors import BridgeError, Misread, Unpresentable
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.spi.operations.operation import ODD_SHAPE
from bridge.testing.faults import HEADER, Fault
from bridge.testing.interposer import Interposer
from bridge.upstream import Answer, Gateway, UpstreamSettings
from bridge.upstream.crm.memory import Memory
from bridge.upstream.policy.verdict import Explain
from bridge.upstream.request import Request

CONTEXT = Context(
    site="kit",
    store_id="200",
    staff_id="Åsa 7",
    register_id="3",
    request_id="5f0c1a2b3c4d5e6f5f0c1a2b3c4d5e6f",
)

DEADLINE_SECONDS = 20.0
"""Above what the POS waits: a slow machine must not look like a wrong mapping."""

HANG_SECONDS = 0.03
"""How long a request waits for an answer that is not to come."""

CHANGING = (
    "create",
    "update",
    "redeem_item",
    "undo_item",
    "redeem_items",
    "undo_items",
)
"""The verbs after which the CRM may not be what it was."""

Ask = Callable[[Request, Explain | None], Answer]


@dataclass
class Trip:
    """What one mapping object asks of the CRM, and which of it is to go wrong."""

    place: int = -1
    fault: Fault | None = None
    calls: list[str] = field(default_factory=list)
    """Each request, as ``GET`` or ``POST (reads)``: a verb's first is number 0."""

    def writes(self, place: int) -> bool:
        """Whether a request may change the CRM."""
        call = self.calls[place]
        return call != "GET" and not call.endswith("(reads)")

    @property
    def last_write(self) -> int:
        """The place of the last request that may have changed the CRM."""
        return max(filter(self.writes, range(len(self.calls))))

    def meddled(self, request: Request) -> Request:
        """Note a request, and mark it if it is its turn to go wrong."""
        turn = len(self.calls) == self.place
        apart = request.reads and request.method != "GET"
        self.calls.append(f"{request.method}{' (reads)' if apart else ''}")
        if not turn or self.fault is None:
            return request
        headers = {**request.headers, HEADER: self.fault.written}
        deadline = request.deadline
        if self.fault.name == "timeout":
            deadline = Deadline(HANG_SECONDS)
        return dataclasses.replace(request, headers=headers, deadline=deadline)


@dataclass(frozen=True)
class Outcome:
    """What a verb came to."""

    trip: Trip
    value: Any = None
    error: Exception | None = None


@dataclass(frozen=True)
class Bench:
    """Makes mapping objects, one for each request, as ``bridge.site`` does."""

    mapping_class: type[Mapping]
    options: Any
    gateway: Gateway
    interposer: Interposer

    def mapping(self, trip: Trip | None = None) -> Mapping:
        """Return a mapping object; one on a ``trip`` makes its reads one by one.

        Side by side they would come in another order each time, and another one
        would go wrong.  Nothing is kept from one trip to the next, or the second would
        make other requests than the first.
        """
        deadline = Deadline(DEADLINE_SECONDS)
        upstream = self.gateway.at(deadline, CONTEXT)
        if trip is not None:
            upstream._exchange = _Meddling(upstream._exchange.answer, trip)  # type: ignore[assignment]
            upstream._memory = Memory()
            upstream.together = _one_by_one  # type: ignore[method-assign, assignment]
        mapping = self.mapping_class(self.options, upstream, CONTEXT)
        upstream.explain = mapping.explain
        return mapping

    def attempt(self, verb: str, *given: Any, trip: Trip | None = None) -> Outcome:
        """Call a verb, whatever comes of it, and wait until the CRM is still again.

        A verb that is not written yet skips the test.
        """
        trip = trip or Trip()
        mapping = self.mapping(trip)
        try:
            value = getattr(mapping, verb)(*given)
            # A history may come one purchase after the other.
            whole = [*value] if isinstance(value, Iterator) else value
            return Outcome(trip, whole)
        except NotImplementedError as error:
            to_do(error, verb)
        except ODD_SHAPE as error:
            return Outcome(trip, error=_taken_for(error, verb))
        except Exception as error:
            return Outcome(trip, error=error)
        finally:
            self.interposer.settle()

    def call(self, verb: str, *given: Any, trip: Trip | None = None) -> Any:
        """Call a verb, and return what it returns or raise what it raises."""
        outcome = self.attempt(verb, *given, trip=trip)
        if outcome.error is not None:
            raise outcome.error
        return outcome.value


@contextlib.contextmanager
def bench_for(
    mapping: type[Mapping], options: Any, settings: UpstreamSettings
) -> Iterator[Bench]:
    """Set a mapping up; nothing is tried twice, given up early or left alone."""
    with contextlib.ExitStack() as stack:
        interposer = Interposer(settings.url)
        stack.enter_context(interposer.serving())
        wire = dataclasses.replace(
            settings,
            url=interposer.url,
            proxy="",
            attempts=1,
            breaker_failures=1_000_000,
            optional_seconds=DEADLINE_SECONDS,
        )
        gateway = Gateway("kit", wire, mapping.signals)
        stack.callback(gateway.close)
        yield Bench(mapping, options, gateway, interposer)


def _taken_for(error: Exception, verb: str) -> BridgeError:
    """Return what the bridge makes of a mapping that stumbles over an odd answer.

    So a mapping may take answers apart as if they were always as they should be.
    """
    kind = Misread if verb in CHANGING else Unpresentable
    taken = kind()
    taken.__cause__ = error
    return taken


def to_do(error: NotImplementedError, what: str) -> NoReturn:
    """Skip a test whose subject is not there yet."""
    pytest.skip(f"to do: {error or what}")


class _Meddling:
    """An exchange that marks a request on its way."""

    def __init__(self, ask: Ask, trip: Trip) -> None:
        self._ask = ask
        self._trip = trip

    def answer(self, request: Request, explain: Explain | None = None) -> Answer:
        return self._ask(self._trip.meddled(request), explain)


def _one_by_one(*reads: Callable[[], Any]) -> Sequence[Any]:
    return [read() for read in reads]

"""What machines ask a process: is it alive, should it get requests, how is it doing.

Nothing here is personal or secret, so no credentials are needed; a proxy in front
should still keep ``/readyz`` and ``/metrics`` to the inside.

``/readyz`` answers 503 until this process has written to its journal once: a roll-out
with a wrong Redis address, or a Redis that takes no redeem, stops there.  After that it
stays 200 and names what is ailing as *degraded*: with Redis down customers can still be
read, and with the CRM down no other process would do better, so taking this one out of
service would only make things worse.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from flask import Blueprint, Response, current_app, g

from bridge import metrics
from bridge.arrival import Load
from bridge.deadline import Clock, Deadline
from bridge.errors import BridgeError, JournalError
from bridge.model import Context
from bridge.site import Site, System
from bridge.spi.door.answer import json_answer

blueprint = Blueprint("health", __name__)

EXTENSION = "sitoo_bridge.health"

PROBE_SECONDS = 0.7
"""Kubernetes gives a readiness probe one second unless told otherwise."""

KEEP_SECONDS = 5.0
"""Anybody may ask, so what was found is kept: the CRM is not asked for each."""

LONG_WAIT = 0.25
"""Seconds for a thread: a quarter of the time in which the POS wants its answer."""

OK = "ok"


class Health:
    """Asks the journal and every site's CRM, all at once, and remembers for a while."""

    def __init__(
        self,
        rehearse: Callable[[], None],
        sites: Iterable[Site],
        clock: Clock = time.monotonic,
        *,
        written: Callable[[], bool] = lambda: False,
    ) -> None:
        """``rehearse`` writes to the journal; ``written`` tells of anything that was.

        A redeem that has been written down says more than a rehearsal that was late.
        """
        self._probes = {"journal": rehearse}
        self._written = written
        self._systems = {
            name: (site.name, system)
            for site in sites
            for name, system in site.systems().items()
        }
        self._probes |= {
            f"crm of {name}": _probe(site, system)
            for name, (site, system) in self._systems.items()
        }
        self._clock = clock
        self._lock = threading.Lock()
        self._found: dict[str, str] = {}
        self._found_at = -KEEP_SECONDS
        self._reached_journal = False

    def report(self, load: Load | None = None) -> tuple[bool, dict[str, Any]]:
        """Return whether to send requests here, and what is known in words.

        ``load`` is the server's, if it has one to show.
        """
        with self._lock:
            if self._clock() - self._found_at >= KEEP_SECONDS:
                self._found = self._ask()
                self._found_at = self._clock()
            self._reached_journal |= self._found["journal"] == OK or self._written()
            found = self._found | ({"queue": _waits(load)} if load else {})
            ailing = {name: said for name, said in found.items() if said != OK}
            breakers = {
                name: system.gateway.state()
                for name, (_, system) in self._systems.items()
            }
        status = "degraded" if ailing else "ready"
        return self._reached_journal, {
            "status": status if self._reached_journal else "not ready",
            "ailing": ailing,
            "breakers": breakers,
        }

    def _ask(self) -> dict[str, str]:
        pool = ThreadPoolExecutor(max_workers=min(16, len(self._probes)))
        asked = {pool.submit(_say, ask): name for name, ask in self._probes.items()}
        done, late = wait(asked, timeout=PROBE_SECONDS)
        pool.shutdown(wait=False, cancel_futures=True)
        said = {asked[future]: future.result() for future in done}
        return said | {asked[future]: "No answer in time." for future in late}


def _probe(site: str, system: System) -> Callable[[], None]:
    def probe() -> None:
        system.mapping(Context(site=site), Deadline(PROBE_SECONDS)).probe()

    return probe


def _waits(load: Load) -> str:
    seconds, refused = load.lately()
    if refused:
        return f"{refused} requests were refused lately: too many are waiting."
    if seconds >= LONG_WAIT:
        return f"A request has lately waited {seconds:.2f} s for a thread."
    return OK


def _say(ask: Callable[[], None]) -> str:
    try:
        ask()
    except JournalError as error:
        return f"{error.for_support} ({error.complaint})"
    except BridgeError as error:
        return error.for_support
    except Exception as error:
        # A mapping's own mistake must not hide what the other probes found.
        return f"The probe failed ({type(error).__name__})."
    return OK


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers: nothing else is asked."""
    return json_answer({"status": "alive"})


@blueprint.get("/readyz")
def ready() -> Response:
    """Whether to send requests here, and what is ailing."""
    health: Health = current_app.extensions[EXTENSION]
    is_ready, report = health.report(g.arrival.load)
    return json_answer(report, 200 if is_ready else 503)


@blueprint.get("/metrics")
def exposition() -> Response:
    """Prometheus's text format, over all worker processes."""
    text, content_type = metrics.exposition()
    return Response(text, content_type=content_type)

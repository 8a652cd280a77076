"""A mapping with somebody on its wire: who looks on, or who answers in the CRM's place.

Below it nothing is pretended: what an answer means, the bridge decides as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bridge.deadline import Deadline
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.upstream import Gateway
from bridge.upstream.crm.memory import Memory
from bridge.upstream.policy.exchange import Exchange
from bridge.upstream.policy.retry import Retries
from bridge.upstream.request import Request
from bridge.upstream.wire.transport import Raw

SECONDS = 60.0
"""For one verb: nobody waits at a till."""

Send = Callable[[Request], Raw]

Around = Callable[[Request, Send], Raw]


def wired(
    made: type[Mapping], options: Any, gateway: Gateway, around: Around
) -> Mapping:
    """Return a mapping object, each of whose requests goes through ``around``.

    It makes its reads one by one, in the same order each time, and keeps nothing.
    """
    upstream = gateway.at(Deadline(SECONDS), Context(site=gateway.site))
    send = gateway._exchange._send
    retries = Retries(gateway.site, gateway.settings.attempts)
    upstream._exchange = Exchange(
        lambda request: around(request, send), made.signals, retries
    )
    upstream._memory = Memory()
    upstream.together = _one_by_one  # type: ignore[method-assign, assignment]
    mapping = made(options, upstream, upstream.context)
    upstream.explain = mapping.explain
    return mapping


def _one_by_one(*reads: Callable[[], Any]) -> Sequence[Any]:
    return [read() for read in reads]

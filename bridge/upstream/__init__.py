"""The one way out: every request to a CRM goes through here.

* ``gateway``: what all requests of one site and process share; it wires the rest
* ``crm/``: the CRM as a mapping sees it
* ``policy/``: what is decided around each try: retries, breaker, credentials, verdict
* ``wire/``: one try on the wire, within its time
* ``request``, ``answer``, ``settings``, ``kept``: the vocabulary of all of them
* ``trust``: which certificates are trusted

A room is opened when somebody asks for what is in it: settings and types need no HTTP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.rooms import rooms

if TYPE_CHECKING:
    from bridge.upstream.answer import Answer, Signals, quote
    from bridge.upstream.crm.cache import Cache
    from bridge.upstream.crm.calls import Upstream
    from bridge.upstream.gateway import Gateway
    from bridge.upstream.policy.bulkhead import share
    from bridge.upstream.policy.pace import NoTurns, Rate, Turns
    from bridge.upstream.settings import (
        BasicAuth,
        HeaderAuth,
        OAuth2Auth,
        UpstreamSettings,
    )

__all__ = [
    "Answer",
    "BasicAuth",
    "Cache",
    "Gateway",
    "HeaderAuth",
    "NoTurns",
    "OAuth2Auth",
    "Rate",
    "Signals",
    "Turns",
    "Upstream",
    "UpstreamSettings",
    "quote",
    "share",
]

HOMES = {
    "Answer": "answer",
    "Signals": "answer",
    "quote": "answer",
    "Cache": "crm.cache",
    "Upstream": "crm.calls",
    "Gateway": "gateway",
    "share": "policy.bulkhead",
    "NoTurns": "policy.pace",
    "Rate": "policy.pace",
    "Turns": "policy.pace",
    "BasicAuth": "settings",
    "HeaderAuth": "settings",
    "OAuth2Auth": "settings",
    "UpstreamSettings": "settings",
}
"""Where each name is at home."""

__getattr__ = rooms(__name__, HOMES)

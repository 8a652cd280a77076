"""The one way out: every request to a CRM goes through here."""

from __future__ import annotations

from bridge.upstream.answer import Answer, Signals, quote
from bridge.upstream.bulkhead import share
from bridge.upstream.cache import Cache
from bridge.upstream.calls import Upstream
from bridge.upstream.gateway import Gateway
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
    "OAuth2Auth",
    "Signals",
    "Upstream",
    "UpstreamSettings",
    "quote",
    "share",
]

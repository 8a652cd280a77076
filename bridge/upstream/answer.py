"""What a CRM answers, and how it says the same things differently from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote as _quote

from bridge.errors import NotFound

NOBODY = ("", ".", "..")


@dataclass(frozen=True)
class Signals:
    """How a CRM says "too often" and "it went wrong", where it differs from HTTP.

    Data only: a mapping with unusual answers needs no code for them.
    """

    throttled: frozenset[tuple[int, str]] = frozenset()
    """Besides 429: a status, and a text that stands anywhere in such an answer.

    ``(403, "REQUEST_LIMIT_EXCEEDED")`` (Salesforce), ``(200, "THROTTLED")`` (Shopify;
    looked for below ``faults`` only), ``(409, "")`` for any answer of a status.
    """

    retry_after: tuple[str, ...] = ("Retry-After",)
    """Headers with seconds to wait, or an HTTP date (RFC 9110, 10.2.3)."""

    retry_at: tuple[str, ...] = ()
    """Headers with the Unix time to wait for: ``X-Rate-Limit-Retry`` (Voucherify)."""

    unprocessed: frozenset[int] = frozenset({429})
    """Statuses with which this CRM has certainly done nothing: a write is retried."""

    faults: tuple[str, ...] = ()
    """Members of a 2xx body that make it a failure unless they are empty.

    ``errors`` (GraphQL), ``error`` (JSON-RPC).
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; ``body`` is parsed JSON with fractions as ``Decimal``, or ``None``.

    ``body`` is ``None`` for an empty body, and for a failure that came without JSON.
    ``headers`` are found in any spelling of upper and lower case.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: Any = field(repr=False)


def quote(value: str) -> str:
    """Make one path segment of any text: "/", "?" and "%" included.

    What would make another path of it ("" and the dots of RFC 3986, 5.2.4) is nobody's
    id: ``NotFound``.
    """
    if value in NOBODY:
        raise NotFound
    return _quote(value, safe="", errors="replace")

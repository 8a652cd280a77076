"""What ``log_wire`` shows of requests and answers: their shape, and nobody's data.

Everything is left out but what is known to be harmless: a name that is not on a list
here hides its value.  That way a CRM's new field is hidden from its first day.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bridge.upstream.request import Request
from bridge.upstream.wire.transport import Raw

log = logging.getLogger(__name__)

HARMLESS = frozenset(
    {
        *("count", "currency", "hasmore", "kind", "limit", "offset", "page", "pages"),
        *("pagesize", "total", "totalcount", "totalpages", "totalsize", "type"),
    }
)
"""Members whose values are shown, without case, "_" and "-"; only short ones."""

HARMLESS_IN_ERRORS = HARMLESS | {
    *("code", "error", "errorcode", "errortype", "key", "policyname", "statuscode"),
}
"""In a success, ``code`` may be that of a voucher."""

HEADERS = frozenset(
    {
        *("accept", "accept-encoding", "cache-control", "connection"),
        *("content-encoding", "content-length", "content-type", "date", "retry-after"),
        *("server", "traceparent", "transfer-encoding", "vary", "x-request-id"),
    }
)

HIDDEN = "***"

WORDS = frozenset(
    {
        *(
            "account",
            "accounts",
            "address",
            "addresses",
            "agreements",
            "api",
            "attributes",
        ),
        *("balance", "balances", "call", "campaigns", "cards", "catalog", "consents"),
        *("contact", "contacts", "coupons", "create", "crm", "customer", "customers"),
        *(
            "data",
            "entities",
            "find",
            "groups",
            "history",
            "identifiers",
            "interactions",
        ),
        *("json", "jsonrpc", "login", "loyalty", "me", "member", "members", "oauth"),
        *("object", "objects", "odata", "odoo", "orders", "persons", "ping", "points"),
        *("products", "profile", "profiles", "promotions", "publications", "query"),
        *("quote", "receipts", "redeem", "redemption", "redemptions", "register"),
        *("release", "rest", "rewards", "rollback", "rpc", "search", "services"),
        *("shop-api", "spend", "spends", "status", "stores", "tenant", "token"),
        *("transactions", "update", "users", "validate", "validations", "vouchers"),
    }
)
"""Segments of a path that are shown: nobody's id is one of these, and any other word of
letters may be somebody's name."""

WORD = re.compile(r"v[0-9]{1,4}(\.[0-9]{1,4})?", re.IGNORECASE)

NAME = re.compile(r"(?!.*[0-9]{4})[A-Za-z_$][A-Za-z0-9_\-]{0,40}|@odata\.[A-Za-z.]+")
"""What the name of a member looks like, and not a person's e-mail address or number."""

CODE = re.compile(r"[A-Za-z_.\-]{1,40}|[0-9]{1,6}")

DEEPEST = 12

LONGEST = 4000


def named(label: str) -> dict[str, str]:
    """Return what a line of the log says besides of a call that has a label."""
    return {"label": label} if label else {}


def show_request(site: str, request: Request) -> None:
    """Log a request, scrubbed."""
    log.info(
        "a request to the CRM",
        extra={
            "site": site,
            **named(request.label),
            "method": request.method,
            "url": scrubbed_url(request.url),
            "headers": scrubbed_headers(request.headers),
            "body": scrubbed_body(request.body, HARMLESS),
        },
    )


def show_answer(site: str, raw: Raw, label: str = "") -> None:
    """Log an answer, scrubbed."""
    names = HARMLESS if raw.status < 400 else HARMLESS_IN_ERRORS
    log.info(
        "an answer of the CRM",
        extra={
            "site": site,
            **named(label),
            "status": raw.status,
            "fault": raw.fault,
            "headers": scrubbed_headers(raw.headers),
            "body": scrubbed_body(raw.body, names),
        },
    )


def scrubbed_url(url: str) -> str:
    """Show host, words of the path and names of the query: no ids, no values."""
    parts = urlsplit(url)
    path = "/".join(map(_segment, parts.path.split("/")))
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    query = "&".join(f"{_name(name)}={HIDDEN}" for name in names)
    return f"{parts.scheme}://{parts.hostname}{path}" + (f"?{query}" if query else "")


def scrubbed_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Show all names, and the values of those that carry no credentials or data."""
    return {
        name: value if name.lower() in HEADERS else HIDDEN
        for name, value in headers.items()
    }


def scrubbed_body(body: bytes | None, names: frozenset[str]) -> str:
    """Show the shape of a JSON body, with the short values of the members ``names``.

    Of a body that is not JSON, only its size is shown.
    """
    if not body:
        return ""
    try:
        scrubbed = _Scrubber(names).scrubbed(json.loads(body), DEEPEST)
    except (ValueError, RecursionError):
        return f"{len(body)} bytes that are not JSON"
    return json.dumps(scrubbed, ensure_ascii=False)[:LONGEST]


class _Scrubber:
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def scrubbed(self, value: Any, depth: int, name: str = "") -> Any:
        if value is None or self._is_harmless(name, value):
            return value
        if depth and isinstance(value, dict):
            return {
                _name(key): self.scrubbed(inner, depth - 1, key)
                for key, inner in value.items()
            }
        if depth and isinstance(value, list):
            return [self.scrubbed(inner, depth - 1, name) for inner in value]
        return HIDDEN

    def _is_harmless(self, name: str, value: Any) -> bool:
        known = name.lower().replace("_", "").replace("-", "") in self._names
        return known and CODE.fullmatch(str(value)) is not None


def _name(name: str) -> str:
    return name if NAME.fullmatch(name) else HIDDEN


def _segment(segment: str) -> str:
    harmless = segment.lower() in WORDS or WORD.fullmatch(segment)
    return segment if not segment or harmless else HIDDEN

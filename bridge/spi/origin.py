"""Where a request comes from: store, staff, register, and the ids that trace it.

Knows the headers' names and form.  Whether the ids mean anything is the CRM's business.
"""

from __future__ import annotations

import re
import uuid
from urllib.parse import unquote_to_bytes

from werkzeug.datastructures import Headers

from bridge.errors import Invalid
from bridge.model import Context

LONGEST = 255
"""Characters of an id, decoded: far beyond any that a store or a CRM gives."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")
"""Control characters, line ends, and what stands where UTF-8 was broken."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/=-]{0,127}")

_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)
"""W3C Trace Context, section 3.2."""


def context(site: str, headers: Headers, request_id: str) -> Context:
    """Return the request's context; raise ``Invalid`` naming what header is wrong."""
    return Context(
        site=site,
        store_id=_id(headers, "Store-ID"),
        staff_id=_id(headers, "Staff-ID"),
        register_id=_id(headers, "Register-ID"),
        request_id=request_id,
        traceparent=_traceparent(headers),
    )


def request_id(headers: Headers) -> str:
    """Return the caller's ``X-Request-ID`` where it is fit for a log, or a new one."""
    offered = headers.get("X-Request-ID", "")
    return offered if _REQUEST_ID.fullmatch(offered) else uuid.uuid4().hex


def checked(name: str, value: str) -> str:
    """Return an id as it is; raise ``Invalid`` if it is too long or not plain text."""
    if len(value) > LONGEST:
        raise Invalid(f"{name} is longer than {LONGEST} characters.")
    if _UNPRINTABLE.search(value):
        raise Invalid(f"{name} is not plain text in UTF-8.")
    return value


def _id(headers: Headers, name: str) -> str:
    """Decode a header as the POS sends it: UTF-8, percent-encoded (a "+" is a plus)."""
    value = headers.get(name, "")
    if not value:
        return ""
    # WSGI hands the header's bytes over as Latin-1 characters.
    return checked(
        name, unquote_to_bytes(value.encode("latin-1")).decode(errors="replace")
    )


def _traceparent(headers: Headers) -> str:
    offered = headers.get("traceparent", "")
    return offered if _TRACEPARENT.fullmatch(offered) else ""

"""Where a request comes from: store, staff, register, and the ids that trace it.

Knows the headers' names and form.  Whether the ids mean anything is the CRM's business.
"""

from __future__ import annotations

import re
import uuid
from urllib.parse import unquote_to_bytes

from werkzeug.datastructures import Headers

from bridge import metrics
from bridge.errors import Garbled
from bridge.model import Context
from bridge.model.personal import looks_personal
from bridge.site import Site
from bridge.spi.identity.letters import written

LONGEST = 255
"""Characters of an id, decoded: far beyond any that a store or a CRM gives."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")
"""Control characters, line ends, and what stands where UTF-8 was broken."""

_REQUEST_ID = re.compile(
    r"(?!\d+$)(?:Root=|Self=|[0-9A-Fa-f])[0-9A-Fa-f;:_=-]{15,127}|[0-9A-HJKMNP-TV-Z]{26}"
)
"""What makers of such ids make: hexadecimal digits of 64 bits or more, a ULID.  Nothing
shorter, and no words: a name or a number of somebody's would come into every log."""

_NUMBERED = re.compile(
    r"~[0-9a-f]{16}|[0-9A-Fa-f-]{32,36}"
    r"|(?=[^0-9]*[0-9])(?!.*[A-Za-z]{4})[A-Za-z0-9._:-]{1,64}"
)
"""What a log keeps of a store or a register as it is: a pseudonym, a UUID, a number and
perhaps a few letters.  No words: somebody's name would come into every line."""

_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32}|0{17}\d{15})[0-9a-f]{32}"
    r"-(?!0{16}|0{4}\d{12})[0-9a-f]{16}-[0-9a-f]{2}"
)
"""W3C Trace Context, section 3.2; but what may be somebody's number behind zeros."""


def context(site: Site, headers: Headers, request_id: str) -> Context:
    """Return the request's context; raise ``Invalid`` naming what header is wrong.

    Where an id should be and somebody's personal data seems to be, a pseudonym is.
    """
    return Context(
        site=site.name,
        store_id=_discreet(site, headers, "Store-ID"),
        staff_id=_discreet(site, headers, "Staff-ID"),
        register_id=_discreet(site, headers, "Register-ID"),
        request_id=request_id,
        traceparent=traceparent(headers),
    )


def request_id(headers: Headers) -> str:
    """Return the caller's ``X-Request-ID`` where it is fit for a log, or a new one."""
    offered = headers.get("X-Request-ID", "")
    return offered if _REQUEST_ID.fullmatch(offered) else uuid.uuid4().hex


def traceparent(headers: Headers) -> str:
    """Return which trace a request belongs to, by the caller's word, or ""."""
    offered = headers.get("traceparent", "")
    return offered if _TRACEPARENT.fullmatch(offered) else ""


def told(site: Site, value: str) -> str:
    """Return a store's or register's id as a log may have it: else a pseudonym."""
    known = not value or _NUMBERED.fullmatch(value)
    return value if known else site.pseudonym(value)


def checked(name: str, value: str) -> str:
    """Return an id as it is; raise ``Invalid`` if it is too long or not plain text."""
    if len(value) > LONGEST:
        too_long = f"{name} is longer than {LONGEST} characters."
        raise Garbled(detail=too_long)
    if _UNPRINTABLE.search(value):
        raise Garbled(detail=f"{name} is not plain text in UTF-8.")
    return value


def _discreet(site: Site, headers: Headers, name: str) -> str:
    value = _id(headers, name)
    if not looks_personal(value):
        return value
    metrics.PERSONAL_HEADERS.labels(site.name, name).inc()
    return site.pseudonym(value)


def _id(headers: Headers, name: str) -> str:
    """Decode a header as the POS sends it: UTF-8, percent-encoded (a "+" is a plus)."""
    value = headers.get(name, "")
    if not value:
        return ""
    # WSGI hands the header's bytes over as Latin-1 characters.
    sent = unquote_to_bytes(value.encode("latin-1")).decode(errors="replace")
    return checked(name, written(sent))

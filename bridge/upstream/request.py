"""What a mapping asks of its CRM, before it becomes bytes."""

from __future__ import annotations

import json as _json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from bridge.deadline import Deadline
from bridge.errors import Elsewhere

Query = Mapping[str, Any] | Sequence[tuple[str, Any]]

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")

ODD_HOST = re.compile(r"[@\\\s]")
"""What a host has not, and what its readers disagree about."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Request:
    """One request to the CRM, whole: it can be sent again as it is.

    It shows neither secrets nor personal data where a traceback shows it.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    reads: bool
    """Whether it changes nothing upstream, so that asking twice does no harm."""
    deadline: Deadline
    label: str = ""
    """What the log calls it, where its address says too little."""

    whole: Deadline | None = None
    """The deadline of the answer that this one is for, where that is later."""

    tells: bool = True
    """Whether how it fails says anything about the CRM as a whole."""

    def with_headers(self, more: Mapping[str, str]) -> Request:
        """Return the same request with further headers; they win over its own."""
        if not more:
            return self
        return replace(self, headers={**self.headers, **more})


def whole_url(base: str, path: str, query: Query | None) -> str:
    """Return the address of ``path`` (whose segments are quoted) below ``base``.

    A path that is an address itself, as in a link to a next page, must lead to the
    same host: credentials go nowhere else.
    """
    if ADDRESS.match(path):
        url = _followed(path, base)
    else:
        url = base.rstrip("/") + "/" + path.lstrip("/")
    if query:
        url += ("&" if "?" in url else "?") + encoded(query)
    return url


def link_path(base: str, link: str) -> str:
    """Return a link to a next page, as a CRM gives it, as a path below ``base``."""
    above = urlsplit(base).path.rstrip("/") + "/"
    return "/" + link.removeprefix(above) if link.startswith(above) else link


def header_value(text: str) -> str:
    """Return text as a header can carry it: UTF-8, without control characters."""
    if not text.isprintable():
        text = "".join(filter(str.isprintable, text))
    return text if text.isascii() else text.encode().decode("latin-1")


def encoded(query: Query) -> str:
    """Return a query as in a URL; what is ``None`` is left out.

    Spaces become ``%20`` and not "+", which not every server reads as a space.
    """
    pairs = query.items() if isinstance(query, Mapping) else query
    return urlencode(
        [(key, _texts(value)) for key, value in pairs if value is not None],
        doseq=True,
        errors="replace",
        quote_via=quote,
    )


def as_json(value: Any) -> bytes:
    """Return JSON in UTF-8, with a ``Decimal`` written as the number it is."""
    return _json.dumps(value, default=_number, separators=(",", ":")).encode()


def _texts(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return [_texts(one) for one in value]
    return value


def _number(value: Any) -> int | float:
    # A float is written with the fewest digits that mean it: up to 15 come out as
    # they went in, so no sum of money changes on its way.
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _followed(link: str, base: str) -> str:
    """Return a link to the host of ``base`` as it can be asked for.

    One that a proxy on the way could take for another host's is refused.
    """
    try:
        parts = urlsplit(link)
        leaves = _origin(link) != _origin(base) or ODD_HOST.search(parts.netloc)
    except ValueError:
        leaves = True
    if leaves:
        raise Elsewhere(detail="The CRM pointed to another address than its own.")
    return urlunsplit(parts._replace(path=parts.path or "/", fragment=""))


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    default = 443 if parts.scheme == "https" else 80
    return parts.scheme, parts.hostname, parts.port or default

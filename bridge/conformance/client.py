"""Asks a server as Sitoo POS does, and takes whatever comes.

On plain sockets, because much of what is asked here is what a library would not send.
"""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from bridge.secret import Secret

NOT_JSON = object()
"""What stands for a body that is not JSON."""


class NoAnswer(Exception):
    """The server did not answer; the text says in which way."""


@dataclass(frozen=True)
class Answer:
    """One answer, with the seconds that it took."""

    status: int
    headers: Mapping[str, str]
    """Their names in small letters."""
    raw: bytes = field(repr=False)
    seconds: float

    @property
    def json(self) -> Any:
        """The parsed body: ``None`` if it is empty, ``NOT_JSON`` if it is not JSON."""
        if not self.raw.strip():
            return None
        try:
            return json.loads(self.raw)
        except ValueError:
            return NOT_JSON

    def __str__(self) -> str:
        """Say what it is, and nothing of what is in it."""
        return f"{self.status}, {_kind(self.json)}"


@dataclass
class Client:
    """A till at one server."""

    url: str
    user: str
    password: Secret
    timeout_seconds: float = 10.0
    answers: list[Answer] = field(default_factory=list)
    """All that has been answered."""

    def get(self, path: str, **query: str) -> Answer:
        """Read."""
        return self.call("GET", path + ("?" + urlencode(query) if query else ""))

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        login: str | None = None,
    ) -> Answer:
        """Send one request; raise ``NoAnswer``.

        ``body`` is sent as JSON, or as it is if it is bytes.  ``login`` replaces the
        credentials: ``user:password``, or "" for none.
        """
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        sent = self.headers(login) | dict(headers or {})
        if raw is not None:
            sent["Content-Type"] = "application/json"
        began = time.monotonic()
        try:
            status, received, data = self._exchange(method, path, raw, sent)
        except TimeoutError:
            raise NoAnswer(f"no answer within {self.timeout_seconds:g} s") from None
        except (OSError, HTTPException) as error:
            raise NoAnswer(f"no answer ({type(error).__name__})") from None
        answer = Answer(status, received, data, time.monotonic() - began)
        self.answers.append(answer)
        return answer

    def _exchange(
        self, method: str, path: str, raw: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        host = parts.hostname or ""
        connection = kind(host, parts.port, timeout=self.timeout_seconds)
        try:
            target = parts.path.rstrip("/") + path
            connection.request(method, target, raw, dict(headers))
            received = connection.getresponse()
            lower = {name.lower(): value for name, value in received.getheaders()}
            return received.status, lower, received.read()
        finally:
            connection.close()

    def headers(self, login: str | None = None) -> dict[str, str]:
        """Return what every request says: who asks, and what is understood."""
        pair = f"{self.user}:{self.password.reveal()}" if login is None else login
        accept = {"Accept": "application/json"}
        if not pair:
            return accept
        return accept | {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def segment(value: str) -> str:
    """Make one segment of a path of any text."""
    return quote(value, safe="")


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    if value is NOT_JSON:
        return "not JSON"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "an Error" if "errortext" in value else "an object"
    return "a single value"

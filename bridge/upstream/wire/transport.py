"""One request on the wire, once: sent and answered within its attempt's time, or not.

Knows no retry, no breaker and no meaning of a status.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)

from bridge.upstream.request import Request
from bridge.upstream.settings import UpstreamSettings
from bridge.upstream.wire.adapter import Adapter, prepared
from bridge.upstream.wire.attempt import Attempt, current

# At DEBUG, and in some warnings, urllib3 logs addresses with their query, and in there
# are e-mail addresses and phone numbers.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class NoAnswer(Exception):
    """A try that ended without an answer.

    ``reason`` is one of a few words, ``detail`` the kind of error below: no addresses.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class NotSent(NoAnswer):
    """Nothing reached the CRM."""


class Lost(NoAnswer):
    """The request was sent, in whole or in part."""


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as bytes; ``body`` is ``None`` if it could not be read to its end."""

    status: int
    headers: Any = field(repr=False)
    body: bytes | None = field(repr=False)
    fault: str = ""
    """Why it could not be read: "cut off", "garbled" or "too large"."""


NO_TIME = "no time left"
CERTIFICATE = "certificate"
PROXY = "proxy refused"
TIMEOUT = "timeout"

TIMEOUTS = (requests.Timeout, ReadTimeoutError, TimeoutError)

Send = Callable[[Request], Raw]
"""Sends one try; raises ``NotSent`` or ``Lost``."""

WRITE_IDLE_SECONDS = 3.0
"""A write takes no connection that was idle for longer.

Servers close idle connections after 5 s or more (Node.js, Apache); a write that meets
the close on its way has an unknown outcome, and that costs more than a handshake.
"""


class Transport:
    """The kept connections of one site and process."""

    def __init__(self, settings: UpstreamSettings, connections: int) -> None:
        self._settings = settings
        self._limit = settings.response_limit_bytes
        self._proxies = _proxies(settings.proxy)
        self._adapter = Adapter(settings.ca_file, connections)

    def send(self, request: Request) -> Raw:
        """Send the request and read the answer.  Raises ``NotSent`` or ``Lost``."""
        if request.deadline.passed:
            raise NotSent(NO_TIME)
        current.attempt = attempt = self._attempt(request)
        try:
            response = self._adapter.send(
                prepared(request),
                stream=True,
                timeout=(attempt.connect_seconds, attempt.read_seconds),
                proxies=self._proxies,
            )
            return self._read(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            failure = _failure(error, attempt)
        finally:
            current.attempt = None
        # Out here, so that no traceback leads to the error's own text: it has the URL.
        raise failure

    def close(self) -> None:
        """Close the kept connections."""
        self._adapter.close()

    def _attempt(self, request: Request) -> Attempt:
        idle = self._settings.idle_seconds
        return Attempt(
            request.deadline,
            connect_seconds=self._settings.connect_timeout_seconds,
            read_seconds=self._settings.read_timeout_seconds,
            idle_seconds=idle if request.reads else min(idle, WRITE_IDLE_SECONDS),
        )

    def _read(self, response: requests.Response) -> Raw:
        raw, limit = response.raw, self._limit
        status, headers = response.status_code, response.headers
        try:
            body = raw.read(limit + 1, decode_content=True)
        except DecodeError:
            fault = "garbled"
        except (HTTPError, OSError):
            fault = "cut off"
        else:
            if len(body) <= limit:
                return Raw(status, headers, body)
            fault = "too large"
        raw.close()
        return Raw(status, headers, None, fault)


def _proxies(proxy: str) -> dict[str, str] | None:
    return {"http": proxy, "https": proxy} if proxy else None


def _failure(error: Exception, attempt: Attempt) -> NoAnswer:
    """Say what an error of ``requests`` means for what the CRM can have seen."""
    sent, cause = attempt.sent, _cause(error)
    if sent is None:
        # No socket was used at all, which only stand-ins for the adapter do.
        sent = not isinstance(error, requests.ConnectionError)
        sent = sent or isinstance(cause, ProtocolError)
    detail = type(cause).__name__
    if sent:
        timed_out = isinstance(error, TIMEOUTS)
        return Lost(TIMEOUT if timed_out else "reset", detail)
    if attempt.deadline.passed:
        return NotSent(NO_TIME, detail)
    if "CERTIFICATE_VERIFY_FAILED" in str(cause) or "doesn't match" in str(cause):
        return NotSent(CERTIFICATE, _openssl_says(str(cause)))
    if isinstance(cause, ProxyError) and "Tunnel connection failed" in str(cause):
        # http.client: the proxy is there and answers CONNECT, but not with a 200.
        return NotSent(PROXY, detail)
    return NotSent("no connection", detail)


def _openssl_says(text: str) -> str:
    """Return why a certificate is not trusted, without where OpenSSL found it."""
    found = re.search(r"certificate verify failed: (.+?)\.? \(_ssl", text)
    return found[1] if found else "the name in it is another one"


def _cause(error: Exception) -> object:
    """Return the error that ``requests`` and urllib3 have wrapped."""
    inner = error.args[0] if error.args else error
    if not isinstance(inner, Exception):
        return error
    return getattr(inner, "reason", inner)

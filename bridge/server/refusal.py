"""What the server answers by itself, before the application sees a request.

Each of these is the SPI's error object, too.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterable
from http import HTTPStatus

from gunicorn.http import errors

from bridge.errors import TooLate, own_text
from bridge.language import _, reader
from bridge.spi.door.answer import text_of

REFUSED = {
    errors.LimitRequestLine: 414,
    errors.LimitRequestHeaders: 431,
    errors.ExpectationFailed: 417,
    errors.UnsupportedTransferCoding: 501,
    errors.ForbiddenProxyRequest: 403,
    ssl.SSLError: 403,
}
"""The statuses for what is not simply a bad request."""

OWN_FAULTS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)
"""The application, not the client, is to blame for these."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def status_of(error: BaseException) -> int:
    """Return the status for what the parser or the application has raised."""
    if isinstance(error, OWN_FAULTS):
        return 500
    for kind, status in REFUSED.items():
        if isinstance(error, kind):
            return status
    return 400 if isinstance(error, errors.ParseException) else 500


class Refusals:
    """The answers, said to cashiers: made once, for when they are needed, many are."""

    def __init__(self, languages: Iterable[str]) -> None:
        """Whose till it is, is not known yet: it is said in each of the languages."""
        self._readers = [reader(one) for one in dict.fromkeys(languages)]
        self.busy = self.answer(503, TOO_MANY, AGAIN)
        self.busy_and_closed = self.answer(503, TOO_MANY, AGAIN, CLOSE)
        self.too_slow = self.answer(408, TOO_SLOW, CLOSE)
        self.crowded = self.answer(503, CROWDED, AGAIN, CLOSE)

    def answer(self, status: int, text: str = "", *headers: str) -> bytes:
        """Return a whole error answer; without a text it says what the status means."""
        said = [one.say(text or text_of(status)) for one in self._readers]
        error = {"errortext": " / ".join(said), "statuscode": status}
        body = json.dumps(error, ensure_ascii=False).encode()
        head = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            *headers,
            "Content-Type: application/json",
            "Cache-Control: no-store",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*head, "", ""]).encode() + body


CLOSE = "Connection: close"

AGAIN = "Retry-After: 1"

TOO_MANY = own_text(TooLate)

TOO_SLOW = _(
    "The network is too slow just now. Try again; if it goes on, call support."
)

CROWDED = _(
    "Too many tills are connected from here. Try again in a moment; if it goes on, "
    "call support."
)

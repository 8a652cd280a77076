"""What every answer of the service looks like: JSON, and one form for all errors.

Knows nothing of customers or redeems.  SPI: Error, with the HTTP status in it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping as Table
from typing import Any

from flask import Response, g, has_app_context

from bridge.errors import BridgeError, Garbled, own_text
from bridge.language import _, reader
from bridge.spi.door.auth import CHALLENGE

TEXTS = {
    400: own_text(Garbled),
    404: _("The till asks for something that is not here. Call support."),
    405: _("The till asks in a way that is not known here. Call support."),
    413: _("The till sent more than can be taken in. Call support."),
    415: own_text(Garbled),
    500: _("Something went wrong. Try again; if it goes on, call support."),
}
"""For what the framework refuses; its own texts are for browsers."""


def text_of(status: int) -> str:
    """Return what a status means to a cashier, where nobody says it better."""
    return TEXTS.get(status) or TEXTS[500 if status >= 500 else 400]


ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Most of what is answered is somebody's personal data: nobody on the way keeps it."""


def json_answer(value: Any, status: int = 200) -> Response:
    """Return compact JSON in UTF-8; half a surrogate pair from a CRM becomes "?"."""
    body = ENCODER.encode(value).encode("utf-8", "replace")
    return Response(body, status, HEADERS, content_type="application/json")


def empty_answer(status: int = 200) -> Response:
    """Return an answer without a body, and so without a type."""
    answer = Response(status=status)
    del answer.headers["Content-Type"]
    return answer


def error_answer(
    status: int, errortext: str = "", headers: Table[str, str] | None = None
) -> Response:
    """Return the SPI's Error; without a text, it says what the status means."""
    text = errortext or text_of(status)
    language = "en"
    if has_app_context():
        g.said, language = text, g.get("language", "en")
    said = reader(language).say(text)
    answer = json_answer({"errortext": said, "statuscode": status}, status)
    answer.headers.update(headers or {})
    if status == 401:
        answer.headers["WWW-Authenticate"] = CHALLENGE
    return answer


def refusal(
    error: BridgeError, status: int | None = None, errortext: str = ""
) -> Response:
    """Answer a ``BridgeError``, with its own status and text where none are given."""
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    return error_answer(status or error.status, errortext or error.errortext, headers)

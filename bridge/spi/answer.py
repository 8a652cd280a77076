"""What every answer of the service looks like: JSON, and one form for all errors.

Knows nothing of customers or redeems.  SPI: Error, with the HTTP status in it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping as Table
from http import HTTPStatus
from typing import Any

from flask import Response

from bridge.errors import BridgeError
from bridge.spi.auth import CHALLENGE

TEXTS = {
    404: "There is nothing at this path.",
    405: "This path does not take that method.",
    413: "The body is too large.",
    415: "The body must be JSON, and say so: Content-Type: application/json.",
}
"""For what the framework refuses; its own texts are for browsers."""

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
    text = errortext or TEXTS.get(status) or f"{HTTPStatus(status).phrase}."
    answer = json_answer({"errortext": text, "statuscode": status}, status)
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

"""Turns whatever goes wrong, anywhere in the service, into the SPI's Error.

Operations answer their own refusals; this is for all the rest: the framework's 404 and
405, credentials that open nothing, and mistakes of ours.
"""

from __future__ import annotations

import logging

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from bridge.errors import BridgeError
from bridge.language import Situation, _
from bridge.spi.door.access_log import note, note_error
from bridge.spi.door.answer import error_answer, refusal

log = logging.getLogger(__name__)

MISTAKE = _(
    "Something went wrong. Try again; if it goes on, call support: {request_id}"
)

PASSED_ON = ("Allow", "Retry-After")
"""The headers of the framework's own answers that mean something to a client."""


def install(app: Flask) -> None:
    """Answer every error of the application in one form."""
    app.register_error_handler(HTTPException, _refused_by_framework)
    app.register_error_handler(BridgeError, _refused)
    app.register_error_handler(Exception, _mistake)


def _refused_by_framework(error: HTTPException) -> Response:
    headers = {
        name: value
        for name, value in error.get_headers(request.environ)
        if name in PASSED_ON
    }
    return error_answer(error.code or 500, headers=headers)


def _refused(error: BridgeError) -> Response:
    note_error(error)
    return refusal(error)


def _mistake(error: Exception) -> Response:
    note(error=type(error).__name__)
    log.error("a mistake in the bridge or a mapping", exc_info=error)
    return error_answer(500, Situation(MISTAKE, request_id=g.request_id))

"""Reads the path of a request: once, in the one spelling that each door has.

An id is the CRM's and opaque: any text, a slash included.  A slash in one arrives as
"%2F", which WSGI decodes before anybody routes; so the path is decoded again here, with
a stand-in for it.  Everything else of a path has to be spelled as it is: what a proxy
in front denies under its plain name must not open under another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, request
from werkzeug.routing import BaseConverter, ValidationError

from bridge.spi.door.answer import error_answer
from bridge.spi.identity.letters import written

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SLASH = "\ufdd0"
"""A code point that Unicode promises never to give to a character."""

TARGET = re.compile(r"(?:https?://[^/?#]+)?(/[^?]*)?", re.IGNORECASE)
"""What a request may ask for, up to its query: RFC 9112, section 3.2."""

SPELLED = "sitoo_bridge.path"
"""Where the path stands in a request's WSGI environment, as the client spelled it."""


class IdConverter(BaseConverter):
    """An id: one segment of a path, as the CRM spells it."""

    def to_python(self, value: str) -> str:
        spelled = written(value.replace(SLASH, "/"))
        # Nothing that anybody can see: no id, and to a CRM it may mean all customers.
        if not spelled:
            raise ValidationError
        return spelled

    def to_url(self, value: Any) -> str:
        return super().to_url(value).replace("/", "%2F")


class OneSpelling:
    """A WSGI application in front of another, which it tells the path as it is."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Read PATH_INFO anew where the server says what was sent: gunicorn does."""
        raw = environ.get("RAW_URI", "")
        if raw:
            target = TARGET.match(raw)
            path = (target and target[1]) or ""
            path = path.removeprefix(environ.get("SCRIPT_NAME", ""))
            environ[SPELLED], environ["PATH_INFO"] = path, _decoded(path)
        else:
            environ[SPELLED] = environ.get("PATH_INFO", "")
        return self._application(environ, start_response)


def install(app: Flask) -> None:
    """Know ``<id:...>`` in routes, and take every path as it is."""
    app.url_map.converters["id"] = IdConverter
    # A redirect to a tidier path would be neither an answer nor an SPI error.
    app.url_map.merge_slashes = False
    app.wsgi_app = OneSpelling(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(_refuse_other_spellings)


def nothing_there() -> Response:
    """Answer as for a path without a route: nothing of the page that is there."""
    request.url_rule = None
    return error_answer(404)


def _refuse_other_spellings() -> Response | None:
    """Answer 404 where routing was more lenient than whoever guards the path is."""
    if request.url_rule is None:
        return None
    known = request.url_rule.rule.split("/")
    sent = request.environ[SPELLED].split("/")
    for rule, segment in zip_longest(known, sent, fillvalue=""):
        if rule.startswith("<id:"):
            continue
        if "%" in segment or not (rule.startswith("<") or rule == segment):
            return nothing_there()
        if rule.startswith("<path:"):
            return None  # a file's name, or a page's that is not there
    return None


def _decoded(path: str) -> str:
    parts = path.replace("%2f", "%2F").split("%2F")
    decoded = SLASH.encode().join(map(unquote_to_bytes, parts))
    # WSGI hands bytes over as Latin-1 characters (PEP 3333).
    return decoded.decode("latin-1")

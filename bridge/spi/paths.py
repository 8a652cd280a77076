"""Lets an id in a path be any text, a slash included.

An id is the CRM's and opaque.  A slash in one arrives as "%2F", which WSGI decodes
before anybody routes; so the path is decoded again here, with a stand-in for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask
from werkzeug.routing import BaseConverter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SLASH = "\ufdd0"
"""A code point that Unicode promises never to give to a character."""


class IdConverter(BaseConverter):
    """An id: one segment of a path, as the CRM spells it."""

    def to_python(self, value: str) -> str:
        return value.replace(SLASH, "/")

    def to_url(self, value: Any) -> str:
        return super().to_url(value).replace("/", "%2F")


class SlashesInIds:
    """A WSGI application in front of another, for which it keeps "%2F" apart."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Mend PATH_INFO where the server says what the path was: gunicorn does."""
        raw = environ.get("RAW_URI", "")
        if "%2f" in raw.lower():
            environ["PATH_INFO"] = _decoded(raw, environ.get("SCRIPT_NAME", ""))
        return self._application(environ, start_response)


def install(app: Flask) -> None:
    """Know ``<id:...>`` in routes, and take every path as it is."""
    app.url_map.converters["id"] = IdConverter
    # A redirect to a tidier path would be neither an answer nor an SPI error.
    app.url_map.merge_slashes = False
    app.wsgi_app = SlashesInIds(app.wsgi_app)  # type: ignore[method-assign]


def _decoded(raw: str, prefix: str) -> str:
    # urlsplit would take "//x" for a host.
    path = raw.partition("?")[0] if raw.startswith("/") else urlsplit(raw).path
    parts = path.removeprefix(prefix).replace("%2f", "%2F").split("%2F")
    decoded = SLASH.encode().join(map(unquote_to_bytes, parts))
    # WSGI hands bytes over as Latin-1 characters (PEP 3333).
    return decoded.decode("latin-1")

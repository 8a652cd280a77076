"""The page that shows the API description and lets one try it: Swagger UI.

Every script and style comes from this process: the page works without the internet, and
a strict Content-Security-Policy can hold.
"""

from __future__ import annotations

from importlib import resources

from flask import Blueprint, Response, current_app, send_from_directory

from bridge.spi.description.openapi import describe
from bridge.spi.door.answer import json_answer

blueprint = Blueprint("docs", __name__, static_folder="static", static_url_path="/docs")

SWAGGER_UI = str(resources.files("flask_swagger_ui") / "dist")

EXTENSION = "sitoo_bridge.openapi"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""``data:`` is for the icons inside Swagger UI's own style sheet."""


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The API description: nothing in it is secret, so it needs no credentials."""
    kept = current_app.extensions
    if EXTENSION not in kept:
        kept[EXTENSION] = describe(current_app)
    return json_answer(kept[EXTENSION])


@blueprint.get("/docs")
def page() -> Response:
    """The page itself."""
    return blueprint.send_static_file("docs.html")


@blueprint.get("/docs/swagger-ui/<path:name>")
def swagger_ui(name: str) -> Response:
    """One of Swagger UI's own files."""
    return send_from_directory(SWAGGER_UI, name, max_age=3600)


@blueprint.after_request
def _with_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

"""What stands at ``/``: the ways to everything else that people look for here.

Of what is at the other listener, or switched off, nothing is said.
"""

from __future__ import annotations

from html import escape

from flask import Blueprint, Response, current_app, url_for

from bridge.spi.door.inside import is_here

blueprint = Blueprint("entrance", __name__)

WAYS = {
    "docs.page": "Try the Sitoo CRM SPI",
    "docs.openapi": "Its description (OpenAPI)",
    "journal.redeems": "The journal of redeems, for support",
    "health.alive": "Is it alive?",
    "health.ready": "Is it ready?",
    "health.exposition": "How is it doing? (Prometheus)",
}
"""By their endpoints."""

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>sitoo-crm-bridge</title>
</head>
<body>
  <main>
    <h1>sitoo-crm-bridge</h1>
    <ul>
{ways}
    </ul>
  </main>
</body>
</html>
"""


@blueprint.get("/")
def page() -> Response:
    """Lead on to what there is."""
    ways = [
        f'      <li><a href="{escape(url_for(endpoint))}">{what}</a></li>'
        for endpoint, what in WAYS.items()
        if endpoint in current_app.view_functions and is_here(endpoint)
    ]
    answer = Response(PAGE.format(ways="\n".join(ways)), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer

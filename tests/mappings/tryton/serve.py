"""Serves Tryton: ``python serve.py PORT``, 0 for any, in Tryton's own environment.

``TRYTOND_CONFIG`` and ``TRYTOND_DATABASE_NAMES`` say what to serve.  The WSGI
application is the one that a web server runs in production; ``ready PORT`` is printed
once it listens.
"""

import sys

from trytond.application import app
from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Keeps connections open, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """Leave it to Tryton's own log."""


port = int(sys.argv[1])
server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
print(f"ready {server.port}", flush=True)
server.serve_forever()

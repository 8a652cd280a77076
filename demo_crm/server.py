"""HTTP: reads a request, has it answered, and writes the answer in one go.

It knows nothing of contacts or items.  Faults are played here, where they are meant to
hurt: on the wire.
"""

from __future__ import annotations

import json
import sys
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from demo_crm.faults import Faults, Rule
from demo_crm.refusal import Refusal
from demo_crm.routes import Reply, answer
from demo_crm.state import Json, State

API_KEY = "demo-crm-key"
LARGEST_BODY = 1 << 20

FOR_TESTS = {"/faults", "/ledger", "/reset", "/grants"}
"""What only tests call: never slow and never faulty."""


class Server(ThreadingHTTPServer):
    """The CRM at work.  Port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, state: State, port: int = 0, latency_ms: float = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.state = state
        self.faults = Faults()
        self.latency_seconds = latency_ms / 1000

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def server_bind(self) -> None:
        """Bind without asking the name service who we are."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a caller who hung up; anything else is a bug to see."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def serve(self) -> None:
        target = urlsplit(self.path)
        try:
            body = self._body()
        except Refusal as refusal:
            self._send(written(refusal.status, refusal.body))
            return
        if self.headers.get("X-Api-Key") != API_KEY:
            self._send(written(401, {"error": {"code": "BAD_KEY"}}))
        elif target.path in FOR_TESTS:
            self._send(written(*self._for_tests(target.path, target.query, body)))
        else:
            time.sleep(self.server.latency_seconds)
            self._send(self._answered(target.path, target.query, body))

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = serve

    def _for_tests(self, path: str, query: str, body: Json) -> Reply:
        if path != "/faults":
            return self._work(path, query, body)
        try:
            if self.command == "DELETE":
                self.server.faults.clear()
            elif self.command == "POST":
                self.server.faults.add(body)
        except Refusal as refusal:
            return refusal.status, refusal.body
        return 200, {"met": self.server.faults.met}

    def _answered(self, path: str, query: str, body: Json) -> bytes:
        rule = self.server.faults.take(self.command, path, query)
        if rule is None:
            return written(*self._work(path, query, body))
        reply = self._work(path, query, body) if rule.done else None
        rule.wait()
        if rule.kind == "slow":
            return written(*(reply or self._work(path, query, body)))
        self.close_connection = rule.kind in BROKEN_OFF
        return spoilt(rule, written(*(reply or (200, {}))))

    def _work(self, path: str, query: str, body: Json) -> Reply:
        given = dict(parse_qsl(query, keep_blank_values=True))
        return answer(self.server.state, self.command, path, given, body)

    def _body(self) -> Json:
        """Read the body, also where nobody wants it: the connection is kept."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            raise Refusal(413, "TOO_LARGE")
        raw = self.rfile.read(length)
        try:
            body = json.loads(raw or b"{}")
        except ValueError:
            raise Refusal(400, "BAD_JSON") from None
        if not isinstance(body, dict):
            raise Refusal(400, "BAD_JSON")
        return body

    def _send(self, raw: bytes) -> None:
        if raw:
            self.wfile.write(raw)

    def log_message(self, *args: Any) -> None:
        """Keep quiet: several hundred calls a second."""


BROKEN_OFF = {"truncated", "hang", "drop_before", "drop_after"}
"""The faults after which the connection is gone."""

PAGE = "<!doctype html><h1>Underhåll: vi är strax tillbaka</h1>".encode()


def written(status: int, body: Any, *headers: str) -> bytes:
    """Write a whole answer."""
    raw = json.dumps(body, ensure_ascii=False).encode()
    return framed(status, "application/json; charset=utf-8", raw, *headers)


def framed(status: int, content_type: str, raw: bytes, *headers: str) -> bytes:
    """Put a head before a body."""
    head = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(raw)}",
        *headers,
    ]
    return "\r\n".join([*head, "", ""]).encode() + raw


def spoilt(rule: Rule, whole: bytes) -> bytes:
    """Return what a faulty CRM sends in the place of a whole answer."""
    if rule.kind.isdigit():
        headers = [f"Retry-After: {rule.retry_after}"] if rule.retry_after else []
        return written(int(rule.kind), {"error": {"code": "FAULT"}}, *headers)
    if rule.kind == "garbage":
        return framed(200, "application/json", b'{"id": "a26d8975-3b86-43c0-9b1')
    if rule.kind == "html":
        return framed(200, "text/html; charset=utf-8", PAGE)
    if rule.kind == "truncated":
        return whole[: -max(1, len(whole.partition(b"\r\n\r\n")[2]) // 2)]
    return b""

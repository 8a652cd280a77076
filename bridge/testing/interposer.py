"""Stands between a mapping and its CRM, and does to a request what it asks for.

A real server with real sockets: what it does wrong goes through the same code as what a
CRM does wrong.  Knows nothing of mappings.
"""

from __future__ import annotations

import contextlib
import json
import select
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from bridge.testing.faults import HEADER, PAGE, PROBLEM, Fault, fault_written
from bridge.testing.local import LocalHandler, LocalServer

PATIENCE_SECONDS = 30.0

HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding"}

JSON = [("Content-Type", "application/json; charset=utf-8")]
HTML = [("Content-Type", "text/html; charset=utf-8")]


@dataclass(frozen=True)
class Reply:
    """A CRM's answer on its way back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


NOT_ASKED = Reply(200, JSON, b"{}")


class Interposer(LocalServer):
    """Passes on to ``target``, the address that a CRM's API begins at."""

    def __init__(self, target: str) -> None:
        super().__init__(_Handler)
        self.target = urlsplit(target)
        self.url = self.origin + self.target.path
        self._asking = 0
        self._changed = threading.Condition()

    def connect(self) -> HTTPConnection:
        """Return a new way to the CRM."""
        kind = HTTPSConnection if self.target.scheme == "https" else HTTPConnection
        host = self.target.hostname or ""
        return kind(host, self.target.port, timeout=PATIENCE_SECONDS)

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Count a request as under way at the CRM."""
        with self._changed:
            self._asking += 1
        try:
            yield
        finally:
            with self._changed:
                self._asking -= 1
                self._changed.notify_all()

    def settle(self) -> None:
        """Wait until the CRM has done all that it was asked to do."""
        with self._changed:
            done = self._changed.wait_for(lambda: not self._asking, PATIENCE_SECONDS)
        assert done, f"the CRM was still at work after {PATIENCE_SECONDS:.0f} s"


class _Handler(LocalHandler):
    server: Interposer

    def setup(self) -> None:
        super().setup()
        self.crm = self.server.connect()

    def finish(self) -> None:
        self.crm.close()
        super().finish()

    def pass_on(self) -> None:
        body = self.body()
        fault = fault_written(self.headers.get(HEADER, ""))
        reply = NOT_ASKED
        if fault.done or not fault.name:
            with self.server.asking():
                reply = self._asked(body)
        self._play(fault, reply)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on

    def _asked(self, body: bytes) -> Reply:
        """Ask the CRM; to one on this machine, its address is the one asked at.

        Then the addresses that it answers with lead here again.
        """
        dropped = HOP_BY_HOP | {HEADER.lower()}
        if self.server.target.scheme == "https":
            dropped |= {"host"}
        headers = {k: v for k, v in self.headers.items() if k.lower() not in dropped}
        self.crm.request(self.command, self.path, body or None, headers)
        answer = self.crm.getresponse()
        kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in HOP_BY_HOP]
        return Reply(answer.status, kept, answer.read())

    def _play(self, fault: Fault, reply: Reply) -> None:
        match fault.name:
            case "":
                self.send(reply.status, reply.headers, reply.body)
            case "timeout":
                # Readable means that the client has given up and closed.
                select.select([self.connection], [], [], PATIENCE_SECONDS)
                self.close_connection = True
            case "reset":
                self.reset()
            case "empty":
                self.send(200, [], b"")
            case "html":
                self.send(200, HTML, PAGE.encode())
            case "truncated":
                body = reply.body or b"{}"
                half = body[: len(body) // 2]
                self.send(200, reply.headers, half, announced=len(body))
                self.close_connection = True
            case "proxy":
                self.send(fault.status, HTML, PAGE.encode())
            case status:
                body = json.dumps(PROBLEM, ensure_ascii=False).encode()
                self.send(int(status), JSON, body)

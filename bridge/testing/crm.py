"""A CRM of your own making, for tests: its API as far as a mapping uses it.

Write one where the real CRM has nothing to test against, and make it *unforgiving*: it
must refuse whatever the real one refuses.
"""

from __future__ import annotations

import json
import re
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from bridge.testing.local import LocalHandler, LocalServer

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True)
class Call:
    """One request: ``body`` is its parsed JSON, ``query`` has single values."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class Refusal(Exception):
    """An answer other than 200, for an endpoint to raise."""

    def __init__(self, status: int, body: Any = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def on(method: str, path: str) -> Callable[[Endpoint], Endpoint]:
    """Have a method of a ``FakeCrm`` answer a path: ``on("GET", "/people/{number}")``.

    The method is called with the ``Call`` and the parts in braces, unquoted.  It
    returns what becomes the JSON of a 200, or raises ``Refusal``.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        pattern = re.compile(re.sub(r"\{\w+\}", "([^/]+)", path))
        endpoint.answers = method, pattern  # type: ignore[attr-defined]
        return endpoint

    return mark


class FakeCrm:
    """Answers on a port of this machine within a ``with`` statement.

    Calls are carried out one after the other, so endpoints need no locks.
    """

    def __init__(self, port: int = 0) -> None:
        """Listen on ``port``, or on a free one."""
        self._server = _Server(self, port)
        self._lock = threading.RLock()
        self._open = ExitStack()
        self._endpoints = list(self._found())

    @property
    def url(self) -> str:
        """Where its API begins."""
        return self._server.origin

    def answer(self, call: Call) -> Any:
        """Carry out one call: return the JSON of a 200, or raise ``Refusal``."""
        known = False
        for method, pattern, endpoint in self._endpoints:
            if found := pattern.fullmatch(call.path):
                if method == call.method:
                    return endpoint(call, *map(unquote, found.groups()))
                known = True
        raise Refusal(405 if known else 404)

    def answered(self, call: Call) -> tuple[int, Any]:
        """Carry out one call, and return status and JSON."""
        with self._lock:
            try:
                return 200, self.answer(call)
            except Refusal as refusal:
                return refusal.status, refusal.body
            except Exception:
                # A mistake in the fake: pytest shows it beside the test that failed.
                traceback.print_exc()
                return 500, None

    def __enter__(self) -> Self:
        self._open.enter_context(self._server.serving())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def _found(self) -> Iterator[tuple[str, re.Pattern[str], Callable[..., Any]]]:
        for name in dir(type(self)):
            answers = getattr(getattr(type(self), name), "answers", None)
            if answers:
                method, pattern = answers
                yield method, pattern, getattr(self, name)


class _Server(LocalServer):
    def __init__(self, crm: FakeCrm, port: int) -> None:
        super().__init__(_Handler, port)
        self.crm = crm


class _Handler(LocalHandler):
    server: _Server

    def respond(self) -> None:
        target = urlsplit(self.path)
        raw = self.body()
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            self._send_json(400, None)
            return
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, target.path, query, headers, body)
        self._send_json(*self.server.crm.answered(call))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = respond

    def _send_json(self, status: int, body: Any) -> None:
        raw = b"" if body is None else json.dumps(body).encode()
        self.send(status, [("Content-Type", "application/json")], raw)

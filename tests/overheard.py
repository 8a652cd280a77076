"""A CRM whose callers are listened to: what the bridge sends, header by header."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from bridge.testing.local import LocalHandler, LocalServer


@dataclass(frozen=True)
class Heard:
    method: str
    path: str
    headers: Any


@dataclass
class Overheard:
    """Stands in front of a CRM and hands everything on, unchanged."""

    url: str
    heard: list[Heard] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        """Return a header's value in each request, "" where there is none."""
        return [one.headers.get(name, "") for one in self.heard]


@contextmanager
def overheard(crm: str) -> Iterator[Overheard]:
    """Listen in front of the CRM at an address."""
    with requests.Session() as session:
        session.trust_env = False

        class Handler(LocalHandler):
            def do(self) -> None:
                known.heard.append(Heard(self.command, self.path, self.headers))
                answer = session.request(
                    self.command,
                    crm + self.path,
                    data=self.body(),
                    headers={**self.headers, "Accept-Encoding": "identity"},
                    timeout=20,
                )
                names = {"Content-Type", "Retry-After", "ETag"} & {*answer.headers}
                headers = [(name, answer.headers[name]) for name in sorted(names)]
                self.send(answer.status_code, headers, answer.content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do

        server = LocalServer(Handler)
        known = Overheard(server.origin)
        with server.serving():
            yield known

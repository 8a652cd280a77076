"""Small files over a small CRM: what the demo CRM has no use for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bridge.deadline import Deadline
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.testing import Call, FakeCrm, UpstreamSettings, described
from bridge.upstream import Gateway

CONTEXT = Context(site="shop", store_id="200")


class Answers(FakeCrm):
    """Answers whatever it is told to, and keeps what it was asked."""

    def __init__(self, *answers: Any) -> None:
        super().__init__()
        self.answers = [*answers]
        self.calls: list[Call] = []

    def answer(self, call: Call) -> Any:
        self.calls.append(call)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def asked(self) -> list[str]:
        return [f"{call.method} {call.path}" for call in self.calls]


def compiled(directory: Path, text: str) -> type[Mapping]:
    file = directory / "crm.yaml"
    file.write_text(text, "utf-8")
    return described(file)[0]


@contextlib.contextmanager
def connected(
    directory: Path, text: str, *answers: Any
) -> Iterator[tuple[Mapping, Answers]]:
    """Make a mapping of a file, over a CRM that gives these answers."""
    made = compiled(directory, text)
    with Answers(*answers) as crm:
        settings = UpstreamSettings(crm.url, attempts=1)
        gateway = Gateway("shop", settings, made.signals)
        upstream = gateway.at(Deadline(20), CONTEXT)
        mapping = made(None, upstream, CONTEXT)
        upstream.explain = mapping.explain
        yield mapping, crm
        gateway.close()

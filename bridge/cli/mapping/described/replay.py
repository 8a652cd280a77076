"""A file asked again what was recorded, with the recording in the CRM's place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bridge.cli.mapping.described.reading import answered
from bridge.cli.mapping.described.recording import Asked, Read, Recording, plain
from bridge.cli.mapping.described.scrubbing import ELSEWHERE
from bridge.cli.mapping.described.wire import Send, wired
from bridge.mapping import Mapping
from bridge.upstream import Gateway, UpstreamSettings
from bridge.upstream.request import Request, as_json
from bridge.upstream.wire.body import parsed
from bridge.upstream.wire.transport import Raw


class NotRecorded(Exception):
    """Something is asked that the recording does not have."""


class Replay:
    """Answers in the CRM's place."""

    def __init__(self, made: type[Mapping], options: Any, country: str) -> None:
        self._made = made
        self._options = options
        self._country = country

    def answered(self, read: Read, answers: Stand | InTurn) -> Any:
        """Return what the POS would be answered; raises ``NotRecorded``."""
        settings = UpstreamSettings(ELSEWHERE, attempts=1)
        gateway = Gateway("recorded", settings, self._made.signals)
        try:
            mapping = wired(self._made, self._options, gateway, answers.answer)
            given = read.arguments
            answer, _, _ = answered(mapping, read.verb, given, self._country)
        finally:
            gateway.close()
        return plain(answer)


class Stand:
    """Gives the answers of one read: each to the request that it was the answer to."""

    def __init__(self, asked: list[Asked]) -> None:
        self.left = [*asked]

    def answer(self, request: Request, _send: Send) -> Raw:
        """Return what was recorded."""
        asked = as_asked(request)
        for one in self.left:
            if (one.request, plain(one.body)) == (asked.request, plain(asked.body)):
                self.left.remove(one)
                return as_raw(one)
        raise NotRecorded(asked.request)


class InTurn:
    """Gives answers in the order in which they came; keeps what was asked for them."""

    def __init__(self, answers: list[Asked]) -> None:
        self.left = [*answers]
        self.asked: list[Asked] = []

    def answer(self, request: Request, _send: Send) -> Raw:
        """Return the next answer."""
        asked = as_asked(request)
        if not self.left:
            raise NotRecorded(asked.request)
        one = self.left.pop(0)
        self.asked.append(
            Asked(
                asked.request, asked.body, one.status, one.link, one.answer, one.is_json
            )
        )
        return as_raw(one)


def as_asked(request: Request) -> Asked:
    """Return a request as it is recorded: below the CRM's address, without headers."""
    parts = urlsplit(request.url)
    query = f"?{parts.query}" if parts.query else ""
    body = parsed(request.body) if request.body else None
    return Asked(f"{request.method} {parts.path}{query}", body)


def as_raw(asked: Asked) -> Raw:
    """Return an answer as it came over the wire."""
    headers = {"Link": asked.link} if asked.link else {}
    if not asked.is_json:
        return Raw(asked.status, headers, b"")
    return Raw(asked.status, headers, as_json(asked.answer))


def differences(
    recording: Recording, made: type[Mapping], options: Any
) -> Iterator[str]:
    """Yield what a file does otherwise than was recorded, a sentence each."""
    replay = Replay(made, options, recording.country)
    offered = recording.offered_by(made)
    for verb in sorted({one.verb for one in recording.reads if one not in offered}):
        yield f"{verb}: is recorded, and not in the file any more"
    for read in offered:
        stand = Stand(read.asked)
        try:
            answer = replay.answered(read, stand)
        except NotRecorded as error:
            yield f"{read.name}: asks {error}, which was not recorded"
            continue
        for one in stand.left:
            yield f"{read.name}: does not ask {one.request} any more"
        for place in differing(plain(read.answered), answer):
            yield f"{read.name}: the POS is answered otherwise: {place}"


def differing(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """Yield where two answers differ, and how."""
    if isinstance(before, dict) and isinstance(now, dict):
        for name in sorted({*before, *now}):
            inner = f"{place}.{name}" if place else name
            yield from differing(before.get(name), now.get(name), inner)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for at, pair in enumerate(zip(before, now, strict=True)):
            yield from differing(*pair, f"{place}[{at}]")
    elif before != now:
        yield f"{place or 'all of it'} was {_short(before)}, is {_short(now)}"


def _short(value: Any) -> str:
    text = as_json(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}..."

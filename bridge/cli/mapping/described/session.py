"""A staging CRM that is read, and what it said with nobody's data in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from random import SystemRandom
from typing import Any

import click

from bridge.cli.mapping.described.pseudonyms import Pseudonyms
from bridge.cli.mapping.described.reading import answered
from bridge.cli.mapping.described.recording import Asked, Read, Recording, plain
from bridge.cli.mapping.described.replay import InTurn, NotRecorded, Replay
from bridge.cli.mapping.described.scrubbing import Scrubber
from bridge.cli.mapping.described.wire import Send, wired
from bridge.config import SiteConfig
from bridge.mapping import Mapping, offers
from bridge.model import ItemKind, SearchKeyType
from bridge.upstream import Gateway
from bridge.upstream.request import Request
from bridge.upstream.wire.body import parsed
from bridge.upstream.wire.transport import Raw

LINK = re.compile(r'<([^<>]*)>[^<>]*?;\s*rel="?next"?(?=[;,\s]|$)', re.IGNORECASE)

TOO_OFTEN, BROKEN = 429, 500
"""What is tried again, or is no answer to keep."""


class Session:
    """A CRM that is read; keeps what it answers in memory, as it is."""

    def __init__(self, made: type[Mapping], options: Any, config: SiteConfig) -> None:
        self.gateway = Gateway(config.name, config.upstream, made.signals)
        self._made = made
        self._options = options
        self._country = config.country
        self._url = config.upstream.url
        self._reads: list[Read] = []
        self._asked: list[Asked] = []

    def read(self, verb: str, *given: str) -> None:
        """Call a verb, if the file has it."""
        if not offers(self._made, verb):
            return
        self._asked = []
        read = Read(verb, [*given])
        mapping = wired(self._made, self._options, self.gateway, self._watch)
        answer, _, failed = answered(mapping, verb, read.arguments, self._country)
        if failed and answer["statuscode"] not in (400, 404, 409):
            raise click.ClickException(
                f"{verb}: {answer['errortext']} Nothing was written."
            )
        self._reads.append(replace(read, asked=self._asked, answered=answer))

    def found(self) -> dict[str, Any]:
        """Return the card of the first customer who was found."""
        for read in self._reads:
            if read.verb == "search" and isinstance(read.answered, list):
                for card in read.answered:
                    return dict(card)
        raise click.ClickException(
            "Nobody was found: name a customer of the staging system by --key."
        )

    def scrubbed(self) -> tuple[Recording, list[str]]:
        """Return it all with nobody's data in it, and what that has changed."""
        pseudonyms = Pseudonyms(SystemRandom())
        scrubber = Scrubber(self._made.vocabulary, pseudonyms, self._url)
        for read in self._reads:
            for given in read.given:
                scrubber.identifies(given)
            for one in read.asked:
                scrubber.learn(one.answer)
                scrubber.learn(one.link)
        replay = Replay(self._made, self._options, self._country)
        reads, notes = [], []
        for read in self._reads:
            once = _once(read, scrubber)
            stand = InTurn(once.asked)
            try:
                answer = replay.answered(once, stand)
            except NotRecorded as error:
                raise _asks_otherwise(read.verb) from error
            if stand.left or _failed(answer) != _failed(read.answered):
                raise _asks_otherwise(read.verb)
            reads.append(replace(once, asked=stand.asked, answered=answer))
            notes += [f"{read.verb}: {one}" for one in _less(read.answered, answer)]
        return Recording(self._country, reads), sorted({*notes})

    def _watch(self, request: Request, send: Send) -> Raw:
        if not request.reads:
            raise click.ClickException(
                f"A {request.method} was to be sent by what should only read: if it "
                "changes nothing, say `reads: true` in the file."
            )
        raw = send(request)
        if raw.status != TOO_OFTEN and raw.status < BROKEN and not raw.fault:
            self._asked.append(_as_asked(raw))
        return raw


def _as_asked(raw: Raw) -> Asked:
    found = LINK.search(raw.headers.get("Link") or "")
    try:
        answer = parsed(raw.body) if raw.body else None
    except ValueError:
        return Asked("", status=raw.status, is_json=False)
    link = found[1] if found else ""
    return Asked("", None, raw.status, link, answer, is_json=bool(raw.body))


def _once(read: Read, scrubber: Scrubber) -> Read:
    """Return a read with everything replaced; its requests are still to be made."""
    asked = []
    for one in read.asked:
        link = f'<{scrubber.link(one.link)}>; rel="next"' if one.link else ""
        asked.append(replace(one, link=link, answer=scrubber.value(one.answer)))
    words = [*SearchKeyType, *ItemKind]
    given = [one if one in words else scrubber.text(one) for one in read.given]
    return Read(read.verb, given, asked)


def _asks_otherwise(verb: str) -> click.ClickException:
    return click.ClickException(
        f"{verb}: once everything personal is replaced, the file asks otherwise "
        "or cannot read an answer: what it compares must stand in it, as a word of a "
        "table or an expression. Nothing was written."
    )


def _failed(answer: Any) -> bool:
    return isinstance(answer, dict) and "statuscode" in answer


def _less(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """Yield what an answer has that it has not any more, or the other way about."""
    before = plain(before)
    if isinstance(before, dict) and isinstance(now, dict):
        for name in sorted({*before, *now}):
            inner = f"{place}.{name}" if place else name
            if (name in before) != (name in now):
                shown = "not shown" if name in before else "shown"
                yield f"{inner} is {shown} once scrubbed"
            else:
                yield from _less(before.get(name), now.get(name), inner)
    elif isinstance(before, list) and isinstance(now, list):
        for one, other in zip(before, now, strict=False):
            yield from _less(one, other, f"{place}[]")
        if len(before) != len(now):
            yield f"{place or 'the list'} has {len(now)} of {len(before)} once scrubbed"

"""Where the next page of a list is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bridge.mapping import Answer
from mappings.rest.description.parts import Next
from mappings.rest.expressions import Expression
from mappings.rest.problems import Place
from mappings.rest.templates import as_text

if TYPE_CHECKING:
    from mappings.rest.asking import Conversation

LINK = re.compile(r'<([^<>]*)>[^<>]*?;\s*rel="?next"?(?=[;,\s]|$)', re.IGNORECASE)

Following = Callable[[Answer], Mapping[str, Any] | str | None]
"""Says where the next page is: what of the request is another value, or a link."""

WAYS = ("link", "link_header", "cursor", "page", "offset")


class Paging:
    """One of the ways in which CRMs say where a list goes on."""

    def __init__(self, said: Next, rows: Expression, place: Place) -> None:
        chosen = [way for way in WAYS if _is_said(getattr(said, way))]
        if len(chosen) != 1:
            place.wrong(f"must have one of {', '.join(WAYS)}")
        self._way = chosen[0] if chosen else "link"
        self._said = said
        self._rows = rows
        text = said.link or said.cursor
        name = "link" if said.link else "cursor"
        self._next = None if text is None else (place / name).expression(text)
        self._more = (
            (place / "more").expression(said.more) if said.more is not None else None
        )
        if self._way in ("cursor", "page", "offset") and not said.name:
            (place / "name").wrong("is missing: which member of the request says it?")

    def following(self, talk: Conversation) -> Following:
        """Return what finds the next page, for one list that is read."""
        if self._way == "link":
            return lambda answer: talk.understood(lambda: self._link(answer))
        if self._way == "link_header":
            return _link_header
        if self._way == "cursor":
            return lambda answer: talk.understood(lambda: self._cursor(answer))
        return self._counted(talk)

    def _link(self, answer: Answer) -> str | None:
        found = self._next and self._next(answer.body)
        return None if found in (None, "") else as_text(found)

    def _cursor(self, answer: Answer) -> dict[str, Any] | None:
        found = self._next and self._next(answer.body)
        last = self._more is not None and not self._more.holds(answer.body)
        if last or found in (None, "", False):
            return None
        as_text(found)  # or it is none
        return {self._said.name: found}

    def _counted(self, talk: Conversation) -> Following:
        first = self._said.page if self._way == "page" else self._said.offset
        at = first or 0

        def following(answer: Answer) -> dict[str, int] | None:
            nonlocal at
            count = talk.understood(lambda: self._count(answer.body))
            at += 1 if self._way == "page" else count
            return {self._said.name: at} if count else None

        return following

    def _count(self, page: Any) -> int:
        """Return how many rows a page has, or 0 where it says that it is the last."""
        rows = self._rows(page)
        if not isinstance(rows, list):
            raise TypeError("a page has no list")
        if self._more is not None and not self._more.holds(page):
            return 0
        return len(rows)


def _is_said(way: Any) -> bool:
    return way is not None and way is not False


def _link_header(answer: Answer) -> str | None:
    found = LINK.search(answer.headers.get("Link") or "")
    return found[1] if found else None

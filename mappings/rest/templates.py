"""Requests with places to fill in, quoted by where they stand.

A template is text with ``${expressions}`` over what is asked.  What is filled in is
always one value: one segment of a path, one value of a query, a string or number of
JSON.  It can never make another path, another member or another host of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from bridge.mapping import quote
from mappings.rest.expressions import Expression
from mappings.rest.problems import Place

Scope = Mapping[str, Any]
"""What is asked, by the names that a template may use."""

PLACE = re.compile(r"\$\{([^{}]*)\}")

SAFE = re.compile(r"/(?!/)[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*")
"""A path (RFC 3986, 3.3) that begins below the CRM's address and has no query."""

UP = re.compile(r"(?:^|/)\.{1,2}(?:;[^/]*)?(?:/|$)")
"""A segment that leads up, also where a server leaves its parameters out."""

OWN_HEADERS = frozenset(
    {
        *("authorization", "cookie", "proxy-authorization"),
        *("connection", "host", "te", "trailer", "transfer-encoding", "upgrade"),
        *("content-length",),
    }
)
"""Headers that a file cannot set: they are the connection's, or the credentials'."""

JSON_TYPE = re.compile(r"application/([a-z0-9.\-]+\+)?json")
"""What a body may be called, as it is JSON whatever its name."""

HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")

GIVEN = frozenset({"steps", "receipt"})
"""Names that stand for earlier answers."""

Fill = Callable[[Scope], Any]


class Text:
    """Text with places; ``ODD`` errors where a place has no single value."""

    def __init__(self, template: str, place: Place) -> None:
        pieces = PLACE.split(template)
        self.literals = pieces[::2]
        self.places = [place.expression(one) for one in pieces[1::2]]
        if "${" in "".join(self.literals):
            place.wrong("has a ${ without its }")
        for one in self.places:
            place.known(one)

    @property
    def constant(self) -> str | None:
        """The text itself, where there is nothing to fill in."""
        return None if self.places else self.literals[0]

    @property
    def only(self) -> Expression | None:
        """The expression, where there is nothing else."""
        return self.places[0] if self.literals == ["", ""] else None

    def fill(self, scope: Scope, quoted: Callable[[str], str] = str) -> str:
        """Return the text with each place filled, each value ``quoted``."""
        if not self.places:
            return self.literals[0]
        filled = [self.literals[0]]
        for found, literal in zip(self.places, self.literals[1:], strict=True):
            filled += quoted(as_text(found(scope))), literal
        return "".join(filled)


def path(template: str, place: Place) -> Callable[[Scope], str]:
    """Compile a path: each place becomes a segment, or a part of one."""
    text = Text(template, place)
    literal = "x".join(text.literals)
    if not SAFE.fullmatch(literal):
        place.wrong("must begin with one / and have no ?, # or space")
    elif UP.search(unquote(literal)):
        place.wrong("must not go up with . or ..")
    return lambda scope: text.fill(scope, quote)


def value(template: Any, place: Place) -> Fill:
    """Compile JSON with templates in it, for a body; names are never filled in."""
    if isinstance(template, str):
        text = Text(template, place)
        if text.only is not None:
            return _given(text.only) if text.only.roots <= GIVEN else text.only
        if (constant := text.constant) is not None:
            return lambda _: constant
        return text.fill
    if isinstance(template, Mapping):
        members = {
            str(name): value(one, place / str(name)) for name, one in template.items()
        }
        return lambda scope: {name: fill(scope) for name, fill in members.items()}
    if isinstance(template, list | tuple):
        elements = [value(one, place[at]) for at, one in enumerate(template)]
        return lambda scope: [fill(scope) for fill in elements]
    if template is not None and not isinstance(template, bool | int | float):
        place.wrong("must be text, a number, true, false, null, a list or a section")
    return lambda _: template


def _given(expression: Expression) -> Fill:
    """Wrap what an earlier answer has to say: without it, nothing is sent."""

    def fill(scope: Scope) -> Any:
        found = expression(scope)
        if found is None:
            raise ValueError("an earlier answer lacks what is needed")
        return found

    return fill


def query(templates: Mapping[str, Any], place: Place) -> Callable[[Scope], list[Any]]:
    """Compile a query; its names may be filled in as well, and what is null is left."""
    members = [
        (Text(name, place / name), value(one, place / name))
        for name, one in templates.items()
    ]
    return lambda scope: [
        (name.fill(scope), single(fill(scope))) for name, fill in members
    ]


def headers(
    templates: Mapping[str, str], place: Place
) -> Callable[[Scope], dict[str, str]]:
    """Compile headers: none that belongs to the connection or lets the bridge in."""
    texts: dict[str, Text] = {}
    for name, one in templates.items():
        if not HEADER.fullmatch(name):
            (place / name).wrong("is no header's name")
        elif name.lower() in OWN_HEADERS:
            (place / name).wrong(
                "cannot be set here: credentials belong in upstream.auth"
            )
        elif name.lower() == "content-type" and not JSON_TYPE.fullmatch(one):
            (place / name).wrong("must be a kind of JSON: application/...+json")
        # In the bridge's own spelling, so that it replaces a header of the bridge's.
        texts[name.title()] = Text(one, place / name)
    return lambda scope: {name: text.fill(scope) for name, text in texts.items()}


def as_text(value: Any) -> str:
    """Return a single value as text; ``ValueError`` where there is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    raise ValueError("a place of a template has no single value")


def single(value: Any) -> Any:
    """Return a value that a query can carry: one, or a list of such."""
    if value is None:
        return None
    if isinstance(value, list):
        return [as_text(one) for one in value]
    return as_text(value)

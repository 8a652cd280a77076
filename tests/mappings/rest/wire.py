"""Any file and any answer tried out, with a wire that sees to whom it is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from bridge.deadline import Deadline
from bridge.errors import BridgeError, ConfigError
from bridge.mapping import Answer, Mapping, offers
from bridge.model import (
    Context,
    CustomerAdditionalOption,
    Item,
    ItemKind,
    SearchKey,
    SearchKeyType,
)
from bridge.spi.operations.operation import understood
from bridge.spi.schemas import answer_customer, answer_customers
from bridge.testing import described
from bridge.upstream import Gateway, UpstreamSettings
from bridge.upstream.request import Request

BASE = "https://crm.example/api"

HOME = ("https", "crm.example", 443)

FOLLOWED = "f0llowed"
"""Stands in links that CRMs answer with."""

CONTEXT = Context(site="shop", store_id="200")

GATEWAY = Gateway("shop", UpstreamSettings(BASE, page_limit=3))


class Wire:
    """Answers anything, and sees to whom it is sent."""

    def __init__(self, answers: Iterator[Any], link: str) -> None:
        self._answers = answers
        self._link = link
        self.asked: list[str] = []

    def answer(self, request: Request, explain: Any = None) -> Answer:
        stays(request.url)
        self.asked.append(request.url)
        for name, value in request.headers.items():
            assert "\n" not in f"{name}{value}"
            assert "\r" not in f"{name}{value}"
            assert name.lower() != "host"
        body = next(self._answers, None)
        return Answer(200, {"Link": f'<{self._link}>; rel="next"'}, body)


def _one_by_one(*reads: Callable[[], Any]) -> list[Any]:
    return [read() for read in reads]


def stays(url: str) -> None:
    """See to it that an address is the CRM's, whoever takes it apart, and how.

    Where the CRM itself has said where a list goes on (``FOLLOWED``), it may say which
    of its own paths.
    """
    for one in (url, url.replace("\\", "/"), re.sub(r"[\t\r\n]", "", url)):
        parts = urlsplit(one)
        assert (parts.scheme, parts.hostname, parts.port or 443) == HOME, url
    if FOLLOWED in url:
        return
    assert parts.username is None, url
    assert re.fullmatch(r"[!-~]+", url), "what a request line cannot have"
    # As a server takes it that takes %2e for a dot, and leaves parameters out.
    path = re.sub("%2e", ".", parts.path, flags=re.IGNORECASE)
    path = re.sub(";[^/]*", "", path)
    assert path.startswith("/api/"), url
    assert not {".", ".."} & {*path.split("/")}, url


def connected(
    made: type[Mapping], answers: list[Any], link: str = "https://evil.example/"
) -> Mapping:
    upstream = GATEWAY.at(Deadline(60), CONTEXT)
    upstream._exchange = Wire(iter(answers), link)  # type: ignore[assignment]
    upstream.together = _one_by_one  # type: ignore[method-assign, assignment]
    return made(None, upstream, CONTEXT)


ITEM = Item(ItemKind.PROMOTION, "https://evil.example/../x", "@evil.example")
KEY = SearchKey(SearchKeyType.EMAIL, "//evil.example?a=b#c\r\nHost: x")
PROPERTIES: Any = {
    "name_first": "Å",
    "gender": "male",
    "invoice_address": {"city": None, "zip": "1"},
    "accepts_communication": ["sms"],
    "consents": [],
    "additional_options": [CustomerAdditionalOption(id="a", text="b")],
}
CALLS: dict[str, Any] = {
    "search": (KEY,),
    "lookup": (KEY,),
    "get": ("//evil.example",),
    "create": (PROPERTIES,),
    "update": ("..%2f..", PROPERTIES),
    "transactions": ("7",),
    "consents": (),
    "additional_options": (),
    "redeem_item": (ITEM, "R"),
    "find_receipt": (ITEM, "R"),
    "undo_item": (ITEM, "R", {"spend": 1, "a": "//evil.example"}),
    "probe": (),
}
SHOWN = {"get": answer_customer, "search": answer_customers}


def tried(
    made: type[Mapping],
    answers: list[Any],
    calls: dict[str, Any] = CALLS,
    link: str = "https://evil.example/",
) -> None:
    """Call everything that is offered; only the bridge's own errors may come of it."""
    for verb, asked in calls.items():
        if not offers(made, verb):
            continue
        mapping = connected(made, answers, link)
        try:
            value = understood(lambda: _whole(getattr(mapping, verb)(*asked)))  # noqa: B023
            if verb in SHOWN:
                understood(
                    lambda: SHOWN[verb](value, "SE", lambda *_: None)  # noqa: B023
                )
        except BridgeError as error:
            outcome = error.status
        else:
            outcome = 200
        assert outcome in (200, 400, 404, 409, 429, 501, 502, 503, 504), verb
    mapping = connected(made, [])
    for answer in answers:
        explained = mapping.explain(Answer(409, {}, answer))
        assert explained is None or isinstance(explained, BridgeError)
    if offers(made, "holds"):
        assert isinstance(mapping.holds(ITEM), str)


def _whole(value: Any) -> Any:
    return [*value] if isinstance(value, Iterator) else value


def made_of(content: Any) -> type[Mapping] | None:
    with TemporaryDirectory() as directory:
        file = Path(directory) / "crm.yaml"
        file.write_text(json.dumps(content, default=str), "utf-8")
        try:
            made, _ = described(file)
        except ConfigError:
            return None
    return made

"""What is asked of a CRM and what it answers, seen by whoever writes a mapping.

Names and shapes, as in the log of ``log_wire``: nobody's data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bridge.errors import UpstreamError
from bridge.upstream import Answer, Upstream
from bridge.upstream.request import as_json, whole_url
from bridge.upstream.wire.shape import HARMLESS, scrubbed_body, scrubbed_url


@dataclass(frozen=True)
class Exchange:
    """One request and what came of it, scrubbed."""

    request: str
    sent: str
    answer: str


def watched(upstream: Upstream) -> list[Exchange]:
    """Have an upstream leave what it does in the list that is returned."""
    exchanges: list[Exchange] = []
    ask = upstream.call

    def call(method: str, path: str, **given: Any) -> Answer:
        base = upstream._settings.url
        url = scrubbed_url(whole_url(base, path, given.get("query")))
        sent = given.get("json")
        request = f"{method} {url}"
        body = "" if sent is None else scrubbed_body(as_json(sent), HARMLESS)
        try:
            answer = ask(method, path, **given)
        except UpstreamError as error:
            exchanges.append(Exchange(request, body, f"-> {error.errortext}"))
            raise
        shown = scrubbed_body(as_json(answer.body), HARMLESS)
        exchanges.append(Exchange(request, body, f"-> {answer.status} {shown}"))
        return answer

    upstream.call = call  # type: ignore[method-assign]
    return exchanges

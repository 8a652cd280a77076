"""How Vendure 3.7 is talked to: GraphQL, of which every request is a POST.

Knows neither customers nor orders.  The members of a mutation are carried out one after
the other, each in a transaction of its own, and a result of the kind ``ErrorResult``
does not keep the next one from being carried out.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from bridge.mapping import Upstream
from mappings.vendure.options import Options

Json = dict[str, Any]

CHANNEL = "vendure-token"

PAGE = 100
"""Records in one answer: Vendure refuses to give more than 1000, or what is set."""


RECORD_ID = re.compile("[1-9][0-9]{0,8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Vendure's ids, as its two ways of making them have it.

Some databases stumble over anything else, which Vendure calls an internal error.
"""


class Vendure:
    """One Vendure server's admin API, for the time of one request."""

    def __init__(self, upstream: Upstream, options: Options) -> None:
        self._upstream = upstream
        self._options = options

    def ask(self, query: str, **variables: Any) -> Json:
        """Return what a query reads."""
        return self._send(query, variables, reads=True)

    def do(self, mutation: str, **variables: Any) -> Json:
        """Return what the members of a mutation came to, error results included."""
        return self._send(mutation, variables, reads=False)

    def _send(self, document: str, variables: Json, *, reads: bool) -> Json:
        answer = self._upstream.post(
            "",
            json={"query": document, "variables": variables},
            query={"languageCode": self._options.language or None},
            headers={CHANNEL: self._options.channel} if self._options.channel else {},
            reads=reads,
        )
        return dict(answer["data"])


def is_id(text: str) -> bool:
    """Whether a text can be an id: a till may send anything for one."""
    return RECORD_ID.fullmatch(text) is not None


def money(amount: int, options: Options) -> Decimal:
    """Return an amount in units of its currency; Vendure counts in parts of them."""
    return Decimal(amount).scaleb(-options.decimals)

"""How Voyado Engage is talked to: its paths, its headers, its pages.

Version 3 of the API has no endpoint for everything, so each path has its version.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from bridge.errors import Missing
from bridge.mapping import Answer, Upstream, quote
from mappings.voyado.options import Options

Json = dict[str, Any]

PATHS = {
    "contact id": "/api/v3/contacts/id",
    "contacts": "/api/v3/contacts",
    "contact": "/api/v3/contacts/{}",
    "points": "/api/v3/point-accounts",
    "vouchers": "/api/v3/reward-vouchers",
    "available vouchers": "/api/v3/reward-vouchers/available",
    "redeem voucher": "/api/v3/reward-vouchers/{}/redeem",
    "reactivate voucher": "/api/v3/reward-vouchers/{}/reactivate",
    # Nothing is published of these in version 3.
    "promotions": "/api/v2/contacts/{}/promotions",
    "redeem promotion": "/api/v2/promotions/codes/{}/redeem",
    "assign promotion": "/api/v2/contacts/{}/promotions/{}/assign",
    "purchases": "/api/v2/contacts/{}/transactions",
    "member status": "/api/v2/memberstatus",
    "consents": "/api/v2/consents",
    "person": "/api/v2/personlookup/getpersonlookup",
}

GUID = re.compile(r"[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}", re.ASCII)

PAGE = 100
"""How many of a list come at once: Voyado's default."""

PAGES = 20
"""How many pages of one contact's things are read at most."""


class Voyado:
    """A tenant, as one request of the POS sees it."""

    def __init__(self, upstream: Upstream, options: Options) -> None:
        self._upstream = upstream
        # Without a Content-Type even a GET is answered with "an error has occurred".
        self._headers = {
            "Content-Type": "application/json",
            "User-Agent": options.user_agent,
        }

    def get(self, what: str, *ids: str, **query: Any) -> Any:
        """Read; raise ``Missing`` for what cannot be an id of Voyado's."""
        return self.ask(what, *ids, **query).body

    def ask(self, what: str, *ids: str, **query: Any) -> Answer:
        """Read, for who needs to know the status."""
        path = path_of(what, *ids)
        return self._upstream.call("GET", path, query=query, headers=self._headers)

    def post(self, what: str, *ids: str, json: Any = None, **query: Any) -> Any:
        path = path_of(what, *ids)
        return self._upstream.post(path, json=json, query=query, headers=self._headers)

    def patch(self, what: str, *ids: str, json: Any) -> Any:
        return self._upstream.patch(
            path_of(what, *ids), json=json, headers=self._headers
        )

    def listed(self, what: str, *ids: str, **query: Any) -> list[Json]:
        """Read a whole list; all pages but the first come side by side."""
        page: Callable[[int], Json] = lambda offset: self.get(  # noqa: E731
            what, *ids, **query, offset=offset, count=PAGE
        )
        first = page(0)
        most = min(first["totalCount"], PAGES * PAGE)
        offsets = range(PAGE, most, PAGE)
        further = [partial(page, offset) for offset in offsets]
        pages = [first, *(self._upstream.together(*further) if further else ())]
        return [item for one in pages for item in one["items"]]


def path_of(what: str, *ids: str) -> str:
    if not all(map(GUID.fullmatch, ids)):
        raise Missing
    return PATHS[what].format(*map(quote, ids))

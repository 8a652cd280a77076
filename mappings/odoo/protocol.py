"""How Odoo 18 is talked to: JSON-RPC, of which every call is a POST to one address.

Every call is a transaction of its own; there is none over several of them.  Knows
neither customers nor sales.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bridge.errors import Missing
from bridge.mapping import Upstream
from mappings.odoo.options import Options

Json = dict[str, Any]
Domain = list[Any]

PAGE = 50

RECORD_ID = re.compile("[1-9][0-9]{0,8}", re.ASCII)
"""What is surely an integer of PostgreSQL's."""

ENGLISH: Json = {}
"""The context of whatever may be refused: without a language, messages are English."""


class Odoo:
    """One database of an Odoo server, for the time of one request."""

    def __init__(self, upstream: Upstream, options: Options) -> None:
        self._upstream = upstream
        self._options = options

    def read(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        *,
        order: str = "id",
        limit: int | None = None,
        offset: int = 0,
        archived: bool = False,
    ) -> list[Json]:
        """Return the records that match, without those that were put aside.

        They are searched for, never read by their ids: ``read`` shows the archived.
        """
        how: Json = {"fields": list(fields), "order": order, "context": self._spoken()}
        if limit is not None:
            how |= {"limit": limit, "offset": offset}
        if archived:
            how["context"]["active_test"] = False
        return list(self.ask(model, "search_read", domain, **how))

    def newest(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        order: str,
        most: int,
    ) -> Iterator[Json]:
        """Yield ``most`` records at most in an order, read page by page."""
        for start in range(0, most, PAGE):
            size = min(PAGE, most - start)
            rows = self.read(
                model, domain, fields, order=order, limit=size, offset=start
            )
            yield from rows
            if len(rows) < size:
                return

    def has_group(self, group: str) -> bool:
        """Whether the bridge's user is in a group: ``base.group_partner_manager``."""
        return bool(self.ask("res.users", "has_group", [self._options.user_id], group))

    def ask(self, model: str, method: str, *args: Any, **how: Any) -> Any:
        """Call a method that changes nothing."""
        return self._call(model, method, args, how, reads=True)

    def do(self, model: str, method: str, *args: Any, **how: Any) -> Any:
        """Call a method that writes: in full, or not at all."""
        return self._call(model, method, args, how, reads=False)

    def _call(
        self, model: str, method: str, args: Sequence[Any], how: Json, *, reads: bool
    ) -> Any:
        options = self._options
        context = {**self._company(), **how.get("context", ENGLISH)}
        who = [options.database, options.user_id, options.key.reveal()]
        what = [model, method, list(args), {**how, "context": context}]
        call = {"service": "object", "method": "execute_kw", "args": who + what}
        body = {"jsonrpc": "2.0", "id": 1, "method": "call", "params": call}
        answer = self._upstream.post(
            "/jsonrpc", json=body, reads=reads, label=f"{model} {method}"
        )
        if answer["jsonrpc"] != "2.0":
            raise ValueError("not an answer of JSON-RPC 2.0")
        # What returns nothing has no result at all (odoo/http.py, 18.0).
        return answer.get("result")

    def _spoken(self) -> Json:
        language = self._options.language
        return {"lang": language} if language else {}

    def _company(self) -> Json:
        company = self._options.company
        return {"allowed_company_ids": [company]} if company else {}


def number(record_id: str) -> int:
    """Return an id as Odoo has it; a till may send anything for one: ``Missing``."""
    if not RECORD_ID.fullmatch(record_id):
        raise Missing
    return int(record_id)


def either(conditions: Sequence[Any]) -> Domain:
    """Return what meets one of some conditions: Odoo writes its operators in front."""
    return ["|"] * (len(conditions) - 1) + list(conditions)


def exactly(text: str) -> str:
    """Return a pattern for ``=ilike`` that means this text, in capitals or not."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def decimal(value: Decimal | int) -> Decimal:
    """Return a number without the zeros that Odoo's floats end in."""
    plain = Decimal(value)
    return plain.quantize(Decimal(1)) if plain == int(plain) else plain.normalize()


def today() -> date:
    """Return the date in UTC, which is Odoo's."""
    return datetime.now(UTC).date()

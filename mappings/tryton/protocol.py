"""How Tryton 8.2 is talked to: REST for records, JSON-RPC for one kind of write.

REST reads and writes trees of records, but all its writes are blind.  Only JSON-RPC can
be told "if nobody has changed these since", by the ``_timestamp`` of the records in the
context of the call (trytond/rpc.py, 8.2.1; REST ignores it).  It knows no application
keys, so it takes a session besides.  Knows neither customers nor sales.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from json import dumps
from typing import Any

from bridge.errors import AccessRefused, Missing
from bridge.mapping import Upstream
from mappings.tryton.options import Options

Json = dict[str, Any]
Domain = list[Any]

PAGE = 50

RECORD_ID = re.compile("[1-9][0-9]{0,8}", re.ASCII)
"""What is surely an integer of PostgreSQL's: Tryton answers 405 or 500 to the rest."""

ID = {"f": "id"}
"""Of what was written, the id is enough: writes answer in English, reads do not."""

SESSIONS: dict[tuple[str, str], str] = {}
"""The session for JSON-RPC of each site and user, for the life of the process.

It lasts for 30 days, and signing in takes Tryton 0.15 s of computing (Argon2).
"""


class Tryton:
    """One Tryton database, for the time of one request."""

    def __init__(self, upstream: Upstream, options: Options) -> None:
        self._upstream = upstream
        self._options = options

    def read(
        self,
        model: str,
        fields: Sequence[str],
        domain: Domain,
        *,
        limit: int | None = None,
        party: int | None = None,
    ) -> list[Json]:
        """Return the records that match, oldest first; ``party`` is for coupons."""
        oldest = [["id", "ASC"]]
        return self._page(model, fields, domain, oldest, limit, party=party)

    def newest(
        self,
        model: str,
        fields: Sequence[str],
        domain: Domain,
        order: Domain,
        most: int,
    ) -> Iterator[Json]:
        """Yield ``most`` records at most in an order, read page by page."""
        for start in range(0, most, PAGE):
            size = min(PAGE, most - start)
            rows = self._page(model, fields, domain, order, size, start)
            yield from rows
            if len(rows) < size:
                return

    def record(self, model: str, record_id: str, fields: Sequence[str]) -> Json:
        """Return one active record, or raise ``Missing``.

        It is searched for: asked for by its address, Tryton says "not found" with the
        same page as a proxy that does not find Tryton.
        """
        known = RECORD_ID.fullmatch(record_id)
        found = known and self.read(model, fields, [["id", "=", int(record_id)]])
        if not found:
            raise Missing
        return found[0]

    def create(self, model: str, values: Json) -> str:
        """Add a record and return its id."""
        headers = self._headers()
        row = self._upstream.post(_path(model), query=ID, json=values, headers=headers)
        return str(row["id"])

    def write(self, model: str, record_id: str, values: Json) -> None:
        """Change a record that is there."""
        path = _path(model, record_id)
        self._upstream.put(path, query=ID, json=values, headers=self._headers())

    def press(self, model: str, record: int, button: str) -> None:
        """Press a button of a record's; ``Refused`` where it is shut in this state."""
        path = f"{_path(model, str(record))}/{button}"
        self._upstream.post(path, query=ID, json={}, headers=self._headers())

    def ask(self, model: str, method: str, arguments: Json) -> Any:
        """Call a method that changes nothing."""
        path, headers = f"{_path(model)}/{method}", self._headers()
        return self._upstream.post(path, json=arguments, headers=headers, reads=True)

    def write_unless_changed(
        self, method: str, *arguments: Any, stamps: Mapping[str, str]
    ) -> Any:
        """Write in one transaction, if the records in ``stamps`` are as they were.

        Raises ``Overtaken`` if somebody has changed one of them; nothing is written.
        """
        context = {**self._context("en"), "_timestamp": dict(stamps)}
        body = {"id": 1, "method": method, "params": [*arguments, context]}
        cookie = self.session()
        try:
            return self._call(body, cookie)
        except AccessRefused:  # nothing is done, and maybe the session has ended
            return self._call(body, self.session(anew=True))

    def session(self, *, anew: bool = False) -> str:
        """Return the cookie of a session; sign in where there is none yet."""
        user, password = self._options.user, self._options.password
        whose = self._upstream.context.site, user
        if anew or whose not in SESSIONS:
            if not user or password is None:
                raise AccessRefused
            said = [user, {"password": password.reveal()}]
            body = {"id": 1, "method": "common.db.login", "params": said}
            user_id, token, *_ = self._call(body, reads=True)
            SESSIONS[whose] = f"tryton_session=bridge:{user_id}:{token}"
        return SESSIONS[whose]

    def _call(self, body: Json, cookie: str = "", *, reads: bool = False) -> Any:
        headers = {"Cookie": cookie} if cookie else {}
        answer = self._upstream.post("/rpc/", json=body, headers=headers, reads=reads)
        return answer["result"]

    def _page(
        self,
        model: str,
        fields: Sequence[str],
        domain: Domain,
        order: Domain,
        size: int | None,
        start: int | None = None,
        party: int | None = None,
    ) -> list[Json]:
        query = {"d": encoded(domain), "o": encoded(order), "s": size, "p": start}
        rows = self._upstream.get(
            _path(model),
            query={"f": list(fields), **query},
            headers=self._headers(self._options.language, party),
        )
        return [plain(row) for row in rows]

    def _headers(
        self, language: str = "en", party: int | None = None
    ) -> dict[str, str]:
        context = self._context(language)
        if party is not None:
            context["party"] = party
        return {"X-Tryton-Context": encoded(context)}

    def _context(self, language: str) -> Json:
        spoken = {"language": language} if language else {}
        return {"company": self._options.company, **spoken}


def encoded(value: Any) -> str:
    """Return JSON in base64: how REST takes a domain, an order or a context."""
    return urlsafe_b64encode(dumps(value, default=_tagged).encode()).decode()


def plain(value: Any) -> Any:
    """Return a value of Tryton's JSON with Python's own decimals and dates in it."""
    match value:
        case {"__class__": "Decimal", "decimal": text}:
            return Decimal(text)
        case {"__class__": "date"}:
            return date(value["year"], value["month"], value["day"])
        case dict():
            return {key: plain(inner) for key, inner in value.items()}
        case list():
            return [plain(inner) for inner in value]
    return value


def exactly(text: str) -> str:
    """Return a pattern for ``ilike`` that means this text, in capitals or not."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def today() -> date:
    """Return the date in UTC: Tryton's, where its company has no timezone."""
    return datetime.now(UTC).date()


def _path(model: str, record_id: str | None = None) -> str:
    path = f"/rest/model/{model}"
    if record_id is None:
        return path
    if not RECORD_ID.fullmatch(record_id):
        raise Missing
    return f"{path}/{record_id}"


def _tagged(day: date) -> Json:
    return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}

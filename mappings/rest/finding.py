"""Finding people by a key: which request it takes for which key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.model import SearchKey, SearchKeyType
from mappings.rest.asking import Asked, Conversation
from mappings.rest.description.parts import Request
from mappings.rest.description.verbs import Lookup, Search
from mappings.rest.problems import Place
from mappings.rest.reading import rows_of


class Finder:
    """Asks who has a key; whoever is searched for by another kind is not there."""

    def __init__(self, said: Search | Lookup, place: Place) -> None:
        by = place / "by"
        by.among(said.by, [kind.value for kind in SearchKeyType])
        if not said.by:
            by.wrong("is empty: what can be searched for?")
        asked = place.having("key", "key_type", "context")
        words = {name: one for name, one in said.by.items() if isinstance(one, str)}
        common = Asked(said, asked.having("field")) if words else None
        self._asked: dict[str, tuple[Asked | None, Any]] = {}
        for name, one in said.by.items():
            if isinstance(one, Request):
                here = by / name
                own = Asked(one, here.having(*(asked.scope or ())))
                self._asked[name] = own, None
            else:
                self._asked[name] = common, one
        self._rows = (place / "rows").expression(said.rows)

    def find(
        self, talk: Conversation, key: SearchKey, scope: Mapping[str, Any]
    ) -> list[Any]:
        """Return the rows of those who match."""
        asked, word = self._asked.get(key.key_type.value, (None, None))
        if asked is None:
            return []
        given = {"key": key.key, "key_type": key.key_type.value, "field": word}
        answer = asked.ask(talk, {**scope, **given})
        return talk.understood(lambda: rows_of(self._rows(answer)))

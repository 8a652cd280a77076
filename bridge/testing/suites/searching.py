"""Searching in the CRM, and looking up outside it."""

from __future__ import annotations

import pytest

from bridge.errors import Unsupported
from bridge.model import Customer, SearchKey, SearchKeyType
from bridge.testing.acts import wanted
from bridge.testing.bench import Bench
from bridge.testing.choosing import needs
from bridge.testing.known import Known, search_keys
from bridge.testing.presenting import seen
from bridge.testing.suites.setting import Setting

STRANGERS = {
    SearchKeyType.PERSONAL_ID: "190001019802",
    SearchKeyType.MOBILE: "+46701740699",
    SearchKeyType.EMAIL: "nobody.at.all@example.com",
    SearchKeyType.MEMBER_NUMBER: "no-such-member",
    SearchKeyType.COMPANY_ID: "5560360793",
}
"""Keys of nobody, one of each type, as the bridge spells them."""

ODD_KEYS = (
    "*",
    "%",
    "_",
    "%%%",
    "a*",
    ".",
    "..",
    "?",
    '"',
    "'",
    "\\",
    "' OR '1'='1",
    "a&b=c",
    "a#b",
    "{}",
    "[]",
    "null",
    "Åsa Öberg",
    "🎁",
    "9" * 255,
)
"""What a cashier, a scanner or somebody curious may type, under any type of key."""


class Searching(Setting):
    """Search and lookup."""

    @needs("search")
    def test_every_key_finds_its_customer(self, bench: Bench, known: Known) -> None:
        wanted(search_keys(known.keys), "keys")
        for key in search_keys(known.keys):
            found = bench.call("search", key)
            ids = [customer.customer_id for customer in found]
            assert ids[:1] == [known.customer_id], f"search: nobody by {key.key_type}"
            assert len(seen("search", found, self.country)) == len(found)

    @needs("search", "get")
    def test_a_hit_is_the_whole_card(self, bench: Bench, known: Known) -> None:
        """The POS shows what a search brings and does not ask again."""
        key = wanted(search_keys(known.keys), "keys")
        (hit, *_) = seen("search", bench.call("search", key), self.country)
        card = seen("get", bench.call("get", known.customer_id), self.country)
        missing = [name for name in card if hit.get(name) != card[name]]
        assert not missing, f"search: the first hit lacks {', '.join(missing)}"

    @needs("search")
    @pytest.mark.parametrize("key_type", SearchKeyType)
    def test_nobody_is_an_empty_list(
        self, bench: Bench, known: Known, key_type: SearchKeyType
    ) -> None:
        stranger = STRANGERS[key_type]
        assert self._search(bench, key_type, stranger) == [], (
            f"search: finds somebody by {stranger}, which nobody may have here"
        )

    @needs("search")
    def test_a_part_of_a_key_finds_nobody(self, bench: Bench, known: Known) -> None:
        """Or a cashier who mistypes opens somebody else's card."""
        wanted(search_keys(known.keys), "keys")
        for key in search_keys(known.keys):
            for part in {key.key[:-1], key.key[1:], key.key[: len(key.key) // 2]}:
                found = self._search(bench, key.key_type, part) if part else []
                ids = [customer.customer_id for customer in found]
                assert known.customer_id not in ids, (
                    f"search: a part of the {key.key_type} finds the customer"
                )

    @needs("search")
    @pytest.mark.parametrize("key_type", SearchKeyType)
    def test_a_key_is_never_a_pattern(
        self, bench: Bench, known: Known, key_type: SearchKeyType
    ) -> None:
        for key in ODD_KEYS:
            found = self._search(bench, key_type, key)
            assert found == [], f"search: {key!r} finds somebody by {key_type}"

    @needs("lookup")
    def test_a_lookup_finds_a_person(self, bench: Bench, known: Known) -> None:
        wanted(search_keys(known.lookups), "lookups")
        for key in search_keys(known.lookups):
            found = bench.call("lookup", key)
            assert found, f"lookup: nobody by {key.key_type}"
            assert len(seen("lookup", found, self.country)) == len(found)

    @needs("lookup")
    @pytest.mark.parametrize("key_type", SearchKeyType)
    def test_a_lookup_of_nobody_is_an_empty_list(
        self, bench: Bench, known: Known, key_type: SearchKeyType
    ) -> None:
        for key in (STRANGERS[key_type], *ODD_KEYS):
            found = self._search(bench, key_type, key, "lookup")
            assert found == [], f"lookup: {key!r} finds somebody by {key_type}"

    def _search(
        self, bench: Bench, key_type: SearchKeyType, key: str, verb: str = "search"
    ) -> list[Customer]:
        """Search; a type that the CRM does not know finds nobody."""
        try:
            found: list[Customer] = bench.call(verb, SearchKey(key_type, key))
        except Unsupported:
            return []
        assert isinstance(found, list), f"{verb}: must return a list"
        return found

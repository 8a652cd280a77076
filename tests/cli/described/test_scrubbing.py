"""What is scrubbed has nobody's data in it, and is built as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.cli.mapping.described.pseudonyms import SHORTEST, Pseudonyms, pieces
from bridge.cli.mapping.described.scrubbing import ELSEWHERE, Scrubber
from bridge.mapping import Vocabulary

BASE = "https://acme.example:8443/rest/acme-stores"

FILE = Vocabulary(
    names=frozenset({"id", "name", "state", "rows", "next", "land", "no"}),
    words=frozenset({("state", "OPEN"), ("state", "2"), ("state", "a b")}),
    codes=frozenset({"land"}),
)


def scrubbed(value: Any, *more: Any, known: str = "") -> Any:
    """Scrub a value, beside others whose data must not come into it either."""
    scrubber = Scrubber(FILE, Pseudonyms(Random(7)), BASE)
    if known:
        scrubber.identifies(known)
    for one in (value, *more):
        scrubber.learn(one)
    return scrubber.value(value)


def words(value: Any) -> Iterator[str]:
    """Yield what is in a value: words by which somebody could be known."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from words(key)
            yield from words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words(inner)
    elif value is not None and not isinstance(value, bool):
        yield from (
            piece.lower()
            for piece, is_word in pieces(str(value))
            if is_word and len(piece) >= SHORTEST and piece.strip("0")
        )


def build(value: Any) -> Any:
    if isinstance(value, dict):
        return [build(inner) for inner in value.values()]
    if isinstance(value, list):
        return [build(inner) for inner in value]
    return type(value), value if value in (None, "", True, False) else ...


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.decimals(-(10**9), 10**9, allow_nan=False, places=2),
    st.text(max_size=30),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(str),
    st.datetimes().map(lambda one: one.isoformat()),
    st.emails(),
    st.sampled_from(
        [
            *("+46 70-174 06 05", "19850412-9829", "Åsa Öberg", "OPEN", "A\u030asa"),
            *(f"{BASE}/people/7?of=%C3%85sa%20Berg", "/rest/acme-stores/x", "//h/x"),
            *("https://other.example/Åsa", "मनीषा शर्मा", "٣٤٥٦", "Straße", "İpek"),
        ]
    ),
)

VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*FILE.names, "land", "familyName"]) | st.emails(),
            inner,
            max_size=4,
        )
    ),
)


@settings(deadline=None, max_examples=50)
@given(VALUES, VALUES)
def test_nothing_is_left_but_what_the_file_names(value: Any, other: Any) -> None:
    made = scrubbed(value, other)
    own = {*words([*FILE.names]), *words([word for _, word in FILE.words])}
    known = {*own, "https", "http", *words(ELSEWHERE)}
    kept = {word for word in words(made) if word in {*words(value), *words(other)}}
    assert kept - known <= {one for one in kept if one.isdigit() and _small(one)}
    assert build(made) == build(value)


def _small(digits: str) -> bool:
    """Whether digits may be those of a number that is small enough to stay."""
    return len(digits) <= 4


@settings(deadline=None, max_examples=50)
@given(st.lists(LEAVES, max_size=8))
def test_the_same_stays_the_same_and_others_stay_others(values: list[Any]) -> None:
    made = scrubbed(values)
    texts = [one for one in values if isinstance(one, str)]
    others = [one for one in made if isinstance(one, str)]
    for text, other in zip(texts, others, strict=True):
        assert others[texts.index(text)] == other
    long = {one for one in texts if any(len(word) > 3 for word in words(one))}
    assert len({others[texts.index(one)] for one in long}) == len(long)


@pytest.mark.parametrize(
    ("value", "stays"),
    [
        ({"state": "OPEN"}, True),
        ({"name": "OPEN"}, False),
        ({"state": 2}, True),
        ({"state": "open"}, False),
        ({"land": "Sverige"}, True),
        ({"land": "se"}, True),
        ({"land": "SEK"}, True),
        ({"land": "Storgatan 3"}, False),
        ({"name": "Georgia"}, False),
        ({"percent": 25}, True),
        ({"percent": Decimal("12.5")}, True),
        ({"born": 1985}, False),
        ({"id": 12}, False),
        ({"customerNo": 12}, False),
        ({"paid": 12}, True),
        ({"name": "000"}, True),
        ({"at": "00:00"}, True),
    ],
)
def test_what_stays(value: dict[str, Any], stays: bool) -> None:
    made = scrubbed(value)
    assert ([*made.values()] == [*value.values()]) is stays


def test_who_is_known_by_a_small_number_is_not_any_more() -> None:
    made = scrubbed({"id": "7", "of": 7, "url": "/people/7"}, known="7")
    other = made["id"]
    assert other != "7"
    assert other == str([*made.values()][1])
    assert [*made.values()][2].endswith(f"/{other}")


def test_links_lead_to_the_same_place() -> None:
    value = {"id": "Åsa B", "next": f"{BASE}/people/%C3%85sa%20B?cursor=x%26y&page=2"}
    made = scrubbed(value)
    path, _, query = made["next"].removeprefix(f"{ELSEWHERE}/").partition("?")
    assert made["next"].startswith(f"{ELSEWHERE}/")
    assert "acme" not in made["next"]
    assert path.count("/") == 1
    assert query.count("=") == 2
    assert "%26" in query
    (below,) = scrubbed({"next": "/rest/acme-stores/people?page=2"}).values()
    assert below.count("/") == 1


def test_days_and_times_keep_their_order_and_their_form() -> None:
    value = [
        *("1958-07-14", "19580714-9819", "2026-05-03T10:11:12Z", "20260503"),
        *("2026-05-03 10:11", "2026-05-04T22:00:00.000+02:00", "2026-13-40"),
    ]
    made = scrubbed(value)
    born, number, bought, day, minute, later, none = made
    assert number.startswith(born.replace("-", ""))
    assert bought[:10].replace("-", "") == day
    assert born < bought < later
    assert minute.startswith(bought[:10])
    assert minute[10] == " "
    assert later.endswith("T22:00:00.000+02:00")
    assert none != value[-1]
    assert not {*made} & {*value}


def test_two_scrubbings_have_nothing_to_do_with_each_other() -> None:
    seen = set()
    for seed in range(5):
        scrubber = Scrubber(FILE, Pseudonyms(Random(seed)), BASE)
        scrubber.learn("Åsa Öberg")
        seen.add(scrubber.value("Åsa Öberg"))
    assert len(seen) == 5

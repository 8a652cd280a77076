"""Any id of a CRM's has a form that the SPI allows, and finds its way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.spi.identity.option_ids import PATTERN, fits, fitting, found, is_digest, own

GUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"


@pytest.mark.parametrize(
    ("theirs", "shown"),
    [
        ("fav-nhl-team", "fav-nhl-team"),
        ("ab", "ab"),
        ("1", "id-1"),
        ("M", "id-M"),
        ("2026_01", "id-2026_01"),
        ("id-1", "id-id-1"),
        ("1" * 29, "id-" + "1" * 29),
    ],
)
def test_a_prefix_is_enough(theirs: str, shown: str) -> None:
    assert fitting(theirs) == shown
    assert own(shown) == theirs
    assert fits(theirs) is (theirs == shown)


@pytest.mark.parametrize(
    "theirs", [GUID, "1" * 30, "Röd/Blå", "a-", "a b", "-" + "a" * 24, "\ud800", " 1"]
)
def test_a_digest_is_found_again(theirs: str) -> None:
    shown = fitting(theirs)
    assert PATTERN.fullmatch(shown)
    assert is_digest(shown)
    assert own(shown) == shown
    assert found(shown, ["1", theirs, GUID.upper()]) == theirs
    assert found(shown, ["1", "x"]) is None


ANY = st.text(min_size=1, max_size=40) | st.from_regex(
    r"(id-)*-?[a-z2-7]{0,30}", fullmatch=True
).filter(bool)


@given(ANY, ANY)
def test_every_id_fits_and_no_two_are_the_same(one: str, other: str) -> None:
    shown = fitting(one)
    assert PATTERN.fullmatch(shown)
    assert (own(shown) if not is_digest(shown) else found(shown, [one])) == one
    assert (shown == fitting(other)) is (one == other)

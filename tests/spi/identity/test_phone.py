"""Numbers in E.164 are known as such quickly, and just as surely as by reading them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.spi.identity.phone import e164, is_e164

CODES = st.sampled_from(
    [1, 7, 31, 33, 36, 39, 44, 45, 46, 47, 48, 49, 54, 55, 354, 383]
)


@settings(max_examples=500, deadline=None)
@given(
    code=CODES | st.integers(1, 999),
    rest=st.text("0123456789", min_size=3, max_size=13),
)
def test_what_needs_no_repair_is_known_quickly(code: int, rest: str) -> None:
    number = f"+{code}{rest}"
    assert is_e164(number) == (e164(number, "ZZ") == number)


def test_nothing_else_is_e164() -> None:
    others = ("", "+", "46701740605", "+0701740605", "+460701740605", "+4670 1740605")
    for text in others:
        assert not is_e164(text)

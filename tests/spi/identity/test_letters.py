"""One way of writing a text, and texts that need what cannot be seen stay whole."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.spi.identity.letters import FORMAT, all_written, is_written, written


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Åsa", "Åsa"),
        ("A\u030asa", "Åsa"),
        ("Ba\u0301ra\u0301", "Bárá"),
        ("\ufeffÅsa", "Åsa"),
        ("Å\u200bsa", "Åsa"),
        ("\u200e10012\u200f", "10012"),
        ("\u2068+46 70\u2069", "+46 70"),
        ("Små\u00adföretag", "Småföretag"),
        ("a\u2060b\u2062c", "abc"),
        ("A\u200b\u030asa", "Åsa"),
        ("An\u200dna", "Anna"),
        ("An\u200cna", "Anna"),
        ("070\u200d1112233", "0701112233"),
        ("\u200cعلی", "علی"),
        ("a\U000e0041b", "ab"),
    ],
)
def test_what_nobody_sees_is_gone(sent: str, kept: str) -> None:
    assert written(sent) == kept
    assert is_written(sent) is (sent == kept)


@pytest.mark.parametrize(
    "text",
    [
        "محمدی\u200cنژاد",  # Persian
        "ശ്രീകുമാര\u0d4d\u200d",  # Malayalam
        "क\u094d\u200dष",  # Devanagari
        "ශ\u0dca\u200dරී",  # Sinhala
        "ᠠ\u180e",  # Mongolian
        "ه\u200d.ق",
        "👨\u200d👩\u200d👧",
        "🧑🏽\u200d🚒",
        "❤\ufe0f\u200d🔥",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\u0600١٢",  # the Arabic number sign can be seen
        "a\xa0b",
        "two\nlines",
    ],
)
def test_what_a_text_needs_stays(text: str) -> None:
    assert written(text) == text
    assert is_written(text)


def test_every_format_character_is_decided_on() -> None:
    """A new version of Unicode may bring more: those that show stay, and are few."""
    seen = [
        character
        for character in map(chr, range(0x110000))
        if unicodedata.category(character) == "Cf" and not FORMAT.match(character)
    ]
    marks = ("NUMBER", "SIGN", "END OF AYAH", "MARK", "HIEROGLYPH")
    assert all(
        any(word in unicodedata.name(character) for word in marks) for character in seen
    )


def test_a_body_s_texts_wherever_they_are() -> None:
    sent = {"a": ["A\u030a", {"b\u200b": "\u200bx"}, 5, None, True], "c": "y"}
    assert all_written(sent) == {"a": ["Å", {"b\u200b": "x"}, 5, None, True], "c": "y"}


LETTERS = st.text(
    st.characters()
    | st.sampled_from(
        "\u200b\u200c\u200d\u00ad\u180e\ufe0f\u030aA👨🏴\U000e0067\U000e007fعक\u094d"
    )
)


@given(LETTERS)
def test_written_once_is_written_for_good(text: str) -> None:
    once = written(text)
    assert is_written(once)
    assert written(once) == once
    assert is_written(text) is (once == text)

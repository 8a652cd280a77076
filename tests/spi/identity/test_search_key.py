"""One person, however the cashier types the key."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.model import SearchKeyType
from bridge.spi.identity.identifiers import COMPANIES, PEOPLE
from bridge.spi.identity.mail_address import is_address
from bridge.spi.identity.search_key import SPELLINGS, normalise

TODAY = date(2026, 11, 1)


def spelled(key_type: str, key: str, country: str = "SE") -> str:
    found = normalise(SearchKeyType(key_type), key, country, today=TODAY)
    assert found.key_type == key_type
    return found.key


def test_every_key_type_has_a_spelling() -> None:
    assert SPELLINGS.keys() == set(SearchKeyType)


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("0701112233", "SE", "+46701112233"),
        ("070-111 22 33", "SE", "+46701112233"),
        ("+46701112233", "SE", "+46701112233"),
        (" 46701112233", "SE", "+46701112233"),  # the plus arrived as a space
        ("46701112233", "SE", "+46701112233"),
        ("0046701112233", "SE", "+46701112233"),
        ("+46 (0)70-111 22 33", "SE", "+46701112233"),
        (" 0701112233", "SE", "+46701112233"),
        ("0701112233 ", "SE", "+46701112233"),
        (" 358401234567", "SE", "+358401234567"),
        ("040 123 4567", "FI", "+358401234567"),
        ("41234567", "NO", "+4741234567"),
        (" 46907439", "NO", "+4746907439"),  # no Swedish number is that short
        (" 4741234567", "NO", "+4741234567"),
        ("5123 4567", "EE", "+37251234567"),
    ],
)
def test_a_mobile_number(typed: str, country: str, number: str) -> None:
    assert spelled("mobile", typed, country) == number


@pytest.mark.parametrize(
    "rubbish", ["hello", "12", "112", "070-BONUS99", "+", "0" * 40]
)
def test_what_is_no_number_is_passed_on_trimmed(rubbish: str) -> None:
    assert spelled("mobile", f" {rubbish} ") == rubbish


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" John.Doe@Example.COM ", "john.doe@example.com"),
        ("kim news@example.com", "kim+news@example.com"),  # so did this one
        ("ÅSA@ÖBERG.SE", "åsa@öberg.se"),
        ("nobody", "nobody"),
    ],
)
def test_an_e_mail_address(typed: str, address: str) -> None:
    assert spelled("email", typed) == address


def test_a_member_number_is_only_trimmed() -> None:
    assert spelled("member_number", " 0010012a ") == "0010012a"


@pytest.mark.parametrize(
    "typed",
    ["8803200016", "880320-0016", "198803200016", "19880320-0016", " 880320 0016 "],
)
def test_a_swedish_number_has_twelve_digits(typed: str) -> None:
    assert spelled("personal_id", typed) == "198803200016"


@pytest.mark.parametrize(
    ("typed", "today", "digits"),
    [
        ("121212-1212", TODAY, "201212121212"),
        ("121212+1212", TODAY, "191212121212"),
        ("191212121212", TODAY, "191212121212"),
        ("201212121212", TODAY, "201212121212"),
        ("880320+0016", TODAY, "188803200016"),
        ("261201-0005", TODAY, "192612010005"),  # not born yet, so a hundred soon
        ("261201-0005", date(2026, 12, 1), "202612010005"),
        ("261201+0005", date(2026, 12, 1), "192612010005"),
        ("121212-1212", date(2012, 12, 11), "191212121212"),
        ("000229-0005", TODAY, "200002290005"),
        # A samordningsnummer has 60 added to its day.
        ("701063-2391", TODAY, "197010632391"),
        ("19701063-2391", TODAY, "197010632391"),
    ],
)
def test_a_swedish_number_s_century(typed: str, today: date, digits: str) -> None:
    key = normalise(SearchKeyType.PERSONAL_ID, typed, "SE", today=today)
    assert key.key == digits


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("880320-0017", "198803200017"),  # check digit
        ("880320+0017", "188803200017"),
        ("881320-0014", "8813200014"),  # month
        ("880332-0012", "8803320012"),  # day
        ("880392-0000", "8803920000"),  # day of a samordningsnummer
        ("010229-0004", "0102290004"),  # 2001 was no leap year
    ],
)
def test_an_invalid_swedish_number_has_one_spelling_too(
    typed: str, digits: str
) -> None:
    assert spelled("personal_id", typed) == digits
    assert spelled("personal_id", typed.replace("-", "\u2212")) == digits


@pytest.mark.parametrize(
    "wrong",
    [
        "881320+0014",  # of which century, nobody can tell
        "19880320001",
        "8803200016x",
        "x",
        "８８０３２００016",
    ],
)
def test_what_is_no_swedish_number_is_passed_on_trimmed(wrong: str) -> None:
    assert spelled("personal_id", f" {wrong} ") == wrong


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("FI", " 131052-308t", "131052-308T"),
        ("FI", "131052A308T", "131052A308T"),
        ("FI", "131052-308U", "131052-308U"),
        ("NO", "151086 95088", "15108695088"),
        ("DK", "211062-5629", "2110625629"),
        ("EE", "36805280109", "36805280109"),
        ("LV", "161175-19997", "16117519997"),
        ("LT", "33309240064", "33309240064"),
        ("NL", "1112.22.333", "111222333"),
        ("BE", "85.07.30-033 28", "85073003328"),
        ("PL", "44051401359", "44051401359"),
        ("DE", " 12 345 ", "12 345"),
        ("GB", " QQ123456C ", "QQ123456C"),
        ("XX", " 1 ", "1"),
    ],
)
def test_other_countries_people(country: str, typed: str, kept: str) -> None:
    assert spelled("personal_id", typed, country) == kept


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("SE", "212000-0142", "2120000142"),
        ("SE", "16212000-0142", "2120000142"),
        ("SE", "2120000143", "2120000143"),
        ("SE", "20212000-0142", "20212000-0142"),
        ("SE", "19880320-0016", "8803200016"),  # a sole trader
        ("SE", "880320-0016", "8803200016"),
        ("FI", "2077474-0", "20774740"),
        ("NO", "988 077 917", "988077917"),
        ("DK", "13 58 56 28", "13585628"),
        ("EE", "1234 5678", "12345678"),
        ("LV", "40003521600", "40003521600"),
        ("FR", "732 829 320 00074", "73282932000074"),
        ("DE", " HRB 123 ", "HRB 123"),
        ("FI", "2077474-1", "20774741"),
    ],
)
def test_companies(country: str, typed: str, kept: str) -> None:
    assert spelled("company_id", typed, country) == kept


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("john.doe+x@mail.example.co.uk", True),
        ("åsa@företag.se", True),
        ("a@xn--frtag-mua.xn--p1ai", True),
        ("x" * 64 + "@example.com", True),
        ("x" * 65 + "@example.com", False),
        ("a@b", False),
        ("a@-b.se", False),
        ("a@b-.se", False),
        ("a@b..se", False),
        ("a b@c.se", False),
        ("a@b.se\n", False),
        ("@b.se", False),
        ("a@", False),
        ("<a@b.se>", False),
        ("a@" + "b." * 130 + "se", False),
    ],
)
def test_what_can_be_an_address(text: str, right: bool) -> None:
    assert is_address(text) is right


TYPED = st.text(max_size=30) | st.text(
    st.sampled_from("0123456789+- .:/()ABCDFHKT٣８²½"), min_size=5, max_size=16
)


@settings(max_examples=300, deadline=None)
@given(
    key_type=st.sampled_from(SearchKeyType),
    key=TYPED,
    country=st.sampled_from([*sorted(PEOPLE.keys() | COMPANIES.keys()), "SE", "DE"]),
)
def test_any_key_has_one_spelling(
    key_type: SearchKeyType, key: str, country: str
) -> None:
    once = normalise(key_type, key, country, today=TODAY).key
    assert once == once.strip()
    assert normalise(key_type, once, country, today=TODAY).key == once

"""Whatever the demo CRM has of a contact is still there when a card comes back."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import example
from hypothesis import strategies as st

from demo_crm.fields import CHANNELS, SEXES
from tests.mappings.demo.conftest import Office
from tests.mappings.suites.round_trip import (
    COUNTRY,
    NUMBER,
    NUMBERED,
    TEXT,
    RoundTripTests,
    given,
    some,
)
from tests.mappings.till import Till

LONG = "Storgatan " * 100
PLACES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["attention", "street2", "postcode", "town", "region"], TEXT),
        "street": TEXT | st.just(LONG),
        "country": COUNTRY,
    },
)
KEYS = st.sampled_from(["fav-nhl-team", "1", "x", "id-2", "a b", "å" * 40]) | TEXT
ATTRIBUTES = st.lists(
    st.fixed_dictionaries(
        {"key": KEYS},
        optional={"values": st.lists(KEYS, max_size=3), "text": TEXT},
    ).filter(lambda one: one.get("values") or one.get("text")),
    max_size=3,
    unique_by=lambda one: one["key"],
)
CONTACTS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["cardNo", "givenName", "familyName", "company"], TEXT),
        "email": st.from_regex(r"[^@\s]{1,8}@[a-zÅ-ö.-]{1,12}", fullmatch=True),
        "cell": NUMBER,
        "landline": NUMBER,
        "nationalId": NUMBERED,
        "orgNo": NUMBERED,
        "sex": st.sampled_from(sorted(SEXES)),
        "bornOn": st.dates(date(1900, 1, 1), date(2026, 1, 1)).map(str),
        "billTo": PLACES,
        "shipTo": PLACES,
        "optIn": st.dictionaries(st.sampled_from(sorted(CHANNELS)), st.booleans()),
        "agreements": st.lists(TEXT | st.just("n" * 300), max_size=4, unique=True),
        "attributes": ATTRIBUTES,
        "homeShop": TEXT,
    },
)


class TestRoundTrip(RoundTripTests):
    last_name = "familyName"

    @some(40)
    @example({"cell": "491712345678"})
    @example({"billTo": {"street": LONG, "country": "Kekkonia"}})
    @example({"agreements": ["n" * 300], "optIn": {"sms": True}})
    @example({"attributes": [{"key": "1", "values": ["2", "toronto"]}]})
    @given(CONTACTS)
    def test_a_card_comes_back(self, till: Till, office: Office, record: Any) -> None:
        self.check(till, office, record)

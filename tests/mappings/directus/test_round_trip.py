"""Whatever Directus has of a customer is still there when a card comes back."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.mappings.directus.conftest import Office
from tests.mappings.suites.round_trip import (
    COUNTRY,
    NUMBER,
    NUMBERED,
    TEXT,
    RoundTripTests,
    given,
    new_email,
    some,
)
from tests.mappings.till import Till

CUSTOMERS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["first_name", "last_name", "company", "home_store"], TEXT),
        **dict.fromkeys(["street", "street2", "zip", "city"], TEXT),
        **dict.fromkeys(["mobile", "phone"], NUMBER),
        **dict.fromkeys(["personal_id", "company_id"], NUMBERED),
        "country": COUNTRY,
        "gender": st.sampled_from(["female", "male", "other", "unknown"]),
        "birthday": st.dates(date(1900, 1, 1), date(2026, 1, 1)).map(str),
        "contact_by": st.lists(st.sampled_from(["email", "sms", "fax"]), unique=True),
        "consents": st.lists(TEXT, max_size=3, unique=True),
        "shoe_size": st.integers(30, 50),
        "email": st.booleans(),
    },
)


class TestRoundTrip(RoundTripTests):
    last_name = "last_name"

    @some(10)
    @given(CUSTOMERS)
    def test_a_card_comes_back(self, till: Till, office: Office, record: Any) -> None:
        if record.pop("email", False):
            record["email"] = new_email()
        self.check(till, office, record)

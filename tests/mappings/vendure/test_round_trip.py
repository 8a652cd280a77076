"""Whatever Vendure has of a customer is still there when a card comes back."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.mappings.suites.round_trip import (
    NUMBER,
    NUMBERED,
    TEXT,
    RoundTripTests,
    given,
    new_email,
    some,
)
from tests.mappings.till import Till
from tests.mappings.vendure.conftest import Office

PLACES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["fullName", "company", "city", "province"], TEXT),
        **dict.fromkeys(["streetLine1", "streetLine2", "postalCode"], TEXT),
        "phoneNumber": NUMBER,
        "countryCode": st.sampled_from(["SE", "FI"]),
        "defaultShippingAddress": st.booleans(),
        "defaultBillingAddress": st.booleans(),
    },
)
CUSTOM = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["personalId", "companyId"], NUMBERED),
        **dict.fromkeys(["company", "homeStore"], TEXT),
        "landline": NUMBER,
        "gender": st.sampled_from(["female", "male"]),
        "birthday": st.sampled_from(["1990-02-03", "3/2 1990", "1990-02-03T00:00"]),
        "consents": st.lists(
            st.sampled_from(["news", "cookies", "profile"]), unique=True
        ),
        "communication": st.lists(st.sampled_from(["email", "sms"]), unique=True),
    },
)
CUSTOMERS = st.fixed_dictionaries(
    {
        "customer": st.fixed_dictionaries(
            {},
            optional={
                **dict.fromkeys(["title", "firstName", "lastName"], TEXT),
                "phoneNumber": NUMBER,
                "customFields": CUSTOM,
                "emailAddress": st.uuids().map("{}@Example.org".format),
            },
        ),
        "addresses": st.lists(PLACES, max_size=2),
    }
)


class TestRoundTrip(RoundTripTests):
    last_name = "lastName"

    @some(6)
    @given(CUSTOMERS)
    def test_a_card_comes_back(self, till: Till, office: Office, record: Any) -> None:
        if "emailAddress" in record["customer"]:
            record["customer"]["emailAddress"] = new_email()
        self.check(till, office, record)

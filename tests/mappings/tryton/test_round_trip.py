"""Whatever Tryton has of a party is still there when a card comes back."""

from __future__ import annotations

from typing import Any

from hypothesis import example
from hypothesis import strategies as st

from tests.mappings.suites.round_trip import (
    NEW_NAME,
    NUMBERED,
    TEXT,
    RoundTripTests,
    given,
    some,
)
from tests.mappings.till import Till
from tests.mappings.tryton.conftest import Office

LINES = st.lists(TEXT, min_size=1, max_size=4).map("\n".join)
NAMED = ("Gender:", "Birthday:", "Home store:", "roast", "milk", "Fax at home")
MECHANISMS = st.one_of(
    st.sampled_from(["+358 40 1110003", "+358 40 1110004"]).map(
        lambda number: {"type": "mobile", "value": number}
    ),
    st.sampled_from(["+358 9 12345678"]).map(lambda n: {"type": "phone", "value": n}),
    st.sampled_from(["Eeva@Example.org", "eeva@example.org"]).map(
        lambda address: {"type": "email", "value": address}
    ),
    st.builds(
        lambda name, value: {"type": "other", "name": name, "value": value},
        st.sampled_from(NAMED),
        st.sampled_from(["female", "robot", "1952-10-13", "dark", "1,2"]) | TEXT,
    ),
)
ADDRESSES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["attn", "city", "postal_code"], TEXT),
        "party_name": TEXT.map("The firm of {}".format),
        "street_unstructured": LINES,
        "invoice": st.booleans(),
        "delivery": st.booleans(),
    },
)
PARTIES = st.fixed_dictionaries(
    {
        "name": TEXT,
        "contact_mechanisms": st.lists(MECHANISMS, max_size=5),
        "identifiers": st.lists(
            st.builds(lambda code: {"type": None, "code": code}, NUMBERED), max_size=2
        ),
        "addresses": st.lists(ADDRESSES, max_size=3),
        "categories": st.lists(
            st.sampled_from(["sms", "email", "Profiling", "Personal offers"]),
            unique=True,
        ),
    }
)
NOTHING: dict[str, Any] = {
    "name": "Eeva",
    "contact_mechanisms": [],
    "identifiers": [],
    "addresses": [],
    "categories": [],
}


class TestRoundTrip(RoundTripTests):
    def renamed(self, record: dict[str, Any], card: Any) -> dict[str, Any]:
        ((name, *rest),) = record["party"]
        # As Tryton has it: a card may spell the same letters in another way.
        first = name.rpartition(" ")[0] if " " in name else name
        name = f"{first if 'name_first' in card else ''} {NEW_NAME}".strip()
        return record | {"party": [(name, *rest)]}

    @some(6)
    @example(NOTHING | {"name": "\N{CJK COMPATIBILITY IDEOGRAPH-2F800}"})
    @example(NOTHING | {"addresses": [{"street_unstructured": "A 1\nB\nC"}]})
    @example(
        NOTHING
        | {
            "contact_mechanisms": [
                {"type": "other", "name": "Gender:", "value": one}
                for one in ("robot", "male")
            ]
        }
    )
    @given(PARTIES)
    def test_a_card_comes_back(self, till: Till, office: Office, record: Any) -> None:
        self.check(till, office, record)

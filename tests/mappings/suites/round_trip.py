"""Whatever a CRM has of a customer is still there after a till has sent the card back.

Customers of all kinds are put into the CRM by its own means.  A till shows each, sends
the card back as it is, and then with one name corrected: the CRM's own record must be
what it was, but for the name.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Protocol

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.extent import EVERYTHING
from tests.mappings.till import Till

NEW_NAME = "Ändrad"

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]),
    min_size=1,
    max_size=40,
).filter(str.strip)
"""What somebody may have typed into a CRM, in any script."""

NUMBER = st.one_of(
    st.from_regex(r"\+?[0-9 ()/-]{5,20}", fullmatch=True),
    st.sampled_from(
        ["+46 70 174 06 05", "070-174 06 05", "0046701740605", "46701740605"]
    ),
    TEXT,
)

COUNTRY = st.one_of(
    st.sampled_from(["SE", "se", "Sverige", "SWE", "Turkey", "XK", "UK", "Kekkonia"]),
    TEXT,
)

NUMBERED = st.one_of(
    st.sampled_from(["850412-9829", "198504129829", "131052-308T", "SE559900113701"]),
    TEXT,
)


class RoundTripOffice(Protocol):
    """What a CRM's tests must be able to do past the bridge."""

    def put(self, record: Any) -> str:
        """Put a customer into the CRM as they are; return the id."""

    def record(self, customer: str) -> dict[str, Any]:
        """Return all that the CRM has of a customer, but for when it was changed."""


class RoundTripTests:
    """A CRM says by ``last_name`` or ``renamed`` where a record has that name."""

    last_name: ClassVar[str]

    def renamed(self, record: dict[str, Any], card: Any) -> dict[str, Any]:
        """Return a record as it is with another last name."""
        return record | {self.last_name: NEW_NAME}

    def check(self, till: Till, office: RoundTripOffice, record: Any) -> None:
        """Show a customer, send the card back, and correct the name."""
        customer = office.put(record)
        before = office.record(customer)
        card = till.customer(customer)
        path = f"/customers/{customer}"
        for sent in (card, {**dict.fromkeys(OPTIONAL), **card}):
            answer = till("PUT", path, json=sent)
            assert answer.status_code == 200, answer.text
            assert answer.json() == card
            assert office.record(customer) == before
        answer = till("PUT", path, json={**card, "name_last": NEW_NAME})
        assert answer.status_code == 200, answer.text
        assert answer.json()["name_last"] == NEW_NAME
        assert office.record(customer) == self.renamed(before, card)


OPTIONAL = (
    *("member_number", "email", "name_first", "name_last", "personal_id", "company"),
    *("company_id", "phone", "mobile", "invoice_address", "delivery_address"),
    *("gender", "birthday", "accepts_communication", "consents"),
    "additional_options",
)
"""A till may send null for what is not on the card."""


def new_email() -> str:
    """Return an address that nobody has yet, whichever examples are tried again."""
    return f"{uuid.uuid4()}@Example.org"


def some(examples: int) -> settings:
    """Try so many by default, and many more in CI."""
    return settings(
        max_examples=examples * 10 if EVERYTHING else examples,
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.differing_executors,
        ],
    )


__all__ = [
    "COUNTRY",
    "NUMBER",
    "NUMBERED",
    "TEXT",
    "RoundTripTests",
    "given",
    "new_email",
    "some",
]

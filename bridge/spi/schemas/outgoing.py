"""What the POS is answered; ``Unpresentable`` where there is nothing to show.

``country`` is the site's; ``report`` is told of every repair and omission, by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.spi.schemas.answer import list_presenter, presenter, whole_answer
from bridge.spi.schemas.catalogue import AdditionalOptionsSectionSchema, ConsentSchema
from bridge.spi.schemas.customer import CustomerSchema
from bridge.spi.schemas.fields.property import Report
from bridge.spi.schemas.transaction import TransactionSchema

Json = dict[str, Any]

KNOWN = presenter(CustomerSchema, required=frozenset({"customer_id"}))
"""A customer of the CRM."""

FOUND = list_presenter(KNOWN, "")

STRANGERS = list_presenter(
    presenter(CustomerSchema, without=frozenset({"customer_id"})), ""
)
"""People from a register outside the CRM: an id of theirs is no customer_id."""


def answer_customer(customer: object, country: str, report: Report) -> Json:
    """Return a customer: the answer to get, create and update."""
    answer: Json = whole_answer(KNOWN, customer, country, report)
    return answer


def answer_customers(customers: object, country: str, report: Report) -> list[Json]:
    """Return customers: the answer to search."""
    answer: list[Json] = whole_answer(FOUND, customers, country, report)
    return answer


def answer_lookup(customers: object, country: str, report: Report) -> list[Json]:
    """Return people without a customer_id: the answer to lookup."""
    answer: list[Json] = whole_answer(STRANGERS, customers, country, report)
    return answer


def answer_transactions(
    transactions: object, country: str, report: Report
) -> list[Json]:
    """Return what a customer bought."""
    return TransactionSchema.answers(transactions, country, report)


def answer_consents(consents: object, country: str, report: Report) -> list[Json]:
    """Return what a customer can agree to."""
    return ConsentSchema.answers(consents, country, report)


def answer_additional_options(
    sections: object, country: str, report: Report
) -> list[Json]:
    """Return what can be chosen for a customer."""
    return AdditionalOptionsSectionSchema.answers(sections, country, report)


def answer_redeem(
    redeem_id: str, bonus_checks: Sequence[str], promotions: Sequence[str]
) -> Json:
    """Return a redeem that was carried out.  It is ours: nothing to repair."""
    return {
        "redeem_id": redeem_id,
        "bonus_checks": list(bonus_checks),
        "promotions": list(promotions),
    }


def answer_error(errortext: str, statuscode: int) -> Json:
    """Return the SPI's Error."""
    return {"errortext": errortext, "statuscode": statuscode}

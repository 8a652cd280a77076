"""The SPI's objects: requests are loaded strictly, answers always satisfy the SPI.

The schemas also become the components of the API description.
"""

from bridge.spi.schemas.catalogue import AdditionalOptionsSectionSchema, ConsentSchema
from bridge.spi.schemas.customer import CustomerSchema
from bridge.spi.schemas.difference import difference
from bridge.spi.schemas.fields.property import Report
from bridge.spi.schemas.incoming import (
    body_customer_id,
    checked,
    load_customer_properties,
    load_redeem,
    load_search,
)
from bridge.spi.schemas.openapi_fields import teach
from bridge.spi.schemas.outgoing import (
    answer_additional_options,
    answer_consents,
    answer_customer,
    answer_customers,
    answer_error,
    answer_lookup,
    answer_redeem,
    answer_transactions,
)
from bridge.spi.schemas.redeem import (
    Basket,
    ErrorSchema,
    RedeemSchema,
    SearchQuerySchema,
)
from bridge.spi.schemas.required import refuse_clearing
from bridge.spi.schemas.transaction import TransactionSchema

__all__ = [
    "AdditionalOptionsSectionSchema",
    "Basket",
    "ConsentSchema",
    "CustomerSchema",
    "ErrorSchema",
    "RedeemSchema",
    "Report",
    "SearchQuerySchema",
    "TransactionSchema",
    "answer_additional_options",
    "answer_consents",
    "answer_customer",
    "answer_customers",
    "answer_error",
    "answer_lookup",
    "answer_redeem",
    "answer_transactions",
    "body_customer_id",
    "checked",
    "difference",
    "load_customer_properties",
    "load_redeem",
    "load_search",
    "refuse_clearing",
    "teach",
]

"""What is sent to Vendure for a redeem: the orders that it is made of, as GraphQL.

Knows the words, not what to make of the answers: that is ``spending``'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.model import Context
from mappings.vendure.options import Options
from mappings.vendure.protocol import Json

ORDER = "\nfragment Order on Order { id state active promotions { id } }"
REFUSAL = "\nfragment Refusal on ErrorResult { errorCode }"

FIND = (
    """query ($under: OrderFilterParameter!) {
    orders(options: { filter: $under, sort: { createdAt: DESC } }) {
        items { ...Order }
    }
}"""
    + ORDER
)

CREATE = "mutation { draft: createDraftOrder { id } }"

PAY = (
    """mutation ($order: ID!, $payment: ManualPaymentInput!) {
    ready: transitionOrderToState(id: $order, state: "ArrangingPayment") {
        ...Order ...Refusal
    }
    paid: addManualPaymentToOrder(input: $payment) { ...Order ...Refusal }
}"""
    + ORDER
    + REFUSAL
)

CANCEL = (
    """mutation ($order: ID!, $lines: CancelOrderInput!) {
    lines: cancelOrder(input: $lines) { ...Order ...Refusal }
    rest: transitionOrderToState(id: $order, state: "Cancelled") {
        ...Order ...Refusal
    }
}"""
    + ORDER
    + REFUSAL
)
"""The first ends an order as well, unless it has no lines left; then the other does."""


def prepare(options: Options) -> str:
    """Return the query for whoever redeems, and for what is redeemed."""
    custom = f"kind: {options.kind_field} owner: {options.owner_field}"
    return f"""query ($customer: ID!, $promotions: [String!]!) {{
    customer(id: $customer) {{ id }}
    promotions(options: {{ filter: {{ id: {{ in: $promotions }} }} }}) {{
        items {{ id couponCode customFields {{ {custom} }} }}
    }}
}}"""


def fill(codes: Sequence[str]) -> str:
    """Return the mutation that puts everything on a draft, its reference first."""
    places = range(len(codes))
    declared = "".join(f", $code{place}: String!" for place in places)
    applied = "\n    ".join(
        f"code{place}: applyCouponCodeToDraftOrder("
        f"orderId: $order, couponCode: $code{place}) {{ ...Order ...Refusal }}"
        for place in places
    )
    return f"""mutation ($order: ID!, $about: UpdateOrderInput!, $customer: ID!,
    $item: AddItemToDraftOrderInput!, $shipping: ID!{declared}) {{
    about: setDraftOrderCustomFields(orderId: $order, input: $about) {{ ...Order }}
    whose: setCustomerForDraftOrder(orderId: $order, customerId: $customer) {{
        ...Order ...Refusal
    }}
    item: addItemToDraftOrder(orderId: $order, input: $item) {{ ...Order ...Refusal }}
    {applied}
    filled: setDraftOrderShippingMethod(
        orderId: $order, shippingMethodId: $shipping
    ) {{ ...Order ...Refusal }}
}}{ORDER}{REFUSAL}"""


def filling(
    order: str, customer: str, codes: Sequence[str], ref: str, options: Options
) -> Json:
    """Return the variables of ``fill``."""
    return {
        "order": order,
        "about": {"id": order, "customFields": {options.reference_field: ref}},
        "customer": customer,
        "item": {"productVariantId": options.variant, "quantity": 1},
        "shipping": options.shipping_method,
        **{f"code{place}": code for place, code in enumerate(codes)},
    }


def payment(order: str, ref: str, context: Context) -> Json:
    """Return the payment, of nothing, that ends a redeem; it says where that was."""
    return {
        "orderId": order,
        "method": "Sitoo",
        "transactionId": ref,
        "metadata": {"store": context.store_id, "register": context.register_id},
    }


def under(ref: str, options: Options) -> Json:
    """Return the orders under a reference that are not cancelled, as a filter."""
    return {
        options.reference_field: {"eq": ref},
        "state": {"notEq": "Cancelled"},
    }

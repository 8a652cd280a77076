"""The models of Odoo 18 that the bridge uses, and their fields, as far as it does.

``char``, ``date`` and so on say what a field holds; ``m2o MODEL`` one record, ``m2m
MODEL`` several, ``o2m MODEL FIELD`` those that point back.  What is computed has its
function in ``computed``.
"""

from __future__ import annotations

NAMED = {"name": "char", "active": "bool"}
ADDRESS = {
    **dict.fromkeys(("street", "street2", "zip", "city"), "char"),
    "state_id": "m2o res.country.state",
    "country_id": "m2o res.country",
}
AMOUNTS = dict.fromkeys(
    ("price_unit", "discount", "price_subtotal"),
    "float",
)

SCHEMA: dict[str, dict[str, str]] = {
    "res.users": {
        **NAMED,
        "login": "char",
        "password": "char",
        "groups_id": "m2m res.groups",
        "company_id": "m2o res.company",
        "company_ids": "m2m res.company",
    },
    "res.groups": {**NAMED, "xml_id": "char"},
    "res.company": {"name": "char", "country_id": "m2o res.country"},
    "res.lang": {"code": "char", "active": "bool"},
    "res.currency": NAMED,
    "res.country": {"name": "char", "code": "char"},
    "res.country.state": {
        "name": "char",
        "code": "char",
        "country_id": "m2o res.country",
    },
    "res.partner": {
        **NAMED,
        **ADDRESS,
        **dict.fromkeys(
            (
                *("email", "mobile", "phone", "ref", "company_registry", "vat"),
                *("lang", "type", "company_name"),
            ),
            "char",
        ),
        **dict.fromkeys(
            (
                *("email_normalized", "phone_sanitized", "country_code"),
                *("complete_name", "commercial_company_name", "phone_mobile_search"),
            ),
            "char",
        ),
        "is_company": "bool",
        "parent_id": "m2o res.partner",
        "child_ids": "o2m res.partner parent_id",
        "commercial_partner_id": "m2o res.partner",
        "category_id": "m2m res.partner.category",
        "company_id": "m2o res.company",
    },
    "res.partner.category": {**NAMED, "parent_id": "m2o res.partner.category"},
    "ir.model": {"model": "char", "name": "char"},
    "ir.model.data": {
        "module": "char",
        "name": "char",
        "model": "char",
        "res_id": "int",
    },
    "ir.model.fields": {
        **dict.fromkeys(("name", "field_description", "ttype", "state"), "char"),
        "index": "char",
        "model_id": "m2o ir.model",
    },
    "ir.actions.server": {
        **dict.fromkeys(("name", "state", "code"), "char"),
        "model_id": "m2o ir.model",
        "groups_id": "m2m res.groups",
    },
    "account.tax": {
        **NAMED,
        "amount": "float",
        "amount_type": "char",
        "price_include": "bool",
        "company_id": "m2o res.company",
    },
    "product.product": {**NAMED, "default_code": "char", "list_price": "float"},
    "loyalty.program": {
        **NAMED,
        **dict.fromkeys(("program_type", "trigger", "applies_on"), "char"),
        "portal_point_name": "char",
        "date_from": "date",
        "date_to": "date",
        "company_id": "m2o res.company",
        "currency_id": "m2o res.currency",
        "reward_ids": "o2m loyalty.reward program_id",
        "rule_ids": "o2m loyalty.rule program_id",
        "coupon_ids": "o2m loyalty.card program_id",
    },
    "loyalty.reward": {
        **dict.fromkeys(
            (
                *("description", "reward_type", "discount_mode"),
                "discount_applicability",
            ),
            "char",
        ),
        **dict.fromkeys(
            ("discount", "discount_max_amount", "required_points"), "float"
        ),
        "active": "bool",
        "clear_wallet": "bool",
        "program_id": "m2o loyalty.program",
    },
    "loyalty.rule": {
        "active": "bool",
        "program_id": "m2o loyalty.program",
        "minimum_qty": "int",
        "minimum_amount": "float",
        "product_ids": "m2m product.product",
        "product_category_id": "m2o product.category",
        "product_tag_id": "m2o product.tag",
        "product_domain": "char",
    },
    "product.category": NAMED,
    "product.tag": NAMED,
    "loyalty.card": {
        "active": "bool",
        "code": "char",
        "points": "float",
        "points_display": "char",
        "expiration_date": "date",
        "partner_id": "m2o res.partner",
        "program_id": "m2o loyalty.program",
        "program_type": "char",
        "company_id": "m2o res.company",
    },
    "loyalty.history": {
        "card_id": "m2o loyalty.card",
        "description": "char",
        "used": "float",
        "issued": "float",
    },
    "loyalty.card.update.balance": {
        "card_id": "m2o loyalty.card",
        "new_balance": "float",
        "description": "char",
    },
    "sale.order": {
        **dict.fromkeys(("name", "state", "client_order_ref"), "char"),
        "date_order": "datetime",
        "amount_total": "float",
        "partner_id": "m2o res.partner",
        "currency_id": "m2o res.currency",
        "company_id": "m2o res.company",
        "user_id": "m2o res.users",
        "order_line": "o2m sale.order.line order_id",
    },
    "sale.order.line": {
        **AMOUNTS,
        **dict.fromkeys(("product_uom_qty", "price_tax", "price_total"), "float"),
        "name": "char",
        "sequence": "int",
        "display_type": "char",
        "order_id": "m2o sale.order",
        "product_id": "m2o product.product",
        "tax_id": "m2m account.tax",
    },
    "pos.config": NAMED,
    "pos.payment.method": NAMED,
    "pos.order": {
        **dict.fromkeys(("name", "state", "pos_reference"), "char"),
        "date_order": "datetime",
        "amount_total": "float",
        "partner_id": "m2o res.partner",
        "currency_id": "m2o res.currency",
        "company_id": "m2o res.company",
        "config_id": "m2o pos.config",
    },
    "pos.order.line": {
        **AMOUNTS,
        **dict.fromkeys(("qty", "price_subtotal_incl"), "float"),
        "full_product_name": "char",
        "customer_note": "char",
        "order_id": "m2o pos.order",
        "product_id": "m2o product.product",
        "tax_ids": "m2m account.tax",
    },
    "pos.payment": {
        "amount": "float",
        "pos_order_id": "m2o pos.order",
        "payment_method_id": "m2o pos.payment.method",
    },
}

ORDER = {
    "res.partner": "complete_name asc, id desc",
    "res.partner.category": "name",
    "loyalty.history": "id desc",
    "sale.order": "date_order desc, id desc",
    "pos.order": "date_order desc, name desc, id desc",
}
"""How a list comes that nobody has asked to be in an order."""

DEFAULTS: dict[str, dict[str, object]] = {
    "res.partner": {"type": "contact"},
    "loyalty.reward": {
        "reward_type": "discount",
        "discount": 10.0,
        "discount_mode": "percent",
        "discount_applicability": "order",
        "required_points": 1.0,
    },
    "loyalty.rule": {"minimum_qty": 1, "product_domain": "[]"},
    "account.tax": {"amount_type": "percent"},
    "sale.order.line": {"product_uom_qty": 1.0, "sequence": 10},
}

EMPTY = {"float": 0.0, "int": 0}


def empty(spec: str) -> object:
    """Return what a field has that nobody has written."""
    return [] if spec.startswith(("m2m", "o2m")) else EMPTY.get(spec, False)

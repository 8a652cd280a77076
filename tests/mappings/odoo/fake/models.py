"""What single models do besides: contacts, loyalty, sales, users."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.mappings.odoo.fake.code import run_code
from tests.mappings.odoo.fake.computed import commercial
from tests.mappings.odoo.fake.errors import (
    AccessError,
    ValidationError,
    gone,
)
from tests.mappings.odoo.fake.methods import create, write, write_fields
from tests.mappings.odoo.fake.rights import Env
from tests.mappings.odoo.fake.tables import Row

ADDRESS = ("street", "street2", "zip", "city", "state_id", "country_id")
TAX = 1
"""The tax of every product of the shop."""

FAILED = "The operation cannot be completed: "


# Contacts


def create_contact(env: Env, model: str, values: Any) -> Any:
    if isinstance(values, list):
        return [create_contact(env, model, one) for one in values]
    made = int(create(env, model, values))
    row = env.tables.rows[model][made]
    _needs_a_name(row)
    _follow_company(env, row)
    _first_address(env, row)
    return made


def write_contact(env: Env, model: str, ids: list[int], values: Row) -> bool:
    write(env, model, ids, values)
    for one in ids:
        row = env.tables.rows[model][one]
        _needs_a_name(row)
        if values.get("parent_id"):
            _follow_company(env, row)
        for child in _below(env, row):
            if "company_registry" in values and commercial(env.tables, row) is row:
                new = {"company_registry": row["company_registry"]}
                env.tables.change(model, child["id"], **new)
            if child["type"] == "contact" and values.keys() & {*ADDRESS}:
                new = {name: row[name] for name in ADDRESS}
                env.tables.change(model, child["id"], **new)
    return True


def _needs_a_name(row: Row) -> None:
    if row["type"] == "contact" and not row["name"]:
        raise ValidationError(f"{FAILED}Contacts require a name")


def _follow_company(env: Env, row: Row) -> None:
    """What a company has, its contacts have: its numbers, and its address."""
    if not row["parent_id"]:
        return
    trader = commercial(env.tables, row)
    if trader is not row:
        new = {name: trader[name] for name in ("vat", "company_registry")}
        env.tables.change("res.partner", row["id"], **new)
    above = env.tables.rows["res.partner"][row["parent_id"]]
    if row["type"] == "contact" and any(above[name] for name in ADDRESS):
        new = {name: above[name] for name in ADDRESS}
        env.tables.change("res.partner", row["id"], **new)


def _first_address(env: Env, row: Row) -> None:
    """``_handle_first_contact_creation`` of res_partner.py, 18.0."""
    above = env.tables.rows["res.partner"].get(row["parent_id"])
    if above is None or not (above["is_company"] or not above["parent_id"]):
        return
    own = any(above[name] for name in ADDRESS)
    if any(row[name] for name in ADDRESS) and not own and len(_below(env, above)) == 1:
        new = {name: row[name] for name in ADDRESS}
        env.tables.change("res.partner", above["id"], **new)


def _below(env: Env, row: Row) -> list[Row]:
    everybody = env.tables.of("res.partner")
    return [one for one in everybody if one["parent_id"] == row["id"]]


# Loyalty


def create_program(env: Env, model: str, values: Row) -> int:
    company = env.tables.rows["res.users"][env.user]["company_id"]
    currency = next(env.tables.of("res.currency"))["id"]
    new = {"company_id": company, "currency_id": currency, **values}
    return int(create(env, model, new))


def create_reward(env: Env, model: str, values: Row) -> int:
    made = int(create(env, model, values))
    row = env.tables.rows[model][made]
    program = env.tables.rows["loyalty.program"][row["program_id"]]
    if row["required_points"] <= 0:
        text = "The required points for a reward must be strictly positive."
        raise ValidationError(FAILED + text)
    if not row["description"]:
        said = _described(env, row, program)
        env.tables.change(model, made, description=said)
    return made


def _described(env: Env, row: Row, program: Row) -> str:
    if program["program_type"] == "gift_card":
        return "Gift Card"
    if row["reward_type"] == "product":
        return "Free Product"
    amount = f"{row['discount']:g}"
    if row["discount_mode"] == "percent":
        return f"{amount}% on your order"
    return f"$ {amount} on your order"


def create_card(env: Env, model: str, values: Row) -> int:
    code = f"044{uuid.uuid4().hex[7:18]}"
    new = {"code": code, **values}
    if any(row["code"] == new["code"] for row in env.tables.of(model, archived=True)):
        raise ValidationError(f"{FAILED}A coupon/loyalty card must have a unique code.")
    return int(create(env, model, new))


def update_balance(env: Env, model: str, ids: list[int]) -> None:
    """Write a balance that somebody worked out before: what came between is lost."""
    (wizard,) = ids
    asked = env.tables.rows[model].get(wizard)
    if asked is None:
        raise gone(model, wizard, env.user)
    card = env.tables.rows["loyalty.card"][asked["card_id"]]
    old, new = card["points"], asked["new_balance"]
    if old == new or new < 0:
        raise ValidationError(
            "New Balance should be positive and different then old balance."
        )
    used, issued = max(old - new, 0), max(new - old, 0)
    line = {"card_id": card["id"], "description": asked["description"]}
    create(env, "loyalty.history", {**line, "used": used, "issued": issued})
    write(env, "loyalty.card", [card["id"]], {"points": new})


# Sales


def create_order(env: Env, model: str, values: Row) -> int:
    user = env.tables.rows["res.users"][env.user]
    new = {
        "state": "draft",
        "company_id": user["company_id"],
        "currency_id": next(env.tables.of("res.currency"))["id"],
        "user_id": env.user,
        "date_order": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        **values,
    }
    made = int(create(env, model, new))
    lines = [row for row in env.tables.of("sale.order.line") if row["order_id"] == made]
    total = sum(row["price_total"] for row in lines)
    env.tables.change(model, made, name=f"S{made:05}", amount_total=round(total, 2))
    return made


def create_order_line(env: Env, model: str, values: Row) -> int:
    product = env.tables.rows["product.product"][values["product_id"]]
    price = values.get("price_unit", product["list_price"])
    tax = env.tables.rows["account.tax"][TAX]
    quantity, discount = values.get("product_uom_qty", 1), values.get("discount", 0)
    net = round(price * quantity * (1 - discount / 100), 2)
    vat = round(net * tax["amount"] / 100, 2)
    amounts = {"price_subtotal": net, "price_tax": vat, "price_total": net + vat}
    name = env.tables.value("product.product", product, "display_name")
    new = {"price_unit": float(price), "name": name, "tax_id": [[6, 0, [TAX]]]}
    return int(create(env, model, {**new, **amounts, **values}))


def confirm_order(env: Env, model: str, ids: list[int]) -> bool:
    return write(env, model, ids, {"state": "sale"})


# Users and actions


def create_user(env: Env, model: str, values: Row) -> int:
    """Add a user, in the company of whoever adds it unless that is said."""
    company = env.tables.rows[model][env.user]["company_id"]
    own = {"company_id": company, "company_ids": [[6, 0, [company]]]}
    return int(create(env, model, {**own, **values}))


def has_group(env: Env, model: str, ids: list[int], group: str) -> bool:
    assert ids == [env.user]
    return group in env.groups


def fields_get(
    env: Env, model: str, names: list[str], attributes: list[str]
) -> dict[str, Row]:
    assert attributes == ["type"]
    known = env.tables.schema[model]
    types = {"m2o": "many2one", "m2m": "many2many", "o2m": "one2many"}
    return {
        name: {"type": types.get(known[name][:3], known[name])}
        for name in names
        if name in known
    }


def run_action(env: Env, model: str, ids: list[int]) -> Any:
    """Run server actions, if the user is in one of each one's groups."""
    done: Any = False
    for one in ids:
        action = env.tables.record(model, one)
        if action is None:
            raise gone(model, one, env.user)
        groups = {
            row["xml_id"]
            for row in env.tables.of("res.groups")
            if row["id"] in action["groups_id"]
        }
        if not groups & env.groups:
            text = "You don't have enough access rights to run this action."
            raise AccessError(text)
        done = run_code(env, action["code"])
    return done


def create_field(env: Env, model: str, values: Row) -> int:
    """Add a field by hand: all records have nothing in it."""
    target = env.tables.rows["ir.model"][values["model_id"]]["model"]
    if values["name"] in env.tables.schema[target]:
        raise ValidationError(f"{FAILED}Field names must be unique per model.")
    made = int(create(env, model, values))
    env.tables.schema[target][values["name"]] = values["ttype"]
    for row in env.tables.of(target, archived=True):
        row.setdefault(values["name"], False)
    return made


Method = Callable[..., Any]

METHODS: dict[tuple[str, str], Method] = {
    ("res.partner", "create"): create_contact,
    ("res.partner", "write"): write_contact,
    ("loyalty.program", "create"): create_program,
    ("loyalty.reward", "create"): create_reward,
    ("loyalty.card", "create"): create_card,
    ("loyalty.card.update.balance", "action_update_card_point"): update_balance,
    ("sale.order", "create"): create_order,
    ("sale.order.line", "create"): create_order_line,
    ("sale.order", "action_confirm"): confirm_order,
    ("res.users", "create"): create_user,
    ("res.users", "has_group"): has_group,
    ("ir.actions.server", "run"): run_action,
    ("ir.model.fields", "create"): create_field,
}
__all__ = ["METHODS", "fields_get", "itertools", "write_fields"]

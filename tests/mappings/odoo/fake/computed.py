"""Fields that Odoo works out, and how it shows records of which it tells the name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import phonenumbers

if TYPE_CHECKING:
    from tests.mappings.odoo.fake.tables import Row, Tables

Compute = Callable[["Tables", "Row"], Any]


def display(tables: Tables, model: str, row: Row) -> str:
    """Return the name under which a record is shown where another points at it."""
    match model:
        case "loyalty.card":
            program = tables.rows["loyalty.program"][row["program_id"]]
            return f"{program['name']}: {row['code']}"
        case "product.product" if row["default_code"]:
            return f"[{row['default_code']}] {row['name']}"
        case "res.country.state":
            country = tables.rows["res.country"][row["country_id"]]
            return f"{row['name']} ({country['code']})"
        case "res.partner.category" if row["parent_id"]:
            above = tables.rows[model][row["parent_id"]]
            return f"{display(tables, model, above)} / {row['name']}"
        case "res.partner":
            return complete_name(tables, row)
    return str(row.get("name") or f"{model},{row['id']}")


def phone_sanitized(tables: Tables, row: Row) -> Any:
    """The first of mobile and phone that is a number in E.164, or nothing.

    A number without a country code is at home in the contact's country, else in the
    first company's.
    """
    company = next(iter(tables.rows["res.company"].values()))
    at_home = row["country_id"] or company["country_id"]
    country = tables.rows["res.country"].get(at_home, {}).get("code")
    for name in ("mobile", "phone"):
        try:
            number = phonenumbers.parse(row[name] or "", country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            form = phonenumbers.PhoneNumberFormat.E164
            return phonenumbers.format_number(number, form)
    return False


def email_normalized(tables: Tables, row: Row) -> Any:
    email = str(row["email"] or "").strip().lower()
    return email if re.fullmatch(r"[^@\s]+@[^@\s]+", email) else False


def country_code(tables: Tables, row: Row) -> Any:
    country = tables.rows["res.country"].get(row["country_id"])
    return country["code"] if country else False


def commercial(tables: Tables, row: Row) -> Row:
    """Return who trades: a company, or the uppermost contact."""
    while row["parent_id"] and not row["is_company"]:
        row = tables.rows["res.partner"][row["parent_id"]]
    return row


def commercial_company_name(tables: Tables, row: Row) -> Any:
    partner = commercial(tables, row)
    return partner["name"] if partner["is_company"] else row["company_name"] or False


def complete_name(tables: Tables, row: Row) -> str:
    name = row["name"] or ""
    if row["company_name"] or row["parent_id"]:
        if not name and row["type"] in ("invoice", "delivery"):
            name = {"invoice": "Invoice Address", "delivery": "Delivery Address"}[
                row["type"]
            ]
        if not row["is_company"]:
            above = tables.rows["res.partner"].get(row["parent_id"], {})
            company = commercial_company_name(tables, row) or above.get("name") or ""
            name = f"{company}, {name}"
    return name.strip()


def points_display(tables: Tables, row: Row) -> str:
    program = tables.rows["loyalty.program"][row["program_id"]]
    points, name = row["points"], program["portal_point_name"] or "Points"
    amount = f"{int(points)}" if points == int(points) else f"{points:.2f}"
    return f"{amount} {name}"


def of_program(name: str) -> Compute:
    return lambda tables, row: tables.rows["loyalty.program"][row["program_id"]][name]


COMPUTED: dict[tuple[str, str], Compute] = {
    ("res.partner", "phone_sanitized"): phone_sanitized,
    ("res.partner", "email_normalized"): email_normalized,
    ("res.partner", "country_code"): country_code,
    ("res.partner", "complete_name"): complete_name,
    ("res.partner", "commercial_company_name"): commercial_company_name,
    ("res.partner", "commercial_partner_id"): lambda tables, row: commercial(
        tables, row
    )["id"],
    ("loyalty.card", "points_display"): points_display,
    ("loyalty.card", "program_type"): of_program("program_type"),
    ("loyalty.card", "company_id"): of_program("company_id"),
}

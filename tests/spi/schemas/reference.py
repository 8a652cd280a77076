"""Reads the objects out of the SPI reference's text: an opinion that is not ours.

The text stands beside the checkout, not in it: SITOO_SPI_REFERENCE says where.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

BESIDE = Path(__file__).parents[4] / "shared" / "spi" / "sitoo-crm-spi-v2.txt"

TYPES = ("string", "integer", "number", "boolean", "array", "object")
MARKS = (*TYPES, "REQUIRED", "READ ONLY")


@dataclass
class Said:
    """What the reference says about one property (or one scalar object)."""

    type: str = ""
    format: str = ""
    required: bool = False
    read_only: bool = False
    pattern: str = ""
    values: list[str] = field(default_factory=list)
    bounds: dict[str, int] = field(default_factory=dict)


def text() -> str:
    """Return the reference, or skip the test."""
    path = Path(os.environ.get("SITOO_SPI_REFERENCE", BESIDE))
    if not path.exists():
        pytest.skip(
            "The SPI reference is not here: set SITOO_SPI_REFERENCE to its path."
        )
    return path.read_text(encoding="utf-8")


def objects() -> dict[str, dict[str, Said]]:
    """Return every object's properties, in the reference's order."""
    return {
        name: _properties(lines) for name, kind, lines in _blocks() if kind == "object"
    }


def scalars() -> dict[str, Said]:
    """Return the objects that are texts: patterns and choices."""
    return {name: _scalar(lines) for name, kind, lines in _blocks() if kind == "string"}


def _blocks() -> Iterator[tuple[str, str, list[str]]]:
    lines = text().partition("\nObjects\n")[2].splitlines()
    starts = [
        at
        for at, line in enumerate(lines[:-1])
        if re.fullmatch(r"[A-Z][A-Za-z]+", line)
        and lines[at + 1] in ("object", "string")
    ]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start], lines[start + 1], lines[start + 2 : end]


def _scalar(lines: list[str]) -> Said:
    said = Said(type="string")
    for line in lines:
        if choice := re.match(r"\s*• (\S+) ", line):
            said.values.append(choice[1])
        else:
            _detail(said, line)
    return said


def _properties(lines: list[str]) -> dict[str, Said]:
    properties: dict[str, Said] = {}
    said = Said()
    in_values = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        starts = following in MARKS or (following == "" and not in_values)
        if re.fullmatch(r"[a-z][a-z0-9_]*", line) and line not in TYPES and starts:
            said = properties[line] = Said()
            in_values = False
        elif line == "VALUES":
            in_values = True
        elif in_values and line:
            said.values.append(line)
        else:
            in_values = in_values and line != ""
            _detail(said, line)
    return properties


def _detail(said: Said, line: str) -> None:
    if line in TYPES:
        said.type = said.type or line
    elif line == "REQUIRED":
        said.required = True
    elif line == "READ ONLY":
        said.read_only = True
    elif found := re.fullmatch(r"\((\w+)\)", line):
        said.format = found[1]
    elif line.startswith("Pattern: "):
        said.pattern = line.removeprefix("Pattern: ")
    elif found := re.fullmatch(r"(Max|Min)(imum)?( Length)?: (\d+)", line):
        what = {" Length": "Length", None: "imum"}[found[3]]
        said.bounds[found[1].lower() + what] = int(found[4])


LINKS: dict[str, Any] = {
    "AdditionalOptionsSection.options": ["AdditionalOption"],
    "AdditionalOption.enum_options": ["AdditionalOptionEnumValue"],
    "BonusCheck.cart_amount": "Money",
    "Customer.invoice_address": "Address",
    "Customer.delivery_address": "Address",
    "Customer.gender": "Gender",
    "Customer.accepts_communication": ["CommunicationType"],
    "Customer.additional_options": ["CustomerAdditionalOption"],
    "Customer.status": "CustomerStatus",
    "Customer.promotions": ["Promotion"],
    "Customer.bonus_checks": ["BonusCheck"],
    "Customer.sections": ["CustomerSection"],
    "CustomerSection.values": [
        ("CustomerSectionValueText", "CustomerSectionValueMoney")
    ],
    "CustomerSectionValueMoney.value": "Money",
    "CustomerStatus.color": "CustomerStatusColor",
    "Promotion.promotion_type": (
        "PromotionCartAmount",
        "PromotionCartPercent",
        "PromotionManual",
        "PromotionOffer",
    ),
    "PromotionCartAmount.value_money": "Money",
    "Transaction.roundoff": "Money",
    "Transaction.items": ["TransactionItem"],
    "Transaction.payments": ["TransactionPayment"],
    "TransactionItem.total": "Money",
    "TransactionItem.vat": "Money",
    "TransactionItem.manual_discount": "Money",
    "TransactionItem.manual_discount_vat": "Money",
    "TransactionItem.unit_quantity": "DecimalQuantity",
    "TransactionItem.discounts": ["TransactionItemDiscount"],
    "TransactionItemDiscount.total": "Money",
    "TransactionItemDiscount.vat": "Money",
    "TransactionPayment.total": "Money",
}
"""What a property's type links to; the text lost the links.

A list is an array of it, a tuple one of them."""

SENTENCES = {
    "Address.country_id": "^[A-Z]{2}$",
    "Customer.birthday": "^[0-9]{4}-[01][0-9]-[0-3][0-9]$",
    "Customer.email": "^[^@ ]+@[^@ ]+$",
    "Customer.mobile": r"^\+[1-9][0-9]{1,14}$",
    "Customer.phone": r"^\+[1-9][0-9]{1,14}$",
    "Transaction.currency_code": "^[A-Z]{3}$",
}
"""What the reference says in a sentence only."""


def json_schemas() -> dict[str, Any]:
    """Return the reference's objects as JSON Schemas, under "$defs"."""
    defined: dict[str, Any] = {name: _details(said) for name, said in scalars().items()}
    for name, properties in objects().items():
        defined[name] = {
            "type": "object",
            "additionalProperties": False,
            "required": [name for name, said in properties.items() if said.required],
            "properties": {
                inner: _property(f"{name}.{inner}", said)
                for inner, said in properties.items()
            },
        }
    return {"$defs": defined}


def _property(path: str, said: Said) -> dict[str, Any]:
    if path in LINKS:
        return _link(LINKS[path])
    if said.type == "array":
        return {"type": "array", "items": _details(said) | {"type": said.format}}
    sentence = {"pattern": _whole(SENTENCES[path])} if path in SENTENCES else {}
    return _details(said) | sentence


def _link(link: Any) -> dict[str, Any]:
    match link:
        case tuple():
            return {"oneOf": [_link(inner) for inner in link]}
        case [inner]:
            return {"type": "array", "items": _link(inner)}
        case _:
            return {"$ref": f"#/$defs/{link}"}


def _details(said: Said) -> dict[str, Any]:
    pattern = {"pattern": _whole(said.pattern)} if said.pattern else {}
    values = {"enum": said.values} if said.values else {}
    return {"type": said.type, **pattern, **values, **said.bounds}


def _whole(pattern: str) -> str:
    """Let nothing follow: Python's ``$`` allows a line end."""
    return pattern.removesuffix("$") + r"\Z"

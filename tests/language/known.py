"""Whether a text that a till was told is one that the catalogues have."""

from __future__ import annotations

import re
import string
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from bridge.spi.schemas.labels import LABELS

CATALOGUES = Path(__file__).parents[2] / "bridge" / "language" / "catalogues"

JARGON = re.compile(
    r"\b(CRM|SPI|bridge|mapping|journal|JSON|HTTP|API|options|declared|upstream|"
    r"property|Redis|Odoo|Tryton|Vendure|Voyado|Engage|Voucherify|"
    r"[a-z]+_[a-z_]+)\b"
)
"""What no cashier has to know."""


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Return what all sentences of the catalogues look like, filled in."""
    with (CATALOGUES / "fi" / "LC_MESSAGES" / "bridge.po").open("rb") as file:
        said = [one.id for one in read_po(file, locale="fi") if one.id and one.string]
    return tuple(
        re.compile(_pattern(one))
        for one in said
        if isinstance(one, str) and re.search(r"[a-z]{2}", re.sub(r"{\w+}", "", one))
    )


def _pattern(sentence: str) -> str:
    parts = string.Formatter().parse(sentence)
    return "".join(
        re.escape(text) + ("" if name is None else ".+") for text, name, _, _ in parts
    )


def strange(text: str) -> list[str]:
    """Return what of a text in English no catalogue has.

    Several problems are told in one text, each after the label of what it is about.
    """
    labels = {*LABELS.values()}
    found = []
    for part in text.split("; ") if not _is_known(text) else ():
        label, colon, problem = part.partition(": ")
        if colon and labels >= {*label.split(", ")}:
            part = problem
        if not _is_known(part):
            found.append(part)
    return found


def _is_known(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in patterns())

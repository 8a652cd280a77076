"""What mappings offer, derived from the verbs that they override."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence

from bridge.mapping import ALL_AT_ONCE, ONE_BY_ONE, Mapping, offers, redeems

VERBS = (
    "search",
    "get",
    "create",
    "update",
    "transactions",
    "consents",
    "additional_options",
    "lookup",
)

NOT_OFFERED = "--"

KEPT = "can't be undone"

AS_CONFIGURED = "by file"
"""For a mapping whose verbs are those of the file that a site names."""


def features(mapping: type[Mapping]) -> dict[str, str]:
    """Return what a mapping says to each row of the table."""
    verbs = {verb: "yes" if offers(mapping, verb) else NOT_OFFERED for verb in VERBS}
    if mapping.made_from.__func__ is not Mapping.made_from.__func__ and not (  # type: ignore[attr-defined]
        any(offers(mapping, verb) for verb in VERBS) or redeems(mapping)
    ):
        return dict.fromkeys([*VERBS, "redeem", KEPT], AS_CONFIGURED)
    kept = ", ".join(sorted(kind.value for kind in mapping.irreversible))
    return verbs | {
        "redeem": _redeem(mapping),
        KEPT: kept or NOT_OFFERED,
    }


def table(mappings: Table[str, type[Mapping]]) -> list[list[str]]:
    """Return the rows of the table, its heading first: a column for each mapping."""
    columns = [features(mapping) for mapping in mappings.values()]
    rows = [[name, *(column[name] for column in columns)] for name in features(Mapping)]
    return [["Operation", *mappings], *rows]


def as_rst(rows: Sequence[Sequence[str]]) -> str:
    """Write a table as reStructuredText has it in plain columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = "  ".join("=" * width for width in widths)
    heading, *rest = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    lines = [rule, heading, rule, *rest, rule]
    return "\n".join(line.rstrip() for line in lines)


def _redeem(mapping: type[Mapping]) -> str:
    if offers(mapping, ALL_AT_ONCE[0]):
        return "all at once"
    return "one by one" if offers(mapping, ONE_BY_ONE[0]) else NOT_OFFERED

"""What a till sends about a customer: what to look for, and what to write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bridge.errors import Invalid, _
from bridge.model import SearchKey, SearchKeyType
from mappings.tryton.addresses import Places, address_changes
from mappings.tryton.customers import (
    CHANNELS,
    MECHANISMS,
    NAMES,
    NOTES,
    below,
    declared,
    identifier,
    mechanism,
    names,
)
from mappings.tryton.options import Options
from mappings.tryton.protocol import Domain, Json, exactly, today

NOT_KEPT = _("is not kept in your customer system: leave it empty")
NOT_KNOWN = _("one of them is not known here: choose again")

UNIQUE = ("email", "mobile", "member_number", "personal_id")
"""What no two customers must share: a till finds one of them by it."""

Wanted = Iterable[tuple[Json, str | None]]
"""What a row is like, and the text it must have; without one, it must be gone."""


# Looking up


def holders(key: SearchKey, options: Options) -> Domain:
    """Return who has a key, as a domain; empty for what is not kept here."""
    what = key.key_type
    if what in MECHANISMS:
        text = ["value_compact", "ilike", exactly(key.key)]
        return [["contact_mechanisms", "where", [["type", "=", what], text]]]
    if what not in options.identifiers:
        return []
    kind = options.identifiers[what]
    code = ["code_compact", "in", spellings(key.key, kind)]
    return [["identifiers", "where", [["type", "=", kind], code]]]


def spellings(code: str, kind: str | None) -> list[str]:
    """Return the ways in which Tryton may have spelled a number.

    A Swedish personal number keeps its hyphen, and the ten or twelve digits that it was
    typed with (python-stdnum 2.2, ``se.personnummer.compact``).
    """
    if kind != "se_personnummer" or not (len(code) == 12 and code.isdigit()):
        return [code]
    sign = "+" if today().year - int(code[:4]) >= 100 else "-"
    return [f"{code[:8]}-{code[8:]}", f"{code[2:8]}{sign}{code[8:]}"]


def claimants(sent: Json, party: Json, options: Options) -> Domain:
    """Return which others have what a party is about to get, as a domain."""
    held = {kind: mechanism(party, kind) for kind in MECHANISMS}
    for key, kind in options.identifiers.items():
        held[key] = identifier(party, kind)
    claims = [
        holders(SearchKey(SearchKeyType(key), sent[key]), options)
        for key in UNIQUE
        if sent.get(key) and sent[key] != held.get(key)
    ]
    known = [claim for claim in claims if claim]
    return [["id", "!=", party["id"]], ["OR", *known]] if known else []


def categories_in(sent: Json, options: Options) -> Domain:
    """Return the categories to choose from, as a domain; empty if none are needed."""
    roots = [options.consents_category, options.communication_category]
    chosen = sent.keys() & {"consents", "accepts_communication"}
    return [["parent.name", "in", roots]] if chosen else []


# Writing


def blank() -> Json:
    """Return a party that has nothing yet."""
    parts = ("contact_mechanisms", "identifiers", "addresses", "categories")
    return {"id": 0, "name": "", **{part: [] for part in parts}}


def check(sent: Json, options: Options) -> None:
    """Raise ``Invalid``, with all that this Tryton has no place for."""
    problems = [
        f"{key}: {NOT_KEPT}"
        for key in ("member_number", "personal_id", "company_id")
        if sent.get(key) and key not in options.identifiers
    ]
    known = {option.id for option in declared(options)}
    if not known >= {answer.id for answer in sent.get("additional_options") or ()}:
        problems.append(f"additional_options: {NOT_KNOWN}")
    if problems:
        raise Invalid("; ".join(problems))


def values(
    sent: Json, party: Json, places: Places, categories: list[Json], options: Options
) -> Json:
    """Return what to write so that a party becomes what was sent."""
    named: Json = {}
    if sent.keys() & set(NAMES):
        known = dict(zip(NAMES, names(party, options), strict=True))
        first, last, company = ((known | sent)[key] for key in NAMES)
        named["name"] = " ".join(filter(None, (first, last))) or company or ""
        sent = {**sent, "company": company}
    mechanisms = [*_mechanisms(sent), *_choices(sent, options)]
    parts = {
        "contact_mechanisms": row_changes(
            party["contact_mechanisms"], mechanisms, "value"
        ),
        "identifiers": row_changes(
            party["identifiers"], _identifiers(sent, options), "code"
        ),
        "addresses": address_changes(sent, party, places),
        "categories": category_changes(sent, party, categories, options),
    }
    return named | {part: commands for part, commands in parts.items() if commands}


def row_changes(rows: list[Json], wanted: Wanted, column: str) -> Domain:
    """Return the commands that make rows what is wanted.

    Of several that are alike, a card shows the first: the others stay as they are.
    """
    commands: list[Any] = []
    for like, text in wanted:
        same = [row for row in rows if like.items() <= row.items()]
        if not text and same:
            commands.append(["delete", [same[0]["id"]]])
        elif text and not same:
            commands.append(["create", [{**like, column: text}]])
        elif text and text != same[0][column]:
            commands.append(["write", [same[0]["id"]], {column: text}])
    return commands


def category_changes(
    sent: Json, party: Json, categories: list[Json], options: Options
) -> Domain:
    """Return the commands for what was agreed to, and for what was taken back."""
    consents = {
        str(row["id"]): row["id"]
        for row in below(options.consents_category, categories)
    }
    ways = {
        row["name"]: row["id"]
        for row in below(options.communication_category, categories)
        if row["name"] in CHANNELS
    }
    has = {row["id"] for row in party["categories"]}
    add: list[int] = []
    remove: list[int] = []
    for key, known in (("consents", consents), ("accepts_communication", ways)):
        if key in sent:
            agreed = _agreed(key, sent[key] or [], known)
            add += agreed - has
            remove += has & set(known.values()) - agreed
    return [["add", add], ["remove", remove]] if add or remove else []


def _agreed(key: str, chosen: Sequence[str], known: dict[str, int]) -> set[int]:
    if not known.keys() >= set(chosen):
        raise Invalid(f"{key}: {NOT_KNOWN}")
    return {known[one] for one in chosen}


def _mechanisms(sent: Json) -> Wanted:
    for kind in MECHANISMS:
        if kind in sent:
            yield {"type": kind}, sent[kind]
    for key, name in NOTES.items():
        if key in sent:
            yield {"type": "other", "name": name}, sent[key] and str(sent[key])


def _choices(sent: Json, options: Options) -> Wanted:
    if "additional_options" not in sent:
        return
    for answer in sent["additional_options"] or ():
        text = answer.text or ",".join(answer.enum_values or ())
        yield {"type": "other", "name": answer.id}, text


def _identifiers(sent: Json, options: Options) -> Wanted:
    for key, kind in options.identifiers.items():
        if key in sent:
            yield {"type": kind}, sent[key]

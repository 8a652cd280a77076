"""Contacts: finding, adding and changing them, and what belongs to one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from demo_crm.fields import FIELDS, checked, kept, merged
from demo_crm.refusal import Refusal
from demo_crm.seed import welcome
from demo_crm.state import Json, State


def digits(value: str) -> str:
    return "".join(filter(str.isdigit, value)).lstrip("0")


def characters(value: str) -> str:
    return "".join(filter(str.isalnum, value)).upper()


SEARCHABLE: dict[str, Callable[[str], str]] = {
    "cardNo": str.strip,
    "email": str.lower,
    "cell": digits,
    "nationalId": characters,
    "orgNo": characters,
}
"""What can be searched for, and what of it has to be the same."""

UNIQUE = ("email", "cardNo")


def dossier_of(state: State, contact_id: str) -> Json:
    """Return all that belongs to a contact, or refuse."""
    try:
        return state.dossiers[contact_id]
    except KeyError:
        raise Refusal(404, "NO_SUCH_CONTACT", about="contact") from None


def find(records: list[Json], query: dict[str, str]) -> list[Json]:
    """Return the records that match the one thing searched for, newest first."""
    if len(query) != 1 or not query.keys() <= SEARCHABLE.keys():
        raise Refusal(422, "BAD_QUERY")
    ((field, key),) = query.items()
    same = SEARCHABLE[field]
    found = [r for r in records if r.get(field) and same(r[field]) == same(key)]
    return sorted(found, key=lambda record: str(record.get("createdOn")), reverse=True)


def contacts(state: State) -> list[Json]:
    return [dossier["contact"] for dossier in state.dossiers.values()]


def add(state: State, body: Json) -> Json:
    """Add a contact with what every new member gets, or refuse a double."""
    given = checked(body)
    _refuse_doubles(state, given)
    contact_id = str(uuid.uuid4())
    contact: Json = {
        "id": contact_id,
        **{field: kept(field, None) for field in FIELDS},
        **given,
        "createdOn": datetime.now().astimezone().isoformat(timespec="milliseconds"),
    }
    contact["cardNo"] = contact["cardNo"] or _next_card(state)
    dossier = welcome(contact)
    state.dossiers[contact_id] = dossier
    state.save(contact_id)
    return _contact(dossier)


def change(state: State, contact_id: str, body: Json) -> Json:
    """Change what ``body`` names; ``null`` clears, what is absent stays.

    That goes for the parts of an address, too, and for each attribute by itself.
    """
    dossier = dossier_of(state, contact_id)
    given = merged(dossier["contact"], checked(body))
    if "homeShop" in given:
        raise Refusal(422, "BAD_FIELD", about="homeShop")
    _refuse_doubles(state, given, but=contact_id)
    dossier["contact"] = dossier["contact"] | given
    state.save(contact_id)
    return _contact(dossier)


def _contact(dossier: Json) -> Json:
    contact: Json = dossier["contact"]
    return contact


def _refuse_doubles(state: State, given: Json, but: str | None = None) -> None:
    for field in UNIQUE:
        if not given.get(field):
            continue
        found = find(contacts(state), {field: given[field]})
        if any(contact["id"] != but for contact in found):
            raise Refusal(409, "TAKEN", about=field)


def _next_card(state: State) -> str:
    numbers: list[Any] = [contact["cardNo"] for contact in contacts(state)]
    return str(1 + max((int(no) for no in numbers if str(no).isdigit()), default=10000))

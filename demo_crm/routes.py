"""The CRM's paths: one row each, and what a call does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from demo_crm import contacts, items
from demo_crm.fields import only
from demo_crm.refusal import Refusal
from demo_crm.seed import catalogue, grant
from demo_crm.state import Json, State

PAGE_SIZE = 50

API_VERSION = 1


@dataclass(frozen=True)
class Call:
    """One request: its path's parts are unquoted, its body is an object."""

    state: State
    query: dict[str, str]
    body: Json


Reply = tuple[int, Any]


def ping(call: Call) -> Reply:
    return 200, {"crm": "Demo CRM", "api": API_VERSION, "revision": call.state.revision}


def find_contacts(call: Call) -> Reply:
    hits = contacts.find(contacts.contacts(call.state), call.query)
    return 200, {"hits": hits}


def add_contact(call: Call) -> Reply:
    return 201, contacts.add(call.state, call.body)


def contact(call: Call, contact_id: str) -> Reply:
    return 200, contacts.dossier_of(call.state, contact_id)["contact"]


def change_contact(call: Call, contact_id: str) -> Reply:
    return 200, contacts.change(call.state, contact_id, call.body)


def shelf(call: Call, contact_id: str, shelf: str) -> Reply:
    """Show a shelf; what has lapsed only to who asks for it with ``lapsed=true``."""
    kept = contacts.dossier_of(call.state, contact_id)[shelf]
    shown = [items.shown(item) for item in kept.values()]
    everything = call.query.get("lapsed") == "true"
    return 200, {shelf: [item for item in shown if everything or not item["lapsed"]]}


def points(call: Call, contact_id: str) -> Reply:
    return 200, {"statement": contacts.dossier_of(call.state, contact_id)["statement"]}


def purchases(call: Call, contact_id: str) -> Reply:
    """One page, the newest first, and where the next one is."""
    rows = contacts.dossier_of(call.state, contact_id)["purchases"]
    page = call.query.get("page", "1")
    if not page.isdecimal() or page == "0":
        raise Refusal(422, "BAD_QUERY")
    start, end = (int(page) - 1) * PAGE_SIZE, int(page) * PAGE_SIZE
    more = f"/contacts/{quote(contact_id, safe='')}/purchases?page={int(page) + 1}"
    return 200, {"rows": rows[start:end], "next": more if end < len(rows) else None}


def spend(call: Call, contact_id: str, shelf: str, item_id: str) -> Reply:
    return 200, items.spend(call.state, contact_id, shelf, item_id, call.body)


def release(call: Call, contact_id: str, shelf: str, item_id: str) -> Reply:
    return 200, items.release(call.state, contact_id, shelf, item_id, call.body)


def spends(call: Call) -> Reply:
    item, reference = call.query.get("item"), call.query.get("reference")
    return 200, {"spends": items.spends(call.state, item, reference)}


def agreements(call: Call) -> Reply:
    return 200, {"agreements": catalogue()["agreements"]}


def attributes(call: Call) -> Reply:
    return 200, {"groups": catalogue()["groups"]}


def register(call: Call) -> Reply:
    """The register of people and companies next door: it has no card numbers."""
    return 200, {"persons": contacts.find(catalogue()["register"], call.query)}


def ledger(call: Call) -> Reply:
    return 200, {"entries": call.state.ledger.after(int(call.query.get("after", 0)))}


def reset(call: Call) -> Reply:
    call.state.reset()
    return 200, {}


def grants(call: Call) -> Reply:
    """Give a contact more to spend: for tests that use up a lot."""
    only(call.body, "contact", *items.KINDS)
    contact_id = str(call.body.get("contact"))
    dossier = contacts.dossier_of(call.state, contact_id)
    given = {kind: grant(dossier, kind, call.body.get(kind, 0)) for kind in items.KINDS}
    call.state.save(contact_id)
    return 200, given


Route = tuple[str, re.Pattern[str], Callable[..., Reply]]


def route(method: str, path: str, action: Callable[..., Reply]) -> Route:
    """Make a row: ``*`` stands for an id, ``SHELF`` for one of the two shelves."""
    pattern = path.replace("*", "([^/]+)").replace("SHELF", "(offers|vouchers)")
    return method, re.compile(pattern), action


ROUTES = [
    route("GET", "/ping", ping),
    route("GET", "/contacts", find_contacts),
    route("POST", "/contacts", add_contact),
    route("GET", "/contacts/*", contact),
    route("PATCH", "/contacts/*", change_contact),
    route("GET", "/contacts/*/SHELF", shelf),
    route("GET", "/contacts/*/points", points),
    route("GET", "/contacts/*/purchases", purchases),
    route("POST", "/contacts/*/SHELF/*/spend", spend),
    route("POST", "/contacts/*/SHELF/*/release", release),
    route("GET", "/spends", spends),
    route("GET", "/agreements", agreements),
    route("GET", "/attributes", attributes),
    route("GET", "/register", register),
    route("GET", "/ledger", ledger),
    route("POST", "/reset", reset),
    route("POST", "/grants", grants),
]


def answer(state: State, method: str, path: str, query: Json, body: Json) -> Reply:
    """Do what is asked for, whole and alone; a refusal is an answer as well."""
    try:
        action, parts = _find(method, path)
        with state.lock:
            return action(Call(state, query, body), *map(unquote, parts))
    except Refusal as refusal:
        return refusal.status, refusal.body


def _find(method: str, path: str) -> tuple[Callable[..., Reply], tuple[str, ...]]:
    known = False
    for verb, pattern, action in ROUTES:
        if match := pattern.fullmatch(path):
            if verb == method:
                return action, match.groups()
            known = True
    raise Refusal(405, "NO_SUCH_METHOD") if known else Refusal(404, "NO_SUCH_PATH")

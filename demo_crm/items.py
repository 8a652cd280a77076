"""Offers and vouchers: showing, spending and releasing them, one at a time.

Unforgiving: nothing is spent twice, late or for somebody else, and nothing is released
that is not spent exactly as the caller says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from demo_crm.contacts import dossier_of
from demo_crm.fields import only, text_of
from demo_crm.refusal import Refusal
from demo_crm.state import Json, State

KINDS = {"offers": "offer", "vouchers": "voucher"}
"""The shelves of a dossier, and what lies on them."""


def shown(item: Json) -> Json:
    """Return an item as the CRM shows it: without the reference of its spend."""
    spend = item["spend"]
    rest = {key: value for key, value in item.items() if key != "spend"}
    return rest | {
        "spent": bool(spend),
        "lapsed": state_of(item) == "lapsed",
        "spentOn": spend and spend["spentOn"],
    }


def state_of(item: Json) -> str:
    """Return open, spent or lapsed; what was spent in time does not lapse."""
    if item["spend"]:
        return "spent"
    until = item["validUntil"]
    lapsed = until and datetime.fromisoformat(until) < datetime.now(UTC)
    return "lapsed" if lapsed else "open"


def spend(state: State, contact_id: str, shelf: str, item_id: str, body: Json) -> Json:
    """Spend an item under the caller's reference, or refuse."""
    only(body, "reference", "till")
    reference, till = text_of(body, "reference"), body.get("till")
    item = item_of(state, contact_id, shelf, item_id)
    if (found := state_of(item)) != "open":
        raise Refusal(409, REFUSED[found], about=KINDS[shelf])
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    no = f"S{state.ledger.next_seq():06d}"
    done = {"no": no, "reference": reference, "spentOn": now, "till": till}
    item["spend"] = done
    _write(state, "redeem", contact_id, shelf, item_id, done)
    return done


REFUSED = {"spent": "ALREADY_SPENT", "lapsed": "LAPSED"}


def release(
    state: State, contact_id: str, shelf: str, item_id: str, body: Json
) -> Json:
    """Give a spent item back to whoever names its spend and its reference."""
    only(body, "spend", "reference")
    no, reference = text_of(body, "spend"), text_of(body, "reference")
    item = item_of(state, contact_id, shelf, item_id)
    done = item["spend"]
    if not done:
        raise Refusal(409, "NOT_SPENT", about=KINDS[shelf])
    if (done["no"], done["reference"]) != (no, reference):
        raise Refusal(409, "OTHER_SPEND", about=KINDS[shelf])
    if not item["returnable"]:
        raise Refusal(409, "NOT_RETURNABLE", about=KINDS[shelf])
    item["spend"] = None
    _write(state, "undo", contact_id, shelf, item_id, done)
    return shown(item)


def spends(state: State, item_id: str | None, reference: str | None) -> list[Json]:
    """Return what is spent now, all of it or one item's or one reference's."""
    return [
        item["spend"]
        | {"contact": contact_id, "kind": KINDS[shelf], "item": item["id"]}
        for contact_id, shelf, item in everything(state, item_id)
        if item["spend"] and reference in (None, item["spend"]["reference"])
    ]


def everything(state: State, item_id: str | None) -> Iterator[tuple[str, str, Json]]:
    """Yield every item, or whatever has this id, with its contact and its shelf."""
    for contact_id, dossier in state.dossiers.items():
        for shelf in KINDS:
            items = dossier[shelf]
            for key in items if item_id is None else {item_id} & items.keys():
                yield contact_id, shelf, items[key]


def item_of(state: State, contact_id: str, shelf: str, item_id: str) -> Json:
    """Return a contact's item, or refuse: a stranger's item is not an unknown one."""
    found: Json | None = dossier_of(state, contact_id)[shelf].get(item_id)
    if found is not None:
        return found
    if any(item_id in dossier[shelf] for dossier in state.dossiers.values()):
        raise Refusal(403, "NOT_THEIRS", about=KINDS[shelf])
    raise Refusal(404, "NO_SUCH_ITEM", about=KINDS[shelf])


def _write(
    state: State, action: str, contact_id: str, shelf: str, item_id: str, done: Json
) -> None:
    state.ledger.write(
        action,
        contact=contact_id,
        kind=KINDS[shelf],
        item=item_id,
        reference=done["reference"],
        spend=done["no"],
        till=done["till"],
    )
    state.save(contact_id)

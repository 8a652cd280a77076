"""How each verb is called in the failure grid, and how to find out what it has done."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from bridge.mapping import offers
from bridge.model import Customer, Item, SearchKey
from bridge.testing.bench import Bench
from bridge.testing.known import Known, search_keys
from bridge.testing.presenting import lacking, seen
from bridge.testing.spending import prepare

Given = tuple[Any, ...]


@dataclass(frozen=True)
class Act:
    """One verb.

    ``given`` makes everything ready for it and returns what it is called with.
    ``done`` tells, by what the mapping itself reads afterwards, whether it has
    happened; ``None`` where nothing tells.
    """

    verb: str
    given: Callable[[Bench, Known], Given]
    done: Callable[[Bench, Given], bool | None] | None = None

    @property
    def reads(self) -> bool:
        """Whether the verb changes nothing in the CRM."""
        return self.done is None


def new_ref() -> str:
    """Return a reference as the bridge makes them."""
    return f"{uuid.uuid4().hex.upper()}-1"


def wanted(what: Sequence[Any], missing: str) -> Any:
    """Return the first of what a test has said is there, or skip for want of it."""
    if not what:
        pytest.skip(f"to do: seed() says nothing of {missing}")
    return what[0]


def returnable(bench: Bench, known: Known) -> list[Item]:
    """Return what this customer can redeem and give back."""
    kept = bench.mapping_class.irreversible
    return [item for item in known.items if item.kind not in kept]


def find_one(bench: Bench, properties: Any) -> list[Customer] | None:
    """Search for a customer by whatever can be searched for, if anything can."""
    if not offers(bench.mapping_class, "search"):
        return None
    kinds = ("member_number", "personal_id", "email", "mobile", "company_id")
    keys = {kind: properties[kind] for kind in kinds if properties.get(kind)}
    for key in search_keys(keys)[:1]:
        found: list[Customer] = bench.call("search", key)
        return found
    return None


def _first_key(bench: Bench, known: Known) -> Given:
    return (wanted(search_keys(known.keys), "keys"),)


def _first_lookup(bench: Bench, known: Known) -> Given:
    key: SearchKey = wanted(search_keys(known.lookups), "lookups")
    return (key,)


def _customer(bench: Bench, known: Known) -> Given:
    return (known.customer_id,)


def _nothing(bench: Bench, known: Known) -> Given:
    return ()


def _items(bench: Bench, known: Known) -> Given:
    wanted(known.items, "promotions or bonus checks")
    return (dict.fromkeys(known.items, new_ref()),)


def _one_item(bench: Bench, known: Known) -> Given:
    item, ref = wanted(known.items, "promotions or bonus checks"), new_ref()
    prepare(bench, {item: ref})
    return item, ref


def _spent_item(bench: Bench, known: Known) -> Given:
    items, missing = returnable(bench, known), "promotions or bonus checks"
    item, ref = wanted(items, missing), new_ref()
    prepare(bench, {item: ref})
    return item, ref, bench.call("redeem_item", item, ref)


def _many_items(bench: Bench, known: Known) -> Given:
    wanted(known.items, "promotions or bonus checks")
    ref = new_ref()
    prepare(bench, dict.fromkeys(known.items, ref))
    return known.items, ref


def _spent_items(bench: Bench, known: Known) -> Given:
    items, ref = returnable(bench, known), new_ref()
    wanted(items, "promotions or bonus checks")
    prepare(bench, dict.fromkeys(items, ref))
    return items, ref, bench.call("redeem_items", items, ref)


def _is_there(bench: Bench, given: Given) -> bool | None:
    found = find_one(bench, given[0])
    return None if found is None else bool(found)


def _is_changed(bench: Bench, given: Given) -> bool | None:
    if not offers(bench.mapping_class, "get"):
        return None
    customer_id, changes = given
    card = seen("get", bench.call("get", customer_id), "SE")
    return not lacking(card, changes, "SE")


def _is_spent(bench: Bench, given: Given) -> bool | None:
    return bench.call("find_receipt", *given[:2]) is not None


def _are_spent(bench: Bench, given: Given) -> bool | None:
    return bench.call("find_receipts", *given[:2]) is not None


ACTS = {
    act.verb: act
    for act in (
        Act("search", _first_key),
        Act("get", _customer),
        Act("transactions", _customer),
        Act("consents", _nothing),
        Act("additional_options", _nothing),
        Act("lookup", _first_lookup),
        Act("probe", _nothing),
        Act("create", lambda bench, known: (known.newcomer,), _is_there),
        Act(
            "update",
            lambda bench, known: (known.customer_id, known.changes),
            _is_changed,
        ),
        Act("prepare", _items),
        Act("redeem_item", _one_item, _is_spent),
        Act("find_receipt", lambda bench, known: _spent_item(bench, known)[:2]),
        Act("undo_item", _spent_item, lambda bench, given: not _is_spent(bench, given)),
        Act("redeem_items", _many_items, _are_spent),
        Act("find_receipts", lambda bench, known: _spent_items(bench, known)[:2]),
        Act(
            "undo_items",
            _spent_items,
            lambda bench, given: not _are_spent(bench, given),
        ),
    )
}
"""The rows of the grid."""

"""The redeem trio of a file: spend, ask, give back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.errors import Missing, Refused, _
from bridge.model import Item, ItemKind, Receipt
from mappings.rest.asking import Asked, Conversation
from mappings.rest.description.verbs import FindReceipt, Redeem
from mappings.rest.problems import Place
from mappings.rest.reading import rows_of
from mappings.rest.templates import Text

LACKING = _("Can't redeem: your customer system does not offer it.")
NO_KIND = _("The mapping's file has no such kind among redeem.kinds.")

ITEM = {"kind", "item_id", "customer_id"}


class Spender:
    """Spends one item, asks for it, gives it back."""

    def __init__(self, said: Redeem, place: Place) -> None:
        kinds = [kind.value for kind in ItemKind]
        (place / "kinds").among(said.kinds, kinds)
        for kind, words in said.kinds.items():
            for word in ITEM & {*words}:
                (place / "kinds" / kind / word).wrong("is the item's own: name it else")
        self._words = said.kinds or {kind: {} for kind in kinds}
        asked = place.having("item", "ref", "context")
        self._redeem = Asked(said.redeem_item, asked / "redeem_item")
        self._find = Asked(said.find_receipt, asked / "find_receipt")
        self._undo = Asked(said.undo_item, asked.having("receipt") / "undo_item")
        self._prepare = Asked(said.prepare, asked / "prepare") if said.prepare else None
        if self._prepare and not self._prepare.reads:
            (place / "prepare").wrong("must only read: say reads: true if it does")
        self._receipt = _Receipt(said.redeem_item.receipt, place / "redeem_item")
        self._found = _Found(said.find_receipt, place / "find_receipt")
        self._holds = Text(said.holds, (place / "holds").having("item"))
        if {*said.redeem_item.receipt} != {*said.find_receipt.receipt}:
            (place / "find_receipt" / "receipt").wrong(
                "must have the same names as redeem_item's"
            )

    @property
    def can_prepare(self) -> bool:
        """Whether items are looked at before the first is spent."""
        return self._prepare is not None

    def refused(self, talk: Conversation, item: Item, scope: Any) -> Refused | None:
        """Return why an item cannot be spent, as far as that is known before."""
        assert self._prepare is not None
        try:
            self._prepare.ask(talk, {**scope, "item": self._scope(item)})
        except Refused as error:
            return error
        return None

    def redeem(self, talk: Conversation, item: Item, scope: Any) -> Receipt:
        """Spend it; return what giving it back needs."""
        answer = self._redeem.ask(talk, {**scope, "item": self._scope(item)})
        return talk.understood(lambda: self._receipt(answer))

    def find(self, talk: Conversation, item: Item, scope: Any) -> Receipt | None:
        """Ask whether it is spent; an answer that does not say so is none."""
        try:
            answer = self._find.ask(talk, {**scope, "item": self._scope(item)})
        except Missing:
            if self._found.missing_is_unspent:
                return None
            raise
        return talk.understood(lambda: self._found(answer))

    def undo(self, talk: Conversation, item: Item, scope: Any) -> None:
        """Give it back."""
        self._undo.ask(talk, {**scope, "item": self._scope(item)})

    def holds(self, item: Item) -> str:
        """Name what only one call may change at a time."""
        words = self._words.get(item.kind.value, {})
        return self._holds.fill({"item": {**words, **_own(item)}})

    def _scope(self, item: Item) -> dict[str, str]:
        words = self._words.get(item.kind.value)
        if words is None:
            raise Refused(LACKING, detail=NO_KIND)
        return {**words, **_own(item)}


class _Receipt:
    """What is kept of an answer; a receipt with a hole in it is none."""

    def __init__(self, said: Mapping[str, Any], place: Place) -> None:
        self._parts = {
            name: (place / "receipt" / name).expression(one)
            for name, one in said.items()
        }

    def __call__(self, answer: Any) -> Receipt:
        receipt = {name: one(answer) for name, one in self._parts.items()}
        if not all(isinstance(one, str | int) for one in receipt.values()):
            raise ValueError("a receipt lacks something")
        return receipt


class _Found:
    """Whether an answer says that an item is spent."""

    def __init__(self, said: FindReceipt, place: Place) -> None:
        if (said.rows is None) == (said.record is None):
            place.wrong("must have either rows or a record")
        self.missing_is_unspent = said.missing == "unspent"
        self._many = said.rows is not None
        text = said.rows or said.record or "@"
        name = "rows" if self._many else "record"
        self._where_found = (place / name).expression(text)
        self._where = (place / "where").expression(said.where)
        self._receipt = _Receipt(said.receipt, place)

    def __call__(self, answer: Any) -> Receipt | None:
        found = self._where_found(answer)
        for one in rows_of(found if self._many else [found]):
            if self._is_spent(one):
                return self._receipt(one)
        return None

    def _is_spent(self, one: Any) -> bool:
        says = self._where(one) if isinstance(one, dict) else None
        if not isinstance(says, bool):
            raise TypeError("it is not said whether the item is spent")
        return says


def _own(item: Item) -> dict[str, str]:
    return {
        "kind": item.kind.value,
        "item_id": item.item_id,
        "customer_id": item.customer_id,
    }

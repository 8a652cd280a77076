"""One way to ask for a redeem, of a CRM that takes items one by one or all at once."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.errors import BridgeError, NotFound, Refused, UpstreamError
from bridge.mapping import offers
from bridge.model import Item, Receipt
from bridge.testing.bench import Bench, Trip
from bridge.testing.choosing import at_once


def prepare(bench: Bench, refs: Mapping[Item, str]) -> None:
    """Have a mapping get ready, as the kernel does before the first item is spent."""
    if offers(bench.mapping_class, "prepare"):
        for refusal in bench.call("prepare", refs).values():
            raise refusal


@dataclass(frozen=True)
class Spending:
    """Items as the redeem kernel puts them into calls."""

    bench: Bench

    @property
    def verbs(self) -> tuple[str, str, str]:
        """The three verbs that the kernel would use: spend, ask, give back."""
        if at_once(self.bench.mapping_class):
            return "redeem_items", "find_receipts", "undo_items"
        return "redeem_item", "find_receipt", "undo_item"

    def spend(
        self, items: Sequence[Item], ref: str, trip: Trip | None = None
    ) -> list[Receipt]:
        """Spend items under a reference; return a receipt for each."""
        prepare(self.bench, dict.fromkeys(items, ref))
        return self.spend_prepared(items, ref, trip)

    def spend_prepared(
        self, items: Sequence[Item], ref: str, trip: Trip | None = None
    ) -> list[Receipt]:
        """The same, of items that the mapping has been asked to prepare."""
        verb = self.verbs[0]
        if at_once(self.bench.mapping_class):
            receipts: list[Receipt] = self.bench.call(verb, items, ref, trip=trip)
            return receipts
        return [self.bench.call(verb, item, ref, trip=trip) for item in items]

    def must_refuse(self, items: Sequence[Item], ref: str, what: str) -> BridgeError:
        """Try to spend what the CRM does not let go, and return its refusal."""
        try:
            self.spend(items, ref)
        except (Refused, NotFound) as refusal:
            return refusal
        except UpstreamError as error:
            raise AssertionError(f"redeem: no refusal of {what}: {error!r}") from error
        raise AssertionError(f"redeem: took {what}")

    def find(self, items: Sequence[Item], ref: str) -> list[Receipt] | None:
        """Ask whether all of them are spent under a reference.

        What the CRM has never heard of is not spent.
        """
        with contextlib.suppress(NotFound):
            return self._found(items, ref)
        return None

    def give_back(
        self,
        items: Sequence[Item],
        ref: str,
        receipts: Sequence[Receipt],
        trip: Trip | None = None,
    ) -> None:
        """Give all of them back."""
        verb = self.verbs[2]
        if at_once(self.bench.mapping_class):
            self.bench.call(verb, items, ref, receipts, trip=trip)
            return
        for item, receipt in zip(items, receipts, strict=True):
            self.bench.call(verb, item, ref, receipt, trip=trip)

    def _found(self, items: Sequence[Item], ref: str) -> list[Receipt] | None:
        verb = self.verbs[1]
        if at_once(self.bench.mapping_class):
            found: list[Receipt] | None = self.bench.call(verb, items, ref)
            return found
        each: list[Any] = [self.bench.call(verb, item, ref) for item in items]
        return None if None in each else each

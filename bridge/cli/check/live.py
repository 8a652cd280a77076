"""``sitoo-bridge check --live``: a site's CRM tried out, as a till would use it.

Reads one customer, and redeems nothing but the one item that it is told, which it gives
back at once.  Prints no personal data: counts, ids and how long each step took.
"""

from __future__ import annotations

import contextlib
import time
import traceback
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

import click

from bridge.config import SiteConfig
from bridge.deadline import Clock, Deadline
from bridge.errors import BridgeError, NotDone
from bridge.mapping import Mapping, offers
from bridge.model import Context, Customer, Item, ItemKind, SearchKey, SearchKeyType
from bridge.parts import create_site
from bridge.site import Site
from bridge.spi.identity.search_key import normalise
from bridge.spi.operations.operation import ODD_SHAPE

PATIENCE_SECONDS = 8.0
"""What a till would wait for one answer."""

Verdict = Literal["fine", "warning", "problem"]
Said = tuple[Verdict, str]


class Stuck(Exception):
    """A step failed, so that the ones after it make no sense."""

    def __init__(self, at: str) -> None:
        self.at = at


@dataclass
class Live:
    """One run; ``said`` collects what it finds."""

    site: Site
    clock: Clock = time.monotonic
    said: list[Said] = field(default_factory=list)

    def read(self, key: SearchKey) -> Customer | None:
        """Find one customer, and read all that the CRM offers about them."""
        try:
            for verb in ("consents", "additional_options"):
                self._ask(verb, lambda found: f"{len(found)}")
            found = self._ask("search", lambda found: f"{len(found)} found", key)
            if not found:
                self._say("problem", "search: nobody has this key: name a customer")
                return None
            customer_id = str(found[0].customer_id)
            card: Customer = self._ask("get", _contents, customer_id) or found[0]
            self._ask("transactions", lambda found: f"{len(found)}", customer_id)
        except Stuck:
            return None
        if card.promotions is None or card.bonus_checks is None:
            self._say("problem", "get: promotions or bonus checks cannot be read")
        return card

    def spend(self, item: Item) -> None:
        """Redeem an item, ask for it, give it back, and ask again."""
        if item.kind in self._mapping().irreversible:
            self._say("problem", f"redeem: this CRM cannot give back a {item.kind}")
            return
        ref = f"{uuid.uuid4().hex.upper()}-1"
        with contextlib.suppress(Stuck):
            item = self._held(item)
            refused = self._ask("prepare", lambda _: "looked at", {item: ref})
            for why in (refused or {}).values():
                self._say("problem", f"prepare: {why.errortext}")
            if not refused:
                self._spend(item, ref)

    def _spend(self, item: Item, ref: str) -> None:
        many = offers(self.site.mapping_class, "redeem_items")
        spend, ask, undo = VERBS[many]
        given: Any = [item] if many else item
        try:
            receipt = self._ask(spend, lambda _: f"done as {ref}", given, ref)
            if self._ask(ask, _found, given, ref) is None:
                self._say("problem", f"{ask}: {LOST}")
            self._ask(undo, lambda _: "given back", given, ref, receipt)
            if self._ask(ask, _found, given, ref) is not None:
                self._say("problem", f"{ask}: {KEPT}")
        except Stuck as stuck:
            if stuck.at != spend or not isinstance(stuck.__cause__, NotDone):
                self._say("problem", f"Look in the CRM for {ref}: {BY_HAND}")

    def _held(self, item: Item) -> Item:
        """Return the item as whose the CRM has it that it is spent in."""
        if self.site.pairing is None:
            return item
        who = self._step(
            "benefits",
            lambda mapping: self.site.holder(mapping, item.customer_id),
            lambda _: "the customer is known there",
        )
        return replace(item, customer_id=who)

    def _ask(self, verb: str, told: Callable[[Any], str], *given: Any) -> Any:
        """Call a verb that the CRM offers; ``None`` for one that it does not."""
        if not offers(self.site.mapping_class, verb):
            return None
        if verb == "transactions":  # read as it is shown
            return self._step(verb, lambda crm: [*crm.transactions(*given)], told)
        return self._step(verb, lambda crm: getattr(crm, verb)(*given), told)

    def _step(
        self, name: str, act: Callable[[Mapping], Any], told: Callable[[Any], str]
    ) -> Any:
        """Do what a till's request would, and say how it went."""
        mapping, began = self._mapping(), self.clock()
        try:
            value = act(mapping)
        except BridgeError as error:
            self._say("problem", f"{name}: {error.errortext}")
            raise Stuck(name) from error
        except ODD_SHAPE as error:
            # Its text may quote what the CRM says of a person: the place is enough.
            at = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(at.filename).name}, line {at.lineno}"
            self._say("problem", f"{name}: {ODD} ({place})")
            raise Stuck(name) from error
        took = self.clock() - began
        self._say("fine", f"{name}: {told(value)}, in {took:.2f} s")
        return value

    def _mapping(self) -> Mapping:
        context = Context(site=self.site.name, register_id="live")
        return self.site.mapping(context, Deadline(PATIENCE_SECONDS))

    def _say(self, verdict: Verdict, text: str) -> None:
        self.said.append((verdict, text))


def _contents(card: Customer) -> str:
    promotions, checks = card.promotions or (), card.bonus_checks or ()
    open_ones = [f"promotion:{p.promotion_id}" for p in promotions if not p.redeemed]
    open_ones += [f"bonus_check:{b.bonus_check_id}" for b in checks if not b.redeemed]
    return f"can redeem {', '.join(open_ones) or 'nothing'}"


def _found(receipt: Any) -> str:
    return "not redeemed" if receipt is None else "redeemed"


@dataclass(frozen=True)
class Tryout:
    """What the command line asks to be tried."""

    site: str
    key_type: SearchKeyType
    key: str = field(repr=False)
    item: tuple[ItemKind, str] | None = None

    @classmethod
    def read(cls, live: str | None, redeem: str | None) -> Self | None:
        """Take the options apart, or refuse them as a mistake in the command line."""
        if live is None:
            if redeem is not None:
                raise click.UsageError("--redeem needs --live: whose item is it?")
            return None
        site, _, rest = live.partition(":")
        kind, _, key = rest.partition(":")
        if kind not in [*SearchKeyType] or not key:
            known = ", ".join(SearchKeyType)
            raise click.UsageError(f"--live: SITE:KEY_TYPE:KEY, of {known}")
        item = None
        if redeem is not None:
            what, _, item_id = redeem.partition(":")
            if what not in [*ItemKind] or not item_id:
                raise click.UsageError(f"--redeem: KIND:ID, of {', '.join(ItemKind)}")
            item = ItemKind(what), item_id
        return cls(site, SearchKeyType(kind), key, item)

    def run(self, sites: Sequence[SiteConfig]) -> Iterator[Said]:
        """Try it, and yield what comes of it."""
        config = next((one for one in sites if one.name == self.site), None)
        if config is None:
            yield "problem", f"sites.{self.site}: there is none that could be tried"
            return
        live = Live(create_site(config, config.mapping_class))
        card = live.read(normalise(self.key_type, self.key, config.country))
        if card and self.item:
            live.spend(Item(*self.item, str(card.customer_id)))
        for verdict, text in live.said:
            yield verdict, f"sites.{self.site}: {text}"


VERBS = {
    True: ("redeem_items", "find_receipts", "undo_items"),
    False: ("redeem_item", "find_receipt", "undo_item"),
}
ODD = "the CRM's answer is not as the mapping expects it"
LOST = "the CRM does not say at once that the item is redeemed: do not use it like this"
KEPT = "the CRM still has the item as redeemed"
BY_HAND = "what is redeemed under it is to be given back by hand."

"""Any REST CRM, by configuration alone: a mapping whose verbs stand in a YAML file.

The file says what is asked and what the answers mean; this package knows no CRM.  What
it offers depends on the file: ``made_from`` makes the class, with the verbs that the
file has.  Nothing in a file is code, and no request leaves the CRM's own address.

``description`` declares what a file says, ``crm`` compiles it, the rest are its
sections.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from bridge.errors import BridgeError, ConfigError, Refused
from bridge.mapping import Answer, FromFile
from bridge.mapping import Mapping as BaseMapping
from bridge.model import (
    AdditionalOptionsSection,
    Consent,
    Context,
    Customer,
    CustomerProperties,
    Item,
    ItemKind,
    Receipt,
    SearchKey,
    Transaction,
)
from mappings.rest.asking import Conversation
from mappings.rest.cards import Cards
from mappings.rest.crm import Changing, Crm
from mappings.rest.description.shape import Description

TRIO = ("redeem_item", "find_receipt", "undo_item", "holds")


@dataclass(frozen=True)
class Options:
    """A CRM that is described by a file."""

    file: FromFile[Description]
    """The path of the file; ``sitoo-bridge mapping new --rest`` begins one."""


class Mapping(BaseMapping):
    title = "Any REST CRM"
    Options = Options

    crm: ClassVar[Crm]

    @classmethod
    def made_from(cls, options: Any) -> type[BaseMapping]:
        file: FromFile[Description] = options.file
        crm = Crm(file.content)
        if crm.problems:
            raise ConfigError(
                *(file.placed(one) for one in dict.fromkeys(crm.problems))
            )
        offered = {verb: getattr(cls, f"_{verb}") for verb in _offered(crm)}
        facts = {
            "__module__": cls.__module__,
            "title": str(file.content.title),
            "crm": crm,
            "signals": crm.signals,
            "vocabulary": crm.vocabulary,
            "irreversible": frozenset(map(ItemKind, crm.irreversible)),
        }
        return type("Mapping", (cls,), {**facts, **offered})

    @classmethod
    def crm_page(cls, customer_id: str) -> str:
        page = cls.crm.page
        return page({"customer_id": customer_id}) if page else ""

    def _search(self, key: SearchKey) -> list[Customer]:
        talk, cards = self._talk(), self._cards
        assert self.crm.search is not None
        hits = self.crm.search.find(talk, key, self._scope())
        if not hits:
            return []
        # The POS shows the best match only: the others need not be read in full.
        first, *others = hits
        known = cards.members(talk, first)
        best = self._card(talk, known, None if self.crm.rereads else first)
        return [best, *(cards.shown(talk, one) for one in others)]

    def _get(self, customer_id: str) -> Customer:
        scope = self._scope(customer_id=customer_id)
        return self._cards.read(self._talk(), scope)

    def _create(self, properties: CustomerProperties) -> Customer:
        assert self.crm.create is not None
        return self._changed(self.crm.create, properties, "")

    def _update(self, customer_id: str, properties: CustomerProperties) -> Customer:
        assert self.crm.update is not None
        return self._changed(self.crm.update, properties, customer_id)

    def _transactions(self, customer_id: str) -> Iterator[Transaction]:
        listed, talk = self.crm.transactions, self._talk()
        assert listed is not None
        for page in listed.asked.pages(talk, self._scope(customer_id=customer_id)):
            yield from talk.understood(partial(listed.rows, page))

    def _consents(self) -> list[Consent]:
        assert self.crm.consents is not None
        return self.crm.consents.read(self._talk(), self._scope())

    def _additional_options(self) -> list[AdditionalOptionsSection]:
        assert self.crm.additional_options is not None
        return self.crm.additional_options.read(self._talk(), self._scope())

    def _lookup(self, key: SearchKey) -> list[Customer]:
        talk, looked_up = self._talk(), self.crm.lookup
        assert looked_up is not None
        found = looked_up.finder.find(talk, key, self._scope())
        return talk.understood(lambda: [looked_up.read(one) for one in found])

    def _prepare(self, refs: Table[Item, str]) -> Table[Item, Refused]:
        assert self.crm.redeem is not None
        found = {}
        for item, ref in refs.items():
            scope = self._scope(ref=ref)
            found[item] = self.crm.redeem.refused(self._talk(), item, scope)
        return {item: error for item, error in found.items() if error is not None}

    def _redeem_item(self, item: Item, ref: str) -> Receipt:
        assert self.crm.redeem is not None
        return self.crm.redeem.redeem(self._talk(), item, self._scope(ref=ref))

    def _find_receipt(self, item: Item, ref: str) -> Receipt | None:
        assert self.crm.redeem is not None
        return self.crm.redeem.find(self._talk(), item, self._scope(ref=ref))

    def _undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        assert self.crm.redeem is not None
        scope = self._scope(ref=ref, receipt=receipt)
        self.crm.redeem.undo(self._talk(), item, scope)

    def _holds(self, item: Item) -> str:
        assert self.crm.redeem is not None
        return self.crm.redeem.holds(item)

    def _probe(self) -> None:
        assert self.crm.probe is not None
        self.crm.probe.ask(self._talk(), self._scope())

    def _explain(self, answer: Answer) -> BridgeError | None:
        return self.crm.explain(answer)

    # What the verbs have in common

    def _changed(
        self, change: Changing, properties: CustomerProperties, customer_id: str
    ) -> Customer:
        talk = self._talk()
        written = change.written(properties)
        scope = self._scope(customer_id=customer_id, written=written)
        answer = change.asked.ask(talk, scope)
        if change.reread:
            known = {"customer_id": customer_id or change.customer_id(answer)}
            return self._card(talk, known, None)
        record = talk.understood(lambda: change.record(answer))
        known = self._cards.members(talk, record)
        return self._card(talk, known, record)

    def _card(self, talk: Conversation, known: dict[str, Any], record: Any) -> Customer:
        customer_id = known["customer_id"]
        if isinstance(customer_id, bool) or not isinstance(customer_id, str | int):
            talk.odd(ValueError("a customer has no id"))
        return self._cards.read(talk, self._scope(customer_id=str(customer_id)), record)

    def _talk(self) -> Conversation:
        return Conversation(self.upstream)

    def _scope(self, **asked: Any) -> dict[str, Any]:
        return {"context": _told(self.context), **asked}

    @property
    def _cards(self) -> Cards:
        assert self.crm.cards is not None
        return self.crm.cards


def _offered(crm: Crm) -> list[str]:
    """Return the verbs that a file has."""
    single = (
        *("search", "create", "update", "transactions", "lookup"),
        *("consents", "additional_options", "probe"),
    )
    verbs = [verb for verb in single if getattr(crm, verb) is not None]
    if crm.cards is not None and crm.cards.can_get:
        verbs.append("get")
    if crm.redeem is not None:
        verbs += TRIO
        verbs += ["prepare"] if crm.redeem.can_prepare else []
    return verbs if crm.explain.says_nothing else [*verbs, "explain"]


def _told(context: Context) -> dict[str, str | None]:
    """Return what the POS has said of itself; ``None`` for what it has not."""
    return {
        "store_id": context.store_id or None,
        "staff_id": context.staff_id or None,
        "register_id": context.register_id or None,
        "request_id": context.request_id or None,
    }

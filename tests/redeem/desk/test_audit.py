"""The journal against the CRM: every disagreement is found, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from bridge.errors import CannotRedeem, Unavailable
from bridge.mapping import Mapping
from bridge.model import Item, Receipt
from bridge.redeem.desk.asked import Found
from bridge.redeem.desk.audit import Audit, Pace
from bridge.redeem.desk.filter import Filter
from bridge.redeem.desk.finder import Finder
from bridge.redeem.desk.people import People
from bridge.redeem.desk.verdict import Judged, Verdict
from bridge.redeem.record import State
from tests.redeem.conftest import Shop
from tests.redeem.crm import Ledger, LedgerMapping


class AllAtOnce(Mapping):
    """Redeems all items or none, under one reference."""

    title = "All at once"
    options: Ledger

    def redeem_items(self, items: Sequence[Item], ref: str) -> list[Receipt]:
        for item in items:
            self.options.spend(item.item_id, ref)
        return [{} for _ in items]

    def find_receipts(self, items: Sequence[Item], ref: str) -> list[Receipt] | None:
        found = [self.options.spent.get(item.item_id) == ref for item in items]
        return [{} for _ in items] if all(found) else None

    def undo_items(
        self, items: Sequence[Item], ref: str, receipts: Sequence[Receipt]
    ) -> None:
        for item in items:
            self.options.give_back(item.item_id, ref)


class Reading(Mapping):
    """Cannot redeem."""

    title = "Reading"


class Away(LedgerMapping):
    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        raise Unavailable


class Broken(LedgerMapping):
    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        raise ValueError(item.customer_id)


class Keeping(LedgerMapping):
    """Refuses p2, and does not give anything back."""

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        if item.item_id == "p2":
            raise CannotRedeem
        return super().redeem_item(item, ref)

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        raise CannotRedeem


def audited(shop: Shop, sites: bool = True) -> list[Judged]:
    named = {"shop": shop.site} if sites else {}
    audit = Audit(shop.journal, named, Pace(1000, shop.clock, shop.clock.pass_))
    return list(audit.judge(Finder(shop.journal, shop.clock).all(Filter())))


def verdicts(shop: Shop) -> dict[str, Verdict]:
    return {one.line.item_id: one.verdict for one in audited(shop)}


def test_all_is_well(shop: Shop) -> None:
    shop.redeem("p1", "p2", checks=("b1",))
    shop.undo(shop.redeem("p3").redeem_id)
    assert set(verdicts(shop).values()) == {Verdict.AGREES}
    assert len(verdicts(shop)) == 4


def test_what_the_crm_has_given_back_by_itself(shop: Shop) -> None:
    redeem = shop.redeem("p1", "p2")
    shop.ledger.give_back("p2", redeem.ref(redeem.lines[1]))
    assert verdicts(shop) == {"p1": Verdict.AGREES, "p2": Verdict.NOT_SPENT}


def test_what_the_crm_has_spent_after_all(shop: Shop) -> None:
    redeem = shop.redeem("p1")
    shop.undo(redeem.redeem_id)
    shop.ledger.spend("p1", redeem.ref(redeem.lines[0]))
    (judged,) = audited(shop)
    assert (judged.verdict, judged.ref) == (Verdict.SPENT, f"{redeem.redeem_id}-1")


def test_each_redeem_is_judged_by_its_own_reference(shop: Shop) -> None:
    """The item was given back and redeemed again, by another redeem."""
    first = shop.redeem("p1")
    shop.undo(first.redeem_id)
    shop.clock.pass_(100)
    shop.redeem("p1")
    assert [one.verdict for one in audited(shop)] == [Verdict.AGREES] * 2
    shop.ledger.spent["p1"] = "yet another"
    found = {one.redeem.redeem_id: one.verdict for one in audited(shop)}
    assert found.pop(first.redeem_id) is Verdict.AGREES
    assert list(found.values()) == [Verdict.NOT_SPENT]


def test_many_items_are_asked_about_at_once(shop: Shop) -> None:
    at_once = shop.but(mapping=AllAtOnce)
    redeem = at_once.redeem("p1", "p2")
    assert set(verdicts(at_once).values()) == {Verdict.AGREES}
    ref = redeem.ref(redeem.lines[0])
    shop.ledger.give_back("p1", ref)
    assert set(verdicts(at_once).values()) == {Verdict.NOT_SPENT}
    shop.ledger.spend("p1", ref)
    at_once.undo(redeem.redeem_id)
    assert set(verdicts(at_once).values()) == {Verdict.AGREES}
    shop.ledger.spend("p1", ref)
    shop.ledger.spend("p2", ref)
    assert set(verdicts(at_once).values()) == {Verdict.SPENT}


def test_of_many_items_the_crm_says_only_whether_all_are_spent(shop: Shop) -> None:
    """A person has stated that one is spent and one is not: "not all" is no news."""
    at_once = shop.but(mapping=AllAtOnce)
    redeem = at_once.redeem("p1", "p2")
    shop.ledger.give_back("p2", redeem.ref(redeem.lines[0]))
    redeem.lines[1].state, redeem.closed_by = State.UNDONE, "anna"
    shop.journal.save(redeem, "test")
    assert set(verdicts(at_once).values()) == {Verdict.AGREES}
    shop.ledger.spend("p2", redeem.ref(redeem.lines[0]))
    assert verdicts(at_once) == {"p1": Verdict.AGREES, "p2": Verdict.SPENT}


def test_what_a_person_has_stated_is_compared(shop: Shop) -> None:
    keeping = shop.but(mapping=Keeping)
    with suppress(CannotRedeem):
        keeping.redeem("p1", "p2")
    (redeem_id,) = shop.journal.indexes.open_ids()
    assert {one.verdict for one in audited(keeping)} == {Verdict.NOT_ASKED}
    redeem = shop.journal.load(redeem_id)
    assert redeem is not None
    people = People(keeping.redeemer, {"shop": keeping.site})
    people.close(
        redeem_id,
        redeem.version,
        "anna",
        "looked",
        [Found.NOT_SPENT] * 2,
        keeping.deadline(),
        despite=True,
    )
    assert verdicts(keeping) == {"p1": Verdict.SPENT, "p2": Verdict.AGREES}


def test_what_nobody_knows_is_not_compared(shop: Shop) -> None:
    redeem = shop.redeem("p1")
    redeem.lines[0].state, redeem.closed_by = State.SENDING, "anna"
    shop.journal.save(redeem, "test")
    (judged,) = audited(shop)
    assert (judged.verdict, judged.why) == (
        Verdict.NOT_ASKED,
        "nobody knows its state",
    )


def test_no_answer_is_no_disagreement(shop: Shop) -> None:
    shop.redeem("p1")
    for kind in (Away, Broken):
        (judged,) = audited(shop.but(mapping=kind))
        assert judged.verdict is Verdict.NO_ANSWER
        assert "c1" not in judged.why


def test_who_cannot_be_asked_is_said(shop: Shop) -> None:
    shop.redeem("p1")
    (cannot,) = audited(shop.but(mapping=Reading))
    assert cannot.why == "the mapping of its site cannot redeem: shop"
    (unknown,) = audited(shop, sites=False)
    assert unknown.why == "its site is not in the configuration: shop"


def test_what_is_undone_while_it_is_asked_about_is_no_disagreement(shop: Shop) -> None:
    redeem = shop.redeem("p1")

    class Undoing(LedgerMapping):
        def find_receipt(self, item: Item, ref: str) -> Receipt | None:
            shop.undo(redeem.redeem_id)
            return super().find_receipt(item, ref)

    (judged,) = audited(shop.but(mapping=Undoing))
    assert judged.why == "it has changed meanwhile"


def test_the_rate_is_kept(shop: Shop) -> None:
    shop.redeem("p1", "p2", "p3")
    shop.redeem("p4")
    pace = Pace(2, shop.clock, shop.clock.pass_)
    began = shop.clock()
    audit = Audit(shop.journal, {"shop": shop.site}, pace)
    assert len(list(audit.judge(Finder(shop.journal, shop.clock).all(Filter())))) == 4
    assert shop.clock() - began == 1.5


def test_nothing_is_changed(shop: Shop) -> None:
    redeem = shop.redeem("p1")
    shop.ledger.give_back("p1", redeem.ref(redeem.lines[0]))
    entries = len(shop.ledger.entries)
    audited(shop)
    after = shop.journal.load(redeem.redeem_id)
    assert after is not None
    assert (after.version, len(shop.ledger.entries)) == (redeem.version, entries)

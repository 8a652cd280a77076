"""What a mapping can foresee is refused before anything is spent."""

from __future__ import annotations

from collections.abc import Mapping as Table

import pytest

from bridge.errors import CannotRedeem, Missing, OutcomeUnknown, Refused, Unavailable
from bridge.model import Item, Receipt
from bridge.redeem.record import Goal, State
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping


class Foreseeing(LedgerMapping):
    """Looks into the ledger at all items before it spends the first one."""

    def prepare(self, refs: Table[Item, str]) -> Table[Item, Refused]:
        for item, ref in refs.items():
            self.options.entries.append(("prepare", item.item_id, ref))
        spent = [item for item in refs if item.item_id in self.options.spent]
        return {item: Refused(f"{item.item_id} is spent") for item in spent}


def test_all_items_are_looked_at_before_the_first_is_spent(shop: Shop) -> None:
    shop.but(mapping=Foreseeing).redeem("p1", "p2", checks=("b1",))

    entries = shop.ledger.entries
    assert [what for what, _, _ in entries] == ["prepare"] * 3 + ["spend"] * 3
    prepared, spent = (
        {entry[1:] for entry in part} for part in (entries[:3], entries[3:])
    )
    assert prepared == spent, "under the references that they are spent under"


def test_what_is_foreseen_costs_nothing(shop: Shop) -> None:
    shop.ledger.spend("p2", "elsewhere")

    with pytest.raises(CannotRedeem, match="p2 is spent") as refused:
        shop.but(mapping=Foreseeing).redeem("p1", "p2", "p3")

    assert refused.value.status == 409
    assert [what for what, _, _ in shop.ledger.entries] == ["spend"] + ["prepare"] * 3
    assert shop.journal.counts() == (0, 0)


def test_the_journal_says_which_item_was_refused(shop: Shop) -> None:
    shop.ledger.spend("p2", "elsewhere")
    with pytest.raises(CannotRedeem):
        shop.but(mapping=Foreseeing).redeem("p1", "p2", "p3")

    (redeem_id,) = {
        ref[:32] for what, _, ref in shop.ledger.entries if what == "prepare"
    }
    redeem = shop.journal.load(redeem_id)
    assert redeem is not None
    assert redeem.settled
    assert redeem.goal is Goal.UNDONE
    assert {line.state for line in redeem.lines} == {State.UNDONE}
    events = shop.journal.events(redeem)
    told = [(event.what, event.line) for event in events if event.line is not None]
    assert told == [("refused", 1)]


@pytest.mark.parametrize(
    ("fails", "becomes"),
    [
        (Unavailable(), Unavailable),
        (OutcomeUnknown(), Unavailable),
        (KeyError("a member of an answer"), Unavailable),
        (Refused("No such card."), CannotRedeem),
        (Missing(), CannotRedeem),
    ],
    ids=lambda error: getattr(error, "__name__", type(error).__name__),
)
def test_a_preparation_that_fails_has_spent_nothing(
    shop: Shop, fails: Exception, becomes: type[Exception]
) -> None:
    class Failing(Foreseeing):
        def prepare(self, refs: Table[Item, str]) -> Table[Item, Refused]:
            raise fails

    with pytest.raises(becomes):
        shop.but(mapping=Failing).redeem("p1", "p2")

    assert shop.ledger.entries == []
    assert shop.journal.counts() == (0, 0)


def test_what_is_sent_anew_is_looked_at_anew(shop: Shop) -> None:
    """Under the reference that it has from now on."""

    class Lost(Foreseeing):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            raise OutcomeUnknown

    with pytest.raises(OutcomeUnknown):
        shop.but(mapping=Lost).redeem("p1")
    shop.clock.pass_(31)

    shop.but(mapping=Foreseeing).redeem("p1")

    (*_, prepared, spent) = shop.ledger.entries
    assert prepared == ("prepare", "p1", shop.ledger.spent["p1"])
    assert spent == ("spend", "p1", shop.ledger.spent["p1"])


def test_what_could_not_be_foreseen_is_given_back(shop: Shop) -> None:
    class Overtaken(Foreseeing):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            if item.item_id == "p2":
                raise Refused("Somebody was quicker.")
            return super().redeem_item(item, ref)

    with pytest.raises(CannotRedeem, match="quicker"):
        shop.but(mapping=Overtaken).redeem("p1", "p2")

    assert shop.ledger.spent == {}

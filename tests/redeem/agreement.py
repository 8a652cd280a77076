"""Whether the CRM and the journal tell the same story, and it is all or nothing."""

from __future__ import annotations

from typing import Any

from bridge.redeem import Journal
from bridge.redeem.record import Goal
from tests.redeem.crm import Ledger


def agree(ledger: Ledger, journal: Journal, client: Any, count: int) -> None:
    """Check that one redeem of so many items is settled, and spent or not at all."""
    spent = agree_on_all(ledger, journal, client)
    assert len(spent) <= 1
    assert len(ledger.spent) in (0, count)


def agree_on_all(ledger: Ledger, journal: Journal, client: Any) -> dict[str, list[str]]:
    """Check that all is settled; return what is spent, by redeem id and sorted."""
    spent: dict[str, list[str]] = {}
    for item_id, ref in sorted(ledger.spent.items()):
        spent.setdefault(ref[:32], []).append(item_id)
    redeemed: dict[str, list[str]] = {}
    for key in client.scan_iter("*:{*}"):
        redeem = journal.load(str(key)[-33:-1])
        assert redeem is not None
        assert redeem.settled
        if redeem.goal is Goal.REDEEMED:
            items = sorted(line.item_id for line in redeem.lines)
            redeemed[redeem.redeem_id] = items
    assert spent == redeemed
    assert journal.counts() == (0, 0)
    assert not list(client.scan_iter("sitoo-bridge:held:*"))
    return spent

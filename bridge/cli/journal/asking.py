"""What asks the CRMs for the commands on the journal.

Imported once there is something to ask: what a CRM needs takes as long to import as all
else, and only then must what the configuration says of the CRMs be right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bridge.config import load
from bridge.ledger import Ledger
from bridge.parts import Parts, create_parts
from bridge.redeem import Redeem
from bridge.redeem.desk.audit import Audit, Pace
from bridge.redeem.desk.people import People
from bridge.redeem.desk.verdict import Judged


def people(config_path: Path, ledger: Ledger) -> People:
    """Return who acts on redeems for a person."""
    parts = _parts(config_path, ledger)
    return People(parts.redeemer, parts.sites)


def judged(
    config_path: Path, ledger: Ledger, rate: float, found: Iterable[Redeem]
) -> Iterator[Judged]:
    """Yield what the CRMs say of each item, at most ``rate`` questions a second."""
    sites = _parts(config_path, ledger).sites
    return Audit(ledger.journal, sites, Pace(rate)).judge(found)


def _parts(config_path: Path, ledger: Ledger) -> Parts:
    return create_parts(load(config_path), journal=ledger.journal)

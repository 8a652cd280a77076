"""``sitoo-bridge journal close`` and ``check``: what the CRM says, and a person.

``bridge.redeem.desk.people`` does it, as for the pages; here is only the asking.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.cli.journal.acts import Act
from bridge.redeem import Redeem

if TYPE_CHECKING:
    from bridge.redeem.desk.people import People


def close(
    config_path: Path,
    redeem_id: str,
    reason: str | None,
    who: str | None,
    yes: bool,
    despite_crm: bool,
    said: tuple[str, ...],
) -> None:
    """Close a stuck redeem by hand, saying what was found in the CRM."""
    one = Act(config_path, redeem_id, reason, who)
    one.check_stuck()
    one.show_seen(one.people.look(one.redeem, one.deadline()))
    found = one.found(said)
    one.confirm("Close it by hand, as found?", yes)
    from bridge.redeem.desk.people import Contradicted

    def close(people: People, redeem: Redeem, despite: bool = despite_crm) -> None:
        people.close(
            redeem.redeem_id,
            redeem.version,
            one.who,
            one.reason,
            found,
            one.deadline(),
            despite=despite,
        )

    try:
        one.do(close)
    except Contradicted as error:
        one.show_seen(error.seen)
        otherwise = "The CRM says something else. If you are sure: --despite-crm."
        one.confirm(
            "The CRM says something else. Are you sure?", despite_crm, otherwise
        )
        one.do(lambda people, redeem: close(people, redeem, despite=True))


def check(config_path: Path, redeem_id: str, who: str | None) -> None:
    """Compare a finished redeem with the CRM, and write down what that says."""
    one = Act(config_path, redeem_id, None, who, reasoned=False)
    seen = one.people.check(
        one.redeem.redeem_id, one.redeem.version, one.who, one.deadline()
    )
    one.show_seen(seen)
    if any(item.agrees is False for item in seen):
        raise click.exceptions.Exit(1)

"""``sitoo-bridge journal``: what the journal's pages show and do, in a terminal.

Here are the names of the commands, and what their exit statuses mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import click

from bridge.cli.lazy import LazyGroup, Place
from bridge.errors import (
    AccessRefused,
    BridgeError,
    JournalError,
    OutcomeUnknown,
    Unavailable,
)

COMMANDS = {
    "list": ("list_redeems", "List redeems, newest first."),
    "show": ("show_one", "Tell all about one redeem."),
    "retry": ("retry", "Try an open redeem now."),
    "undo": ("undo", "Give everything back to the customer."),
    "close": ("close", "Close a stuck redeem by hand."),
    "check": ("check", "Compare one finished redeem with the CRM."),
    "export": ("export", "Write redeems into a file, however many."),
    "audit": ("audit", "Ask the CRM whether the journal is right."),
    "people": ("people", "List what people did, newest first."),
}
"""The commands, and what each one is called in ``commands``."""

OUT_OF_REACH = 3
"""The exit status for a journal or a CRM that cannot be reached, or does not answer."""

SILENT = (JournalError, Unavailable, OutcomeUnknown, AccessRefused)


class Journal(LazyGroup):
    """The commands by their names."""

    places: ClassVar[Mapping[str, Place]] = {
        name: Place("journal.commands", called, summary)
        for name, (called, summary) in COMMANDS.items()
    }

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; tell what is out of reach from what is refused."""
        try:
            return super().invoke(ctx)
        except BridgeError as error:
            click.echo(f"sitoo-bridge: {error.for_support}", err=True)
            ctx.exit(status_of(error))


def status_of(error: BridgeError) -> int:
    """Return the exit status that goes with an error."""
    # What can raise it has been imported by then; help needs nothing of it.
    from bridge.redeem.journal.server.complaints import Unreadable

    silent = isinstance(error, SILENT) and not isinstance(error, Unreadable)
    return OUT_OF_REACH if silent else 1


@click.group("journal", cls=Journal)
def command() -> None:
    """Find redeems, see what happened to them, finish them.

    The journal's pages do the same in a browser.  Times and days are those of
    the site, or of journal.time_zone.

    \b
    Exit status:
      0  done
      1  refused or not done, nothing found, or an audit found a disagreement
      2  the command line or the configuration is wrong
      3  the journal or a CRM cannot be reached, or does not answer
    """

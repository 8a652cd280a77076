"""``sitoo-bridge journal``: what the journal's pages show and do, in a terminal.

Here are the names of the commands, and what their exit statuses mean.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from bridge.errors import (
    AccessRefused,
    BridgeError,
    JournalError,
    OutcomeUnknown,
    Unavailable,
)
from bridge.redeem.store import Unreadable

COMMANDS = {
    "list": ("journal_shown", "List redeems, newest first."),
    "show": ("journal_shown", "Tell all about one redeem."),
    "retry": ("journal_acts", "Try an open redeem now."),
    "undo": ("journal_acts", "Give everything back to the customer."),
    "close": ("journal_acts", "Close a stuck redeem by hand."),
    "export": ("journal_export", "Write redeems into a file, however many."),
    "audit": ("journal_audit", "Ask the CRM whether the journal is right."),
}
"""The commands, and in which module each one is."""

OUT_OF_REACH = 3
"""The exit status for a journal or a CRM that cannot be reached, or does not answer."""

SILENT = (JournalError, Unavailable, OutcomeUnknown, AccessRefused)


class Journal(click.Group):
    """The commands by their names, imported when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they are met."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        name = f"{cmd_name}_command"
        command = getattr(import_module(f"bridge.cli.{module}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the list without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; tell what is out of reach from what is refused."""
        try:
            return super().invoke(ctx)
        except BridgeError as error:
            click.echo(f"sitoo-bridge: {error.errortext}", err=True)
            ctx.exit(status_of(error))


def status_of(error: BridgeError) -> int:
    """Return the exit status that goes with an error."""
    silent = isinstance(error, SILENT) and not isinstance(error, Unreadable)
    return OUT_OF_REACH if silent else 1


@click.group("journal", cls=Journal)
def command() -> None:
    """Find redeems, see what happened to them, finish them.

    The journal's pages do the same in a browser.  All times and days are UTC.

    \b
    Exit status:
      0  done
      1  refused or not done, nothing found, or an audit found a disagreement
      2  the command line or the configuration is wrong
      3  the journal or a CRM cannot be reached, or does not answer
    """

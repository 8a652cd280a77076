"""``sitoo-bridge journal retry``, ``undo`` and ``close``: what a person may do.

``bridge.redeem.people`` does it, as for the pages; here is only the asking.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from bridge.app import Parts
from bridge.cli.journal_search import opened, the_one
from bridge.cli.journal_shown import standing
from bridge.cli.journal_words import console, visible
from bridge.cli.options import config_option
from bridge.deadline import Deadline
from bridge.errors import BridgeError, Invalid
from bridge.journal_ui.settings import NAME
from bridge.redeem import Redeem
from bridge.redeem.people import Found, NothingToDo, People, checked_reason
from bridge.redeem.record import Line
from bridge.redeem.story import item_name, sentence

FOUND = {found.value.replace(" ", "-"): found for found in Found}
"""What was found in the CRM, as one word on a command line."""

PATIENCE_SECONDS = 30.0
"""How long the CRM may take: nobody stands in a queue."""

Command = Callable[..., None]


def act(command: Command) -> Command:
    """Add what every action wants to know."""
    for decorate in reversed(
        [
            config_option,
            click.argument("redeem_id"),
            click.option("--reason", help="Why; it is kept with the redeem."),
            click.option(
                "--who", help="Who you are; without it, your login name is kept."
            ),
            click.option("--yes", is_flag=True, help="Do not ask whether to do it."),
        ]
    ):
        command = decorate(command)
    return command


@click.command("retry")
@act
def retry_command(
    config_path: Path, redeem_id: str, reason: str | None, who: str | None, yes: bool
) -> None:
    """Try an open redeem now, as recovery does when it is due.

    The CRM is asked about every item, and what is spent is given back.  Exit status 1
    or 3: it is still open, and recovery goes on with it.
    """
    one = Act(opened(config_path), redeem_id, reason, who)
    one.confirm("Try it now?", yes)
    one.do(
        lambda people, seen: people.try_now(
            seen.redeem_id, seen.version, one.who, one.reason, one.deadline()
        )
    )


@click.command("undo")
@act
def undo_command(
    config_path: Path, redeem_id: str, reason: str | None, who: str | None, yes: bool
) -> None:
    """Give everything back to the customer, as if the till had undone it.

    The till is not told: the receipt keeps its discount.  Exit status 1: the CRM
    refused; 3: it could not be finished now, and recovery goes on with it.
    """
    one = Act(opened(config_path), redeem_id, reason, who)
    one.confirm("Give everything back to the customer?", yes)
    one.do(
        lambda people, seen: people.undo(
            seen.redeem_id, seen.version, one.who, one.reason, one.deadline()
        )
    )


@click.command("close")
@act
@click.option(
    "--found",
    "said",
    multiple=True,
    metavar="ITEM=WHAT",
    help="What the CRM has: ITEM is promotion:ID, bonus_check:ID or the number that "
    f"`journal show` gives it; WHAT is {', '.join(FOUND)}.  Once for each item.",
)
def close_command(
    config_path: Path,
    redeem_id: str,
    reason: str | None,
    who: str | None,
    yes: bool,
    said: tuple[str, ...],
) -> None:
    """Close a stuck redeem by hand, saying what was found in the CRM.

    Nothing is sent to the CRM, other redeems can have the items again, and recovery
    never comes back to this redeem.  In a terminal, what --found leaves out is asked.
    """
    one = Act(opened(config_path), redeem_id, reason, who)
    one.check_stuck()
    found = one.found(said)
    one.confirm("Close it by hand, as found?", yes)
    one.do(
        lambda people, seen: people.close(
            seen.redeem_id, seen.version, one.who, one.reason, found
        )
    )


class Act:
    """One person about to do something to one redeem, as it stood when they looked."""

    def __init__(
        self, parts: Parts, redeem_id: str, reason: str | None, who: str | None
    ) -> None:
        self.people = People(parts.redeemer, parts.sites)
        self.journal = parts.journal
        self.who = who if who is not None else _login()
        if not NAME.fullmatch(self.who) or visible(self.who) != self.who:
            raise click.BadParameter(
                "Use up to 64 printable characters.", param_hint="--who"
            )
        self.redeem = the_one(self.journal, redeem_id)
        self.interactive = sys.stdin.isatty()
        if self.interactive:
            standing(self.redeem, self.journal.events(self.redeem), console())
        self.reason = self._reason(reason)

    def _reason(self, given: str | None) -> str:
        if given is None:
            given = self.ask("Why", "Say why, with --reason.")
        try:
            return checked_reason(given)
        except Invalid as error:
            raise click.BadParameter(error.errortext, param_hint="--reason") from None

    def ask(self, question: str, otherwise: str, *choices: str) -> str:
        """Ask in a terminal; elsewhere raise a usage error."""
        if not self.interactive:
            raise click.UsageError(otherwise)
        kind = click.Choice(choices) if choices else str
        answer: str = click.prompt(question, type=kind, err=True)
        return answer

    def confirm(self, question: str, yes: bool) -> None:
        """Go on only if that is wanted; "no" ends with exit status 1."""
        if yes:
            return
        if not self.interactive:
            raise click.UsageError("Nobody can be asked here: add --yes.")
        if not click.confirm(question, err=True):
            click.echo("Nothing was done.", err=True)
            raise click.exceptions.Exit(1)

    def do(self, action: Callable[[People, Redeem], None]) -> None:
        """Do it, and print how the redeem stands afterwards, whatever came of it."""
        try:
            action(self.people, self.redeem)
        except BridgeError:
            self._tell(err=True)
            raise
        self._tell()

    def _tell(self, err: bool = False) -> None:
        now = self.journal.load(self.redeem.redeem_id)
        if now is not None:
            clock = self.people.tools.clock()
            said = sentence(now, self.journal.events(now), clock)
            click.echo(visible(said), err=err)

    def deadline(self) -> Deadline:
        """Return until when to wait for the CRM, from now on."""
        return Deadline(PATIENCE_SECONDS)

    def check_stuck(self) -> None:
        """Say at once that it is not to be closed, before anything is asked."""
        if self.redeem.settled:
            raise NothingToDo
        if not self.people.may_close(self.redeem):
            raise Invalid(
                "Only a stuck redeem is closed by hand: this one is tried on."
            )

    def found(self, said: Sequence[str]) -> list[Found]:
        """Return for each item what was found; ask for what was not said."""
        stated: dict[int, Found] = {}
        for text in said:
            name, _, what = text.rpartition("=")
            number = self._number(name)
            if number is None or what not in FOUND or number in stated:
                raise click.BadParameter(
                    "Write ITEM=WHAT, once for each item of this redeem; WHAT is "
                    f"one of {', '.join(FOUND)}.",
                    param_hint="--found",
                )
            stated[number] = FOUND[what]
        for number, line in enumerate(self.redeem.lines):
            if number not in stated:
                stated[number] = self._look(number, line)
        return [stated[number] for number in range(len(self.redeem.lines))]

    def _look(self, number: int, line: Line) -> Found:
        item = visible(item_name(line))
        otherwise = f"Say what was found of {item}, with --found {number + 1}=WHAT."
        return FOUND[self.ask(f"What does the CRM say of {item}", otherwise, *FOUND)]

    def _number(self, name: str) -> int | None:
        for number, line in enumerate(self.redeem.lines):
            if name in (str(number + 1), f"{line.kind}:{line.item_id}"):
                return number
        return None


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise click.UsageError("Say who you are, with --who.") from None

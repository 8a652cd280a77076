"""``sitoo-bridge journal retry``, ``undo`` and ``close``: what a person may do.

``bridge.redeem.desk.people`` does it, as for the pages; here is only the asking.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.cli.journal.search import opened, reads, the_one
from bridge.cli.journal.shown import standing
from bridge.cli.journal.words import console
from bridge.deadline import Deadline
from bridge.errors import BridgeError, Invalid
from bridge.journal_ui.settings import NAME
from bridge.ledger import Ledger
from bridge.redeem import Redeem
from bridge.redeem.desk.asked import FOUND, Found
from bridge.redeem.desk.reasons import checked_reason
from bridge.redeem.desk.records import visible
from bridge.redeem.desk.story import item_name, sentence
from bridge.redeem.record import Line

if TYPE_CHECKING:
    from bridge.redeem.desk.looking import Seen
    from bridge.redeem.desk.people import People

PATIENCE_SECONDS = 30.0
"""How long the CRM may take: nobody stands in a queue."""


def retry(
    config_path: Path, redeem_id: str, reason: str | None, who: str | None, yes: bool
) -> None:
    """Try an open redeem now, as recovery does when it is due."""
    one = Act(config_path, redeem_id, reason, who)
    one.confirm("Try it now?", yes)
    one.do(
        lambda people, seen: people.try_now(
            seen.redeem_id, seen.version, one.who, one.reason, one.deadline()
        )
    )


def undo(
    config_path: Path, redeem_id: str, reason: str | None, who: str | None, yes: bool
) -> None:
    """Give everything back to the customer, as if the till had undone it."""
    one = Act(config_path, redeem_id, reason, who)
    one.confirm("Give everything back to the customer?", yes)
    one.do(
        lambda people, seen: people.undo(
            seen.redeem_id, seen.version, one.who, one.reason, one.deadline()
        )
    )


class Act:
    """One person about to do something to one redeem, as it stood when they looked."""

    def __init__(
        self,
        config_path: Path,
        redeem_id: str,
        reason: str | None,
        who: str | None,
        *,
        reasoned: bool = True,
    ) -> None:
        ledger = opened(config_path)
        self.journal = ledger.journal
        self.who = who if who is not None else _login()
        if not NAME.fullmatch(self.who) or visible(self.who) != self.who:
            raise click.BadParameter(
                "Use up to 64 printable characters.", param_hint="--who"
            )
        self.redeem = the_one(self.journal, redeem_id)
        self.people = _people(config_path, ledger)
        self.to = reads(ledger, self.redeem.site)
        self.interactive = sys.stdin.isatty()
        if self.interactive:
            events = self.journal.events(self.redeem)
            standing(self.redeem, events, console(), self.to)
        self.reason = self._reason(reason) if reasoned else ""

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

    def confirm(
        self,
        question: str,
        yes: bool,
        otherwise: str = "Nobody can be asked here: add --yes.",
    ) -> None:
        """Go on only if that is wanted; "no" ends with exit status 1."""
        if yes:
            return
        if not self.interactive:
            raise click.UsageError(otherwise)
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

    def show_seen(self, seen: Sequence[Seen]) -> None:
        """Print what the CRM says about each item."""
        for one in seen:
            why = f" ({one.why})" if one.why else ""
            name = item_name(one.line)
            click.echo(visible(f"The CRM says: {name} is {one.found}{why}"), err=True)

    def _tell(self, err: bool = False) -> None:
        now = self.journal.load(self.redeem.redeem_id)
        if now is not None:
            clock = self.people.tools.clock()
            said = sentence(now, self.journal.events(now), clock, self.to)
            click.echo(visible(said), err=err)

    def deadline(self) -> Deadline:
        """Return until when to wait for the CRM, from now on."""
        return Deadline(PATIENCE_SECONDS)

    def check_stuck(self) -> None:
        """Say at once that it is not to be closed, before anything is asked."""
        from bridge.redeem.desk.people import NOT_STUCK, NothingToDo

        if self.redeem.settled:
            raise NothingToDo
        if not self.people.may_close(self.redeem):
            raise Invalid(NOT_STUCK)

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


def _people(config_path: Path, ledger: Ledger) -> People:
    # Not before there is a redeem to ask a CRM about: it takes a while to import.
    from bridge.cli.journal.asking import people

    return people(config_path, ledger)


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise click.UsageError("Say who you are, with --who.") from None

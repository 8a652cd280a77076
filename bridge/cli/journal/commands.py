"""The commands on the journal as they are asked for: their options and their help.

What they do is in modules of its own, which are imported when it is done: help and a
mistyped option need neither the journal nor a CRM.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import click

from bridge.cli.options import FilePath, config_option
from bridge.redeem.desk.asked import DEEDS, FOUND, OUTCOMES, PREFIX_LENGTH, STATES

FILTERS: dict[str, tuple[str, str]] = {
    "redeem": ("ID", f"The redeem id, or its first digits, {PREFIX_LENGTH} or more."),
    "customer": ("ID", "Redeems of this customer, by the CRM's id."),
    "item": ("ID", "Redeems of this promotion or bonus check."),
    "receipt": ("NUMBER", "Redeems with this number in one of the CRM's receipts."),
    "site": ("NAME", "Redeems of this site."),
    "store": ("ID", "Redeems in this store."),
    "register": ("ID", "Redeems at this register."),
    "staff": ("ID", "Redeems by this member of staff."),
    "from": (
        "WHEN",
        "This day or later: 2026-11-24, or '2026-11-24 14:30'.",
    ),
    "to": ("WHEN", "Redeems of this day or earlier, or before this time of a day."),
}

json_option = click.option(
    "--json", "as_json_", is_flag=True, help="Print JSON, for programs."
)

Command = Callable[..., None]


def filters(command: Command) -> Command:
    """Add an option for each filter; ``wanted`` reads them."""
    for name, (metavar, text) in reversed(FILTERS.items()):
        parameters = (f"--{name}", f"filter_{name}")
        command = click.option(*parameters, metavar=metavar, help=text)(command)
    states = click.Choice(list(STATES))
    ways = click.Choice(list(OUTCOMES))
    text = "Redeems that have ended so; unheard: a success that nobody heard."
    command = click.option("--outcome", "filter_outcome", type=ways, help=text)(command)
    text = "Redeems in this state; open ones may be stuck, too."
    return click.option("--state", "filter_state", type=states, help=text)(command)


def limited(what: str) -> Callable[[Command], Command]:
    """Add how much of a list is wanted, and from where on."""
    limit = click.option(
        "--limit",
        type=click.IntRange(1, 10_000),
        default=30,
        show_default=True,
        help=f"How many {what} to list.",
    )
    text = "Go on where a list ended."
    after = click.option("--after", metavar="PLACE", default="", help=text)
    return lambda command: limit(after(command))


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


def done_in(module: str) -> Callable[[Command], Command]:
    """Have what a command is for done by the function of its name in a module."""

    def decorate(asked: Command) -> Command:
        @wraps(asked)
        def do(**given: Any) -> None:
            done_there = import_module(f"bridge.cli.journal.{module}")
            getattr(done_there, asked.__name__)(**given)

        return do

    return decorate


@click.command("list")
@config_option
@filters
@limited("redeems")
@json_option
@done_in("shown")
def list_redeems(**_given: Any) -> None:
    """List redeems, newest first.

    Where there are more, the last line on standard error says how to go on.  Exit
    status 1: nothing was found.
    """


@click.command("show")
@config_option
@click.argument("redeem_id")
@json_option
@done_in("shown")
def show_one(**_given: Any) -> None:
    """Tell all about one redeem: how it stands, its items, and what happened.

    REDEEM_ID may be the first digits, as long as no other redeem begins like that.
    """


@click.command("retry")
@act
@done_in("acts")
def retry(**_given: Any) -> None:
    """Try an open redeem now, as recovery does when it is due.

    The CRM is asked about every item, and what is spent is given back.  Exit status 1
    or 3: it is still open, and recovery goes on with it.
    """


@click.command("undo")
@act
@done_in("acts")
def undo(**_given: Any) -> None:
    """Give everything back to the customer, as if the till had undone it.

    The till is not told: the receipt keeps its discount.  Exit status 1: the CRM
    refused; 3: it could not be finished now, and recovery goes on with it.
    """


@click.command("close")
@act
@click.option(
    "--despite-crm",
    is_flag=True,
    help="Close it also where the CRM says something else than you have found.",
)
@click.option(
    "--found",
    "said",
    multiple=True,
    metavar="ITEM=WHAT",
    help="What the CRM has: ITEM is promotion:ID, bonus_check:ID or the number that "
    f"`journal show` gives it; WHAT is {', '.join(FOUND)}.  Once for each item.",
)
@done_in("closing")
def close(**_given: Any) -> None:
    """Close a stuck redeem by hand, saying what was found in the CRM.

    The CRM is asked as well, and its answer shown.  Other redeems can have the items
    again, and recovery never comes back to this redeem.  In a terminal, what --found
    leaves out is asked.
    """


@click.command("check")
@config_option
@click.argument("redeem_id")
@click.option("--who", help="Who you are; without it, your login name is kept.")
@done_in("closing")
def check(**_given: Any) -> None:
    """Compare a finished redeem with the CRM, and write down what that says.

    Also one that was closed by hand.  Exit status 1: the CRM says something else.
    """


@click.command("export")
@config_option
@filters
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="One redeem a line as JSON, or one item a line for a spreadsheet.",
)
@click.option(
    "--output",
    type=FilePath(dir_okay=False),
    help="Write this file, once all is there; else to standard output.",
)
@done_in("export")
def export(**_given: Any) -> None:
    """Write redeems into a file, newest first, however many there are.

    When the journal cannot be read to the end, the last line says that redeems are
    missing, and the exit status is 3; a file of --output stays as it was.  The last
    line also names redeems that are there and cannot be read; the exit status is 1.

    In CSV an apostrophe stands before whatever a spreadsheet would take for a formula.
    No redeems make an empty file, and exit status 0.
    """


@click.command("audit")
@config_option
@filters
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    default=5.0,
    show_default=True,
    metavar="N",
    help="How many questions a second the CRM is asked at most.",
)
@json_option
@done_in("audit")
def audit(**_given: Any) -> None:
    """Ask the CRM whether the journal is right, and report every disagreement.

    Asks about each item of each settled redeem, under the reference that it was
    redeemed with, and changes nothing.  Exit status 1: there are disagreements; 3:
    there are none so far, but the CRM did not answer all questions.  What the journal
    has and cannot be read is named, and makes the exit status 1, too.
    """


@click.command("people")
@config_option
@click.option("--person", metavar="NAME", help="What this person did.")
@click.option(
    "--kind",
    type=click.Choice(list(DEEDS)),
    help="; ".join(f"{kind}: {text}" for kind, text in DEEDS.items()) + ".",
)
@limited("deeds")
@json_option
@done_in("people")
def people(**_given: Any) -> None:
    """List what people did on the pages and here, newest first.

    Who acted on which redeem, signed in or out, or was refused at the sign-in, by the
    journal's clock.  The reasons are among a redeem's own events: `journal show`.  A
    name that begins with ~ stands for one that nobody has.  Exit status 1: nothing was
    found.
    """

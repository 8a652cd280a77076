"""``sitoo-bridge journal-user``: what the configuration keeps of a password."""

from __future__ import annotations

import json
import sys

import click

from bridge.journal_ui.door.passwords import SHORTEST, hashed
from bridge.journal_ui.settings import NAME


@click.command("journal-user")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["read", "operate"]),
    default="read",
    show_default=True,
    help="operate may also try, undo and close redeems.",
)
def command(name: str, role: str) -> None:
    """Make the password hash of somebody who may open the journal.

    Asks for the password, or takes the first line of standard input, and prints the
    lines for the section journal.users of the configuration.
    """
    if not NAME.fullmatch(name):
        raise click.BadParameter(
            "Use up to 64 printable characters.", param_hint="NAME"
        )
    password = _asked() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if len(password) < SHORTEST:
        raise click.ClickException(
            f"The password is too short: take {SHORTEST} characters or more."
        )
    # A JSON text is a YAML text, whatever the name has in it.
    user = f"{{role: {role}, password_hash: {json.dumps(hashed(password))}}}"
    click.echo(f"    {json.dumps(name, ensure_ascii=False)}: {user}")


def _asked() -> str:
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked

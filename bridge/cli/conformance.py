"""``sitoo-bridge conformance``: whether a server speaks the SPI as it is described."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bridge.cli.options import FilePath
from bridge.config.references import secret
from bridge.conformance import (
    CannotRun,
    Client,
    Result,
    Settings,
    Verdict,
    as_json,
    as_junit,
    counted,
    run,
)
from bridge.conformance.spi import KEY_TYPES
from bridge.conformance.trial import NEEDS_WRITES
from bridge.secret import Secret

COULD_NOT_RUN = 2

STYLES = {
    Verdict.AGREES: "green",
    Verdict.DEVIATES: "bold red",
    Verdict.REMARK: "yellow",
    Verdict.NOT_TRIED: "dim",
}


def _login(
    ctx: click.Context, param: click.Parameter, value: str
) -> tuple[str, Secret]:
    """Return user name and password; ask for a password that is not there."""
    user, _, password = value.partition(":")
    password = password or click.prompt("Password", hide_input=True, err=True)
    try:
        return user, secret(password)
    except ValueError as error:
        raise click.BadParameter(f"the password: {error}", ctx, param) from None


def _keys(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> list[tuple[str, str]]:
    """Return types and keys."""
    keys = [(kind, key) for kind, _, key in (one.partition(":") for one in values)]
    for kind, key in keys:
        if kind not in KEY_TYPES or not key:
            types = ", ".join(KEY_TYPES)
            raise click.BadParameter(f"must be TYPE:KEY, of {types}", ctx, param)
    return keys


@click.command("conformance")
@click.argument("url")
@click.option(
    "-u",
    "--user",
    "login",
    metavar="USER:PASSWORD",
    callback=_login,
    required=True,
    envvar="SITOO_SPI_USER",
    show_envvar=True,
    help="The password may be env:NAME or file:PATH; without one, it is asked for.",
)
@click.option("--allow-writes", is_flag=True, help="Also add, change, redeem and undo.")
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="TYPE:KEY",
    callback=_keys,
    help="What finds a customer who is there, such as mobile:0701112233.",
)
@click.option("--customer", default="", metavar="ID", help="A customer who is there.")
@click.option(
    "--promotion",
    "promotions",
    multiple=True,
    metavar="ID",
    help="One of that customer's promotions, to be redeemed and undone.",
)
@click.option(
    "--bonus-check",
    "bonus_checks",
    multiple=True,
    metavar="ID",
    help="One of that customer's bonus checks, to be redeemed and undone.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for an answer: the POS gives up after 10.",
)
@click.option("--json", "print_json", is_flag=True, help="Print JSON.")
@click.option(
    "--junit",
    type=FilePath(dir_okay=False),
    metavar="FILE",
    help="Write JUnit XML for a CI server.",
)
def command(
    url: str,
    login: tuple[str, Secret],
    allow_writes: bool,
    keys: Sequence[tuple[str, str]],
    customer: str,
    promotions: Sequence[str],
    bonus_checks: Sequence[str],
    timeout: float,
    print_json: bool,
    junit: Path | None,
) -> None:
    """Say whether a server speaks the SPI as the reference says.

    URL is what Sitoo would be given, of any server for the Sitoo CRM SPI v2: a staging
    of this bridge or somebody else's.  Without --allow-writes only GET is used.  With
    it a customer is added, who stays there, as the SPI cannot delete one; what is
    redeemed is undone.

    Exit status 0: all as the reference says. 1: there are deviations. 2: it could not
    be tried.
    """
    _check_url(url)
    client = Client(url, *login, timeout_seconds=timeout)
    settings = Settings(allow_writes, keys, customer, promotions, bonus_checks)
    try:
        results = run(client, settings)
    except CannotRun as error:
        click.echo(f"sitoo-bridge: {error}", err=True)
        raise click.exceptions.Exit(COULD_NOT_RUN) from None
    if junit is not None:
        junit.write_bytes(as_junit(url, results))
    if print_json:
        click.echo(json.dumps(as_json(url, results), indent=2, ensure_ascii=False))
    else:
        _print(results)
    if counted(results)[Verdict.DEVIATES]:
        raise click.exceptions.Exit(1)


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise click.BadParameter(
            "must begin with https:// or http://", param_hint="URL"
        )
    if parts.username or parts.password:
        raise click.BadParameter("credentials belong to -u", param_hint="URL")


def _print(results: Sequence[Result]) -> None:
    console = Console(highlight=False)
    hidden = [result for result in results if result.seen == NEEDS_WRITES]
    console.print(_table([result for result in results if result not in hidden]))
    console.print("\n* is on Sitoo's own list of test cases.")
    if hidden:
        console.print(f"{len(hidden)} more cases need --allow-writes.")
    for verdict, count in counted(results).items():
        console.print(f"{count:4} {verdict}", style=STYLES[Verdict(verdict)])


def _table(results: Sequence[Result]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", "The reference says", "Seen", ""):
        table.add_column(heading, overflow="fold")
    group = ""
    for result in results:
        case = result.case
        if case.group != group:
            group = case.group
            table.add_row(f"[bold]{group}[/]")
        title = f"  {case.title}{' *' if case.sitoo else ''}"
        texts = [escape(text) for text in (title, case.says, result.seen)]
        table.add_row(*texts, f"[{STYLES[result.verdict]}]{result.verdict}[/]")
    return table

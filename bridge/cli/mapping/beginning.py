"""``sitoo-bridge mapping new``: a mapping to fill in, and what to do next."""

from __future__ import annotations

from pathlib import Path

import click

from bridge.cli.mapping.scaffold import begin, begin_file
from bridge.cli.options import FilePath

NEXT = """
Next: the tests of the conformance kit say what is to do, one verb after the other.

  $ {prepare}pytest {test}

The documentation's tutorial leads through it."""


FILL_IN = """
Next: fill it in, and have it checked and tried as often as you like.

  $ sitoo-bridge mapping check {file}
  $ sitoo-bridge mapping try {file} get 123 -c config.yaml

In the configuration it is `mapping: rest` and `options: {{file: {file}}}`."""


@click.command("new")
@click.argument("name")
@click.option(
    "--rest", is_flag=True, help="Without Python: a file that describes a REST CRM."
)
@click.option(
    "--package",
    type=FilePath(file_okay=False),
    metavar="DIR",
    help="Make a package of its own there; without it, it becomes part of a checkout.",
)
def new(name: str, package: Path | None, *, rest: bool) -> None:
    """Begin a mapping: its module, its tests and its page, with all that is to do.

    With --rest it is one file, which describes a REST CRM and takes no Python.

    NAME is what a configuration will say after `mapping:`.  Nothing is overwritten.
    """
    if rest:
        path = begin_file(name, package or Path())
        click.echo(f"{path}\n{FILL_IN.format(file=path)}")
        return
    paths = begin(name, package)
    for path in paths:
        click.echo(path)
    if package is None:
        click.echo(NEXT.format(prepare="", test=paths[1]))
    else:
        prepare = f"cd {package} && pip install -e . && "
        click.echo(NEXT.format(prepare=prepare, test="").replace(" \n", "\n"))

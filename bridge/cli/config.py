"""``sitoo-bridge config``: where a configuration begins."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from bridge.cli.options import FilePath


@click.group("config")
def command() -> None:
    """Begin a configuration, from an example of every setting."""


@command.command("example")
@click.argument("path", required=False, type=FilePath(dir_okay=False))
def example(path: Path | None) -> None:
    """Write the example that explains every setting, to PATH or to be read here.

    A file that is there already is left as it is.
    """
    text = files("bridge.config").joinpath("config.example.yaml").read_text("utf-8")
    if path is None:
        click.echo(text, nl=False)
        return
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.ClickException(
            f"{path} is there already: name another file, or remove it."
        ) from None
    except OSError as error:
        raise click.ClickException(
            f"{path} cannot be written: {error.strerror}."
        ) from None
    click.echo(f"Now fill in {path}, and let `sitoo-bridge check -c {path}` read it.")

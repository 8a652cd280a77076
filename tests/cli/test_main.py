"""The command line as a whole: its help, its manners, and how quick it is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bridge import __version__
from bridge.cli import COMMANDS, main
from tests.running import ROOT, running

AWAY = """
sites:
  north:
    country: SE
    mapping: demo
    users: {till: secret-of-a-program}
    upstream: {url: "http://127.0.0.1:9"}
redis: {url: "redis://127.0.0.1:9"}
"""


def test_help_names_every_command_and_imports_none() -> None:
    code = (
        "import sys; from bridge.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print(*sorted({'flask', 'redis', 'requests', 'marshmallow'} & {*sys.modules}))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name, text in COMMANDS.items():
        assert f"  {name} " in said
        assert text in said
    assert said.splitlines()[-1] == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_of_its_own(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert COMMANDS[name] in " ".join(result.output.split())


def test_tells_its_version() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert result.output == f"sitoo-bridge, version {__version__}\n"


def test_an_unknown_command_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["nonsense"]).exit_code == 2


def test_prints_the_description() -> None:
    result = CliRunner().invoke(main, ["openapi"])
    assert result.exit_code == 0
    assert json.loads(result.output)["openapi"].startswith("3.")


def test_a_missing_file_is_one_sentence() -> None:
    with running("recover", "-c", "/no/such.yaml") as recover:
        assert recover.end() == 2
    assert recover.everything() == (
        "sitoo-bridge: /no/such.yaml cannot be read: No such file or directory."
    )


def test_no_command_says_what_it_would_only_log(tmp_path: Path) -> None:
    """Without a log, Python prints a warning's bare sentence between the lines."""
    path = tmp_path / "config.yaml"
    path.write_text(AWAY)
    with running("check", "-c", str(path)) as check:
        assert check.end() == 1
    said = [line for line in check.everything().splitlines() if line]
    assert said[-1].endswith("to mend.")
    marks = ("problem ", "warning ", "ok ")
    assert [line for line in said[:-1] if not line.startswith(marks)] == []


def paths(command: click.Command, *named: str) -> Iterator[tuple[str, ...]]:
    """Yield each command with an argument or an option that is a path, and no value."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from paths(below, *named, name)
        return
    for parameter in command.params:
        if isinstance(parameter.type, click.Path):
            option = (
                parameter.opts[-1:] if parameter.param_type_name == "option" else []
            )
            yield *named, *option


def test_an_empty_path_is_none() -> None:
    asked = list(paths(main))
    assert len(asked) > 12
    for words in asked:
        found = CliRunner().invoke(main, [*words, ""])
        assert (found.exit_code, found.stdout) == (2, ""), words
        assert "it is empty." in found.stderr, words

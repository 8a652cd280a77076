"""``sitoo-bridge journal-user``: what it prints is what the configuration takes."""

from __future__ import annotations

import pytest
import yaml
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.config.schema import read
from bridge.journal_ui.door.passwords import matches
from bridge.journal_ui.settings import JournalSettings


def made(*arguments: str, typed: str = "correct horse battery\n") -> Result:
    return CliRunner().invoke(main, ["journal-user", *arguments], input=typed)


@pytest.mark.parametrize("name", ["anna", 'Å "B" {c}: #d', "no", "1"])
@pytest.mark.parametrize("role", ["read", "operate"])
def test_its_line_is_a_user(name: str, role: str) -> None:
    result = made(name, "--role", role)
    assert result.exit_code == 0
    section = yaml.safe_load(f"users:\n{result.output}")
    user = read(JournalSettings, section, "journal").users[name]
    assert user.role == role
    assert matches("correct horse battery", user.password_hash)
    assert not matches("correct horse batterY", user.password_hash)
    assert "correct horse" not in result.output


@pytest.mark.parametrize("typed", ["short\n", "", "\n"])
def test_a_short_password_is_refused(typed: str) -> None:
    result = made("anna", typed=typed)
    assert result.exit_code == 1
    assert "10 characters or more" in result.output
    assert "scrypt" not in result.output


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 65])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    assert made(name).exit_code == 2

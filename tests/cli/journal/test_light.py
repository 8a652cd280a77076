"""Asking for help, or mistyping, needs neither the journal nor a CRM behind it.

What a command imports is what it costs to start: how long that takes is measured in
``bench``, here is what keeps it short.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bridge.cli.journal import COMMANDS
from tests.running import ROOT

HEAVY = {
    "flask",
    "jinja2",
    "marshmallow",
    "phonenumbers",
    "prometheus_client",
    "redis",
    "redis.asyncio",
    "requests",
    "rich",
    "urllib3",
    "yaml",
}

RUN = """\
import json, sys
from bridge.cli import main
try:
    main(json.loads(sys.argv[1]))
except SystemExit as ended:
    print()
    print(json.dumps([ended.code, [*sys.modules]]))
"""


def run(*arguments: str) -> tuple[int, set[str]]:
    """Return the exit status, and what was imported."""
    command = [sys.executable, "-c", RUN, json.dumps(["journal", *arguments])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    status, modules = json.loads(done.stdout.splitlines()[-1])
    return status, set(modules)


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_imports_nothing_heavy(name: str) -> None:
    status, modules = run(*name.split(), "--help")
    assert status == 0
    assert modules & HEAVY == set()


def test_a_mistake_is_told_without_anything_heavy() -> None:
    status, modules = run("list", "--state", "spent")
    assert status == 2
    assert modules & HEAVY == set()


def test_what_is_heavy_is_known_by_its_name() -> None:
    """Else the tests above would see nothing whatever is imported."""
    code = f"import bridge.cli.journal.shown, sys; print(*{HEAVY!r} - {{*sys.modules}})"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

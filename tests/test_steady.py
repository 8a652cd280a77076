"""What CI tries again, and what is red at once: ``.ci/steady`` on a few tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

BEGIN = """
import os, pathlib, pytest

def times(name):
    path = pathlib.Path(name)
    path.write_text(path.read_text() + "x" if path.exists() else "x")
    return len(path.read_text())

def test_sound(): pass
"""
UNSTEADY = """
@pytest.mark.parametrize("what", ["a b::c - [d]"])
def test_unsteady(what): assert times("unsteady") > 1, "it was the moment"
"""
TWO_FAILURES = """
@pytest.fixture
def place():
    yield
    assert times("end") > 1, "at the end"

def test_two_failures(place): assert times("middle") > 1, "in the middle"
"""
ENDS = "def test_ends(): times('ended') > 1 or os._exit(9)\n"
BROKEN = "def test_broken(): assert False, 'it is broken'\n"
TWICE = "def test_twice(): assert times('twice') not in (1, 3)\n"
SKIPS = """
def test_skips():
    if times("skips") > 1: pytest.skip("not now")
    assert False
"""
FOUR = """
@pytest.mark.parametrize("one", "abcd")
def test_four(one): assert times(one) > 1
"""
FALLS = "raise ValueError('it falls')\n"
SHARED = ("-p", "xdist", "--numprocesses", "1")


class Run:
    """One run of it, on tests in a directory of their own."""

    def __init__(self, place: Path, tests: str, *options: str, more: str = "") -> None:
        (place / "pytest.ini").write_text("[pytest]\n")
        (place / "test_toy.py").write_text(BEGIN + tests)
        if more:
            (place / "test_more.py").write_text(more)
        self._run(place, sys.executable, *options)

    def _run(self, place: Path, python: str, *options: str) -> None:
        unsteady = place / "told"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
        # Without the plugins that nobody needs here, pytest starts five times as fast.
        ours = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        done = subprocess.run(
            [str(ROOT / ".ci" / "steady"), python, *options],
            cwd=place,
            env={**kept, **ours, "UNSTEADY": str(unsteady)},
            capture_output=True,
            text=True,
        )
        self.status, self.said = done.returncode, done.stdout
        self.told = unsteady.read_text() if unsteady.exists() else ""


class Stub(Run):
    """One with something that ends as pytest does."""

    def __init__(self, place: Path, status: int) -> None:
        stub = place / "python"
        stub.write_text(f"#!/bin/sh\nexit {status}\n")
        stub.chmod(0o700)
        self._run(place, str(stub))


@pytest.mark.parametrize("options", [(), SHARED])
def test_all_pass(tmp_path: Path, options: tuple[str, ...]) -> None:
    run = Run(tmp_path, "", *options)
    assert run.status == 0, run.said
    assert "1 passed in " in run.said.splitlines()[-1]
    assert run.told == ""


def test_three_may_be_unsteady(tmp_path: Path) -> None:
    """Each is named, and with what it said first; one of them ends its process."""
    run = Run(tmp_path, UNSTEADY + TWO_FAILURES + ENDS, *SHARED)
    assert run.status == 0, run.said
    assert "3 failed, 1 passed, 1 error in " in run.said
    assert run.said.endswith(run.told)
    assert sum(line[:9] == "UNSTEADY:" for line in run.told.splitlines()) == 3
    assert "UNSTEADY: test_toy.py::test_unsteady[a b::c - [d]]\n" in run.told
    for text in ("it was the moment", "in the middle", "crashed while running"):
        assert text in run.told
    assert "at the end" not in run.told
    assert (tmp_path / "unsteady").read_text() == "xxxx"


def test_four_are_red(tmp_path: Path) -> None:
    run = Run(tmp_path, FOUR)
    assert run.status == 1
    assert run.said.endswith("RED: 4 tests failed: too many for a moment's trouble\n")
    assert (tmp_path / "a").read_text() == "x"


@pytest.mark.parametrize(
    ("tests", "time"), [(UNSTEADY + BROKEN, 1), (TWICE, 2), (SKIPS, 1)]
)
def test_one_that_fails_again_is_red(tmp_path: Path, tests: str, time: int) -> None:
    run = Run(tmp_path, tests)
    assert run.status == 1
    assert run.said.endswith(f" fails by itself, too: time {time} of 3\n")
    assert run.told == ""


@pytest.mark.parametrize(
    "options", [(), SHARED, ("--continue-on-collection-errors",)], ids=str
)
def test_a_file_that_cannot_be_read_is_red(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    run = Run(tmp_path, UNSTEADY, *options, more=FALLS)
    assert run.status in (1, 2)
    assert run.told == ""
    assert "UNSTEADY" not in run.said


@pytest.mark.parametrize("options", [(), SHARED])
def test_a_run_that_stopped_early_is_red(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Nobody knows what the others would have done."""
    run = Run(tmp_path, UNSTEADY + "def test_other(): pass\n", "-x", *options)
    assert run.status in (1, 2)
    assert run.told == ""
    assert "UNSTEADY" not in run.said


def test_so_is_one_that_ended_in_the_middle(tmp_path: Path) -> None:
    assert Run(tmp_path, ENDS).status == 9


@pytest.mark.parametrize("status", [1, 2, 3, 4, 5, 137])
def test_anything_else_is_red(tmp_path: Path, status: int) -> None:
    """Even a failure that nobody can name."""
    assert Stub(tmp_path, status).status == status

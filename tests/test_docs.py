"""The documentation builds without a warning, and has what the code has."""

from __future__ import annotations

import dataclasses
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from bridge import errors, metrics
from bridge.cli import COMMANDS

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("docs")
    build(built, "text")
    return built


def build(built: Path, builder: str) -> None:
    """Build the documentation; what was read for another builder is not read again."""
    sphinx = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", builder]
    read = str(built / ".doctrees")
    done = subprocess.run(
        [*sphinx, "-d", read, str(ROOT / "docs"), str(built)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr


def test_builds_as_pages_for_a_browser_too(pages: Path) -> None:
    """Only there is code coloured, and what cannot be is a warning."""
    build(pages, "html")
    assert (pages / "index.html").exists()


def test_every_page_is_reached_from_the_index(pages: Path) -> None:
    """``-W`` makes a page outside every toctree an error: so none is forgotten."""
    assert len(list(pages.rglob("*.txt"))) > 8


def test_what_the_docs_say_lies_where_it_is_said_to() -> None:
    """Every path in the page on how it is built, and every room has its line."""
    said = (ROOT / "docs" / "built.rst").read_text("utf-8")
    paths = set(re.findall(r"``(bridge/[\w/.]+)``", said))
    assert len(paths) > 12
    assert {path for path in paths if not (ROOT / path).exists()} == set()
    for package in ("redeem", "upstream", "spi"):
        rooms = (ROOT / "bridge" / package).glob("*/__init__.py")
        unsaid = {
            room.parent.name for room in rooms if f"``{room.parent.name}/``" not in said
        }
        assert unsaid == set(), package


RESOLVED = {"Config", "SiteConfig", "BenefitsConfig"}
"""What is made of the settings, and is no section of the file."""


def sections() -> list[type]:
    """Return every class that says what a section of the configuration may have."""
    modules = (
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for path in (ROOT / "bridge").rglob("settings.py")
    )
    return [
        kind
        for module in modules
        for kind in vars(module).values()
        if dataclasses.is_dataclass(kind)
        and isinstance(kind, type)
        and kind.__module__ == module.__name__
        and kind.__name__ not in RESOLVED
    ]


@pytest.mark.parametrize("section", sections())
def test_every_key_is_explained(section: type) -> None:
    """Each section that says something of its own is listed, or one that has it all."""
    said = (ROOT / "docs" / "reference" / "configuration.rst").read_text("utf-8")
    listed = [
        one
        for one in sections()
        if f".. settings:: {one.__module__}.{one.__name__}\n" in said
    ]
    assert any(issubclass(one, section) for one in listed)


def test_every_key_of_a_section_is_on_its_page(pages: Path) -> None:
    said = (pages / "reference" / "configuration.txt").read_text("utf-8")
    names = {field.name for one in sections() for field in dataclasses.fields(one)}
    assert len(names) > 60
    assert {name for name in names if f'"{name}"' not in said} == set()


def test_every_metric_is_explained_and_shown(pages: Path) -> None:
    said = (pages / "reference" / "metrics.txt").read_text("utf-8")
    board = ROOT / "deploy" / "prometheus" / "dashboard.json"
    shown = board.read_text("utf-8")
    assert metrics.REQUESTS  # whoever else was there, they are registered now
    names = set()
    for family in REGISTRY.collect():
        if family.name.startswith("sitoo_bridge_"):
            names.add(family.name + "_total" * (family.type == "counter"))
    assert len(names) > 25
    assert {name for name in names if f'"{name}"' not in said} == set()
    assert {name for name in names if name not in shown} == set()


def test_every_error_is_listed(pages: Path) -> None:
    said = (pages / "reference" / "errors.txt").read_text("utf-8")
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, errors.BridgeError):
            assert f'"{name}"' in said


def test_what_the_till_does_is_said_of_every_situation(pages: Path) -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from listings import TILL_DOES, situations
    finally:
        sys.path.pop(0)
    rows = [*situations()]
    assert {till for *_, till in rows} == {*TILL_DOES.values()}
    assert {op for what, *_ in rows for op in what.split(", ")[1:]} >= {
        "redeem",
        "undo",
    }
    assert all(status and text for _what, status, text, _till in rows)
    page = (pages / "reference" / "errors.txt").read_text("utf-8")
    assert "What the till does" in page
    assert all(till.split()[0] in page for *_, till in rows)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(pages: Path, command: str) -> None:
    said = (pages / "reference" / "command-line.txt").read_text("utf-8")
    assert f"\n{command}\n" in said


def test_nobody_is_sent_to_an_index_that_has_no_bridge() -> None:
    """Until it is published, it is installed from a checkout: by a path to it."""
    install = re.compile(r"pip install .*?((?:[^\s\"]*/)?sitoo-crm-bridge)")
    lines = [
        (path.name, found[1])
        for path in [ROOT / "README.rst", *(ROOT / "docs").rglob("*.rst")]
        for found in install.finditer(path.read_text("utf-8"))
    ]
    assert len(lines) > 1
    assert [line for line in lines if "/" not in line[1]] == []


def test_what_tries_a_claim_is_there() -> None:
    """A page that says which test tries it names one that exists."""
    named = {
        found
        for page in (ROOT / "docs").rglob("*.rst")
        for found in re.findall(r"``(tests/[\w/]+\.py(?:::\w+)?)``", page.read_text())
    }
    assert len(named) > 10
    for one in named:
        path, _, test = one.partition("::")
        assert (ROOT / path).is_file(), one
        assert not test or f"def {test}(" in (ROOT / path).read_text("utf-8"), one


def test_what_the_bridge_carries_is_what_was_measured() -> None:
    """The guide's figures are the last run's, which the bench's own page has."""
    guide = (ROOT / "docs" / "retailers" / "capacity.rst").read_text("utf-8")
    bench = (ROOT / "bench" / "README.rst").read_text("utf-8")
    figures = re.findall(r"[\d.,]*\d (?:ms|KiB|MiB|requests)\b", guide)
    own = {"0.3 ms", "1.4 KiB", "350 MiB", "250 requests", "20 ms"}
    assert {"1.26 KiB", "59.3 MiB", "101,107 requests"} <= set(figures)
    assert [one for one in figures if one not in bench and one not in own] == []
    assert "915/s" in bench
    assert "915 cards" in guide

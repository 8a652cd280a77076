"""Whatever is raised with a text has it from the catalogues: none is left in code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bridge.spi.schemas.labels import LABELS
from tests.language.known import JARGON
from tests.language.test_catalogues import ROOT

TILL = ("errors", "model", "redeem/till", "redeem/kernel", "server", "site", "spi")
"""Where texts are made that a till can show, besides the mappings."""

FILES = sorted(
    file
    for place in (*(f"bridge/{part}" for part in TILL), "mappings")
    for file in (ROOT / place).rglob("*.py")
    if file.stem not in ("options", "requirements")  # for whoever sets a site up
)


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def name_of(node: ast.expr) -> str:
    return getattr(node, "attr", "") or getattr(node, "id", "")


def kinds() -> set[str]:
    """Return the names of all classes of errors that a till is told of."""
    found = {"BridgeError"}
    trees = [tree_of(file) for file in (ROOT / "bridge").rglob("*.py")]
    trees += [tree_of(file) for file in (ROOT / "mappings").rglob("*.py")]
    classes = [n for t in trees for n in ast.walk(t) if isinstance(n, ast.ClassDef)]
    while more := {
        one.name
        for one in classes
        if one.name not in found and {name_of(base) for base in one.bases} & found
    }:
        found |= more
    return found


KINDS = kinds()

MARKS = ("_", "Situation")

PROPERTY = re.compile(rf"^(?:{'|'.join(LABELS)}): ")


def words(node: ast.AST, marked: bool) -> Iterator[str]:
    """Yield what reads like words; ``marked``: that for the catalogues as well."""
    if not marked and isinstance(node, ast.Call) and name_of(node.func) in MARKS:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if " " in node.value.strip(" :;"):
            yield node.value
        return
    for child in ast.iter_child_nodes(node):
        yield from words(child, marked)


def raised(file: Path) -> Iterator[tuple[ast.expr, bool]]:
    """Yield the texts with which a file makes errors, and whether it is the detail."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call) and name_of(node.func) in KINDS:
            yield from ((one, False) for one in node.args[:1])
            if name_of(node.func) != "Garbled":  # it is told to whoever makes the till
                yield from ((k.value, True) for k in node.keywords if k.arg == "detail")


@cache
def assigned(file: Path) -> dict[str, ast.expr]:
    """Return what the names of a module stand for, and those in its tables."""
    found = {}
    for node in tree_of(file).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            found[name_of(target)] = node.value
    return found


def made_of(file: Path, text: ast.expr) -> Iterator[ast.expr]:
    """Yield a text, and what the names in it stand for, in its mapping or room."""
    near = {k: v for one in file.parent.glob("*.py") for k, v in assigned(one).items()}
    near |= assigned(file)
    yield text
    for node in ast.walk(text):
        if isinstance(node, ast.expr) and name_of(node) in near:
            yield near[name_of(node)]


def unmarked(file: Path) -> list[str]:
    """Return the words in a file's errors that are not in the catalogues.

    A sentence that stands there alone is found by ``make catalogues`` itself.
    """
    return [
        found
        for text, _detail in raised(file)
        if not isinstance(text, ast.Constant)
        for part in made_of(file, text)
        for found in words(part, marked=False)
    ]


def cashiers(file: Path) -> set[str]:
    """Return the sentences of a file that a cashier can read."""
    texts = [text for text, detail in raised(file) if not detail]
    texts += [
        ast.Constant((ast.get_docstring(node) or "").partition("\n")[0])
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ClassDef) and node.name in KINDS
    ]
    return {w for t in texts for part in made_of(file, t) for w in words(part, True)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_is_raised_is_marked_for_the_catalogues(file: Path) -> None:
    assert unmarked(file) == []


def test_no_cashier_reads_jargon() -> None:
    texts = {PROPERTY.sub("", text) for file in FILES for text in cashiers(file)}
    assert len(texts) > 60
    assert [text for text in sorted(texts) if JARGON.search(text)] == []


def test_it_is_found_when_a_text_is_left_in_the_code(tmp_path: Path) -> None:
    (tmp_path / "refusals.py").write_text('SPENT = "It is spent."\n')
    file = tmp_path / "spending.py"
    file.write_text(
        "from crm import refusals\n"
        "def spend(key):\n"
        "    raise Refused(refusals.SPENT)\n"
        '    raise Invalid(f"{key}: is not kept here")\n'
        '    raise Refused(_("all is well"), detail=_("indeed it is"))\n'
    )
    assert unmarked(file) == ["It is spent.", ": is not kept here"]

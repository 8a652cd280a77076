"""What the pages for integrators say of the kit is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bridge.testing import MappingContract
from bridge.testing.suites.setting import Setting
from tests.running import ROOT
from tests.testing.followed import blocks

PAGES = ROOT / "docs" / "integrators"


def code() -> list[str]:
    pages = [(PAGES / name).read_text("utf-8") for name in ("how-to.rst", "kit.rst")]
    return [
        block.text
        for page in pages
        for block in blocks(page)
        if block.language == "python"
    ]


@pytest.mark.parametrize("text", code())
def test_code_is_python(text: str) -> None:
    indented = text.startswith("    ")
    ast.parse(f"if True:\n{text}" if indented else text)


def test_the_kit_s_page_has_all_that_a_test_class_can_set() -> None:
    page = (PAGES / "kit.rst").read_text("utf-8")
    settable = {*Setting.__annotations__, "allows_duplicates", "upstream", "seed"}
    assert {name for name in settable if not hasattr(MappingContract, name)} == {
        "mapping"
    }
    assert {name for name in settable if f"\n``{name}" not in page} == set()


def test_the_messages_that_are_explained_are_the_kit_s() -> None:
    page = (PAGES / "kit.rst").read_text("utf-8").partition("When a test fails")[2]
    messages = re.findall(r"^``(.*)``$", page, re.M)
    assert len(messages) > 8
    sources = "".join(
        re.sub(r'"\s+f?"', "", path.read_text("utf-8"))
        for path in Path(ROOT / "bridge" / "testing").rglob("*.py")
    )
    for message in messages:
        for part in message.split("..."):
            assert part.strip() in sources, message

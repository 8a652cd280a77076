"""The journal's pages over the demo's trouble, as the documentation shows them.

With ``BRIDGE_SCREENSHOTS`` set to a directory, the pictures for the documentation are
made there (``docs/images``); else they only have to be possible.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.demo_with_trouble import Agent, troubled
from tests.cli.test_demo import url_of
from tests.extent import needed
from tests.journal_ui.test_browser import Visit, chromium
from tests.running import ROOT, Running

__all__ = ["chromium"]

HEIGHTS = {1280: 760, 360: 720}
"""A desk's window and a telephone, by their widths."""

SCHEMES = ("light", "dark")

OVERLAPS = """[...document.querySelectorAll('.row')].filter(row => {
  const [pill, time] = ['.pill', '.time'].map(
    one => row.querySelector(one).getBoundingClientRect());
  const beside = pill.right <= time.left || time.right <= pill.left;
  return !beside && pill.top < time.bottom && time.top < pill.bottom;
}).map(row => row.textContent)"""
"""Rows in which a way of ending covers the time, or the other way round."""

LARGEST_BYTES = 1_500_000
"""What all of them may take in the documentation."""


@pytest.fixture(scope="module")
def demo() -> Iterator[Running]:
    with troubled() as one:
        yield one


@pytest.fixture(scope="module")
def paths(demo: Running) -> dict[str, str]:
    """The pages, by the names of their pictures."""
    agent = Agent(demo)
    stuck = agent.found("10021", "stuck")
    agent.close()
    return {
        "list": "/journal",
        "redeem": f"/journal/redeems/{stuck}",
        "overview": "/journal/overview",
        "close": f"/journal/redeems/{stuck}/close",
        "outage": "/journal?outcome=trouble",
    }


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", HEIGHTS)
def test_each_page_has_a_picture(
    chromium: Any,
    demo: Running,
    paths: dict[str, str],
    tmp_path: Path,
    width: int,
    scheme: str,
) -> None:
    axe = needed("axe_playwright_python.sync_playwright", "make venv").Axe()
    kept = Path(os.environ.get("BRIDGE_SCREENSHOTS") or tmp_path)
    size = {"width": width, "height": HEIGHTS[width]}
    one = Visit(
        chromium, url_of(demo), color_scheme=scheme, viewport=size, locale="en-GB"
    )
    one.context.set_default_timeout(60_000)
    one.go()
    one.sign_in("demo", "demo")
    one.page.get_by_role("heading", name="Redeems").wait_for()
    for name, path in paths.items():
        one.go(path)
        across = one.page.evaluate("document.documentElement.scrollWidth")
        assert across == width, name
        if name in ("list", "outage"):
            one.page.evaluate("document.querySelector('section.list').scrollIntoView()")
            assert one.page.evaluate(OVERLAPS) == []
        one.page.screenshot(path=kept / f"support-{name}-{width}-{scheme}.png")
        found = axe.run(one.page).response["violations"]
        assert [(name, each["id"]) for each in found] == []
    assert one.complaints == []
    one.context.close()


def test_the_documentation_has_each_picture_and_they_are_small() -> None:
    images = ROOT / "docs" / "images"
    names = {
        f"support-{page}-{width}-{scheme}.png"
        for page in ("list", "redeem", "overview", "close", "outage")
        for width in HEIGHTS
        for scheme in SCHEMES
    }
    assert {path.name for path in images.glob("support-*.png")} == names
    sizes = [(images / name).stat().st_size for name in names]
    assert sum(sizes) < LARGEST_BYTES
    said = (ROOT / "docs" / "support" / "pictures.rst").read_text("utf-8")
    assert {name for name in names if name not in said} == set()

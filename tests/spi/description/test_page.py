"""The page of the API in a real browser: it fits a telephone, and can be used there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journal_ui.test_browser import chromium
from tests.serving import serving

__all__ = ["chromium"]

# Werkzeug's server leaves a file open where a browser hangs up while it is sent.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")

WIDTHS = (1280, 360)

PATIENCE_MS = 60_000
"""What drawing the page never takes unless something is wrong."""

ACROSS = "document.documentElement.scrollWidth"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_its_window(
    chromium: Any, shared: Any, crm: Any, redeemer: Any, width: int
) -> None:
    """Folded up as it comes, and with an operation of each kind opened."""
    with serving(shared(crm, redeemer)) as url:
        context = chromium.new_context(viewport={"width": width, "height": 800})
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{url}/docs")
        page.locator(".opblock").first.wait_for()
        assert page.evaluate(ACROSS) == width
        for kind in ("get", "post", "patch", "delete"):
            operation = page.locator(f".opblock-{kind}").first
            if not operation.count():
                continue
            operation.locator("button.opblock-summary-control").click()
            operation.get_by_role("button", name="Execute").wait_for()
            assert page.evaluate(ACROSS) == width, kind
        assert complaints == []
        context.close()

"""The documentation names every file that there is to deploy."""

from __future__ import annotations

from tests.deploy.files import DEPLOY
from tests.deploy.installation import ROOT

PAGES = [ROOT / "docs" / "retailers" / name for name in ("deploy.rst", "alerts.rst")]


def test_every_file_is_named() -> None:
    said = "".join(page.read_text("utf-8") for page in PAGES)
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    names = {str(path.relative_to(ROOT)) for path in files if path.name != ".gitignore"}
    assert len(names) > 10
    assert {name for name in names if f"``{name}``" not in said} == set()

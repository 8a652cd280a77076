"""The pages in a real browser: Debian's Chromium, driven by Playwright.

With ``BRIDGE_SCREENSHOTS`` set to a directory, the pictures for the documentation are
made there; else they only have to be possible.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask

from bridge.redeem.desk.deeds import Deeds
from tests.extent import EVERYTHING, needed, without
from tests.journal_ui import history
from tests.journal_ui.conftest import PASSWORD, Make
from tests.journal_ui.history import JANE, History
from tests.redeem.conftest import Shop
from tests.redeem.desk.test_people import Refusing, left_open

# Werkzeug's server leaves a file open where a browser hangs up while it is sent.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

WIDTHS = (1200, 360)

SCHEMES = ["light", "dark"] if EVERYTHING else ["light"]

UNFOLD = "document.querySelectorAll('details').forEach(one => one.open = true)"

SCROLLS = (
    "[...document.querySelectorAll('.scroll')].some(e => e.scrollWidth > e.clientWidth)"
)

REFUSED = re.compile(r"responded with a status of (400|401|403|404|409|429|503)")
"""What Chromium says of a page that is an answer like any other."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser without a window."""
    api = needed("playwright.sync_api", "pip install playwright")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        without("There is no Chromium here: apt-get install chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """Somebody at a browser window of their own."""

    def __init__(self, chromium: Any, url: str, **how: Any) -> None:
        how = {"viewport": {"width": 1200, "height": 900}, **how}
        self.url = url
        self.context = chromium.new_context(**how)
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if not REFUSED.search(message.text):
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(f"{self.url}/journal"):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def go(self, path: str = "/journal") -> None:
        self.page.goto(self.url + path)

    def sign_in(self, name: str = "olga", password: str = PASSWORD) -> None:
        # A page takes its focus when it is first drawn, maybe after it is loaded; and
        # Chromium complains if somebody was quicker.
        self.page.locator("input:focus").wait_for()
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    @property
    def words(self) -> str:
        text: str = self.page.inner_text("main")
        return text


@pytest.fixture
def visit(
    chromium: Any, served: Callable[[Flask], str]
) -> Iterator[Callable[..., Visit]]:
    """Open a window on an application; at the end, nobody may have complained."""
    visits: list[Visit] = []
    urls: dict[int, str] = {}

    def opened(app: Flask, *, signed_in: str = "", **how: Any) -> Visit:
        url = urls.setdefault(id(app), "") or served(app)
        urls[id(app)] = url
        one = Visit(chromium, url, **how)
        visits.append(one)
        if signed_in:
            one.go()
            one.sign_in(signed_in)
        return one

    yield opened
    for one in visits:
        assert one.complaints == []
        one.context.close()


def test_from_the_sign_in_to_an_undo(
    visit: Callable[..., Visit], app: Flask, shop: Shop
) -> None:
    """What somebody does whose customer wants a bonus check back."""
    redeem_id = shop.redeem("p1", customer="customer-1").redeem_id
    shop.clock.pass_(60)
    shop.redeem("p2", customer="customer-2")
    one = visit(app, signed_in="olga")
    page = one.page
    assert page.get_by_role("heading", name="Redeems").is_visible()
    page.get_by_label("Customer id").fill("customer-1")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=redeem_id[:8]).click()
    assert "The item has been spent since" in one.words
    page.get_by_role("link", name="Undo…").click()
    page.get_by_role("button", name="Undo it").click()
    # The browser itself asks for the reason: nothing was sent.
    assert page.url.endswith("/undo")
    page.get_by_label("Why?").fill("the receipt has no discount, ticket 4711")
    page.get_by_role("button", name="Undo it").click()
    page.get_by_role("status").wait_for()
    assert "It is undone." in one.words
    assert "Nothing is spent: given back by olga" in one.words
    assert "ticket 4711 by olga" in one.words
    assert list(shop.ledger.spent) == ["p2"]


def test_closing_by_hand(visit: Callable[..., Visit], make: Make, shop: Shop) -> None:
    refusing = shop.but(mapping=Refusing)
    left_open(refusing)
    page = visit(make(refusing), signed_in="olga").page
    page.get_by_label("State").select_option("stuck")
    page.get_by_role("button", name="Find").click()
    page.locator("a.id").click()
    page.get_by_role("link", name="Close by hand…").click()
    page.get_by_role("group", name="p1").get_by_label("Spent", exact=True).check()
    page.get_by_role("group", name="p2").get_by_label("Not spent").check()
    page.get_by_label("Why?").fill("paid back in cash")
    page.get_by_role("button", name="Close it").click()
    page.get_by_role("status").wait_for()
    assert "Closed by hand" in page.inner_text(".lead")


def test_a_stale_page(visit: Callable[..., Visit], app: Flask, shop: Shop) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    late = visit(app, signed_in="olga")
    late.go(f"/journal/redeems/{redeem_id}/undo")
    shop.undo(redeem_id)  # the till, meanwhile
    late.page.get_by_label("Why?").fill("me too")
    late.page.get_by_role("button", name="Undo it").click()
    late.page.get_by_role("alert").wait_for()
    assert "Nothing was done. Below is how it stands now." in late.words
    assert "given back when the till asked for it" in late.words
    assert [what for what, *_ in shop.ledger.entries] == ["spend", "give back"]


def test_a_wrong_password(visit: Callable[..., Visit], app: Flask) -> None:
    one = visit(app)
    one.go()
    one.sign_in("olga", "wrong")
    one.page.get_by_role("alert").wait_for()
    assert "do not belong together" in one.words
    one.sign_in("olga")
    assert one.page.get_by_role("heading", name="Redeems").is_visible()


def test_a_missing_role(visit: Callable[..., Visit], app: Flask, shop: Shop) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    one = visit(app, signed_in="rune")
    one.go(f"/journal/redeems/{redeem_id}")
    assert one.page.get_by_role("link", name="Undo…").count() == 0
    one.go(f"/journal/redeems/{redeem_id}/undo")
    assert "your role is “read”" in one.words


def test_an_expired_session(
    visit: Callable[..., Visit], app: Flask, shop: Shop, redis_client: redis.Redis
) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    one = visit(app, signed_in="olga")
    one.go(f"/journal/redeems/{redeem_id}/undo")
    redis_client.delete(*redis_client.keys("*:session:*"))
    one.page.get_by_label("Why?").fill("too late")
    one.page.get_by_role("button", name="Undo it").click()
    one.page.get_by_role("alert").wait_for()
    assert "Your session has ended" in one.words
    assert shop.ledger.spent
    one.go(f"/journal/redeems/{redeem_id}")
    one.sign_in()
    assert one.page.url.endswith(redeem_id)


def test_signing_out(visit: Callable[..., Visit], app: Flask) -> None:
    one = visit(app, signed_in="olga")
    one.page.get_by_role("button", name="Sign out").click()
    one.go()
    assert one.page.get_by_role("heading", name="Sign in").is_visible()


def test_with_the_keyboard_alone(
    visit: Callable[..., Visit], app: Flask, shop: Shop
) -> None:
    shop.redeem("p1")
    one = visit(app)
    one.go()
    focused = one.page.locator(":focus")
    one.page.get_by_label("Name").and_(focused).wait_for()
    one.page.keyboard.type("olga")
    one.page.keyboard.press("Tab")
    one.page.keyboard.type(PASSWORD)
    one.page.keyboard.press("Enter")
    one.page.locator(".row").wait_for()
    one.page.keyboard.press("Tab")
    one.page.get_by_text("Skip to the content").and_(focused).wait_for()
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**#content")
    one.page.keyboard.press("Tab")
    one.page.locator("#q:focus").wait_for()
    outline = one.page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"


@pytest.fixture
def told(shop: Shop) -> History:
    written, deeds = history.write(shop), Deeds(shop.journal, shop.clock)
    for what, who, redeem_id in (
        ("sign-in refused", "~9f8e7d6c5b4a3921", ""),
        ("tried by hand", "olga", written.stuck),
        ("undo by hand", "rune", written.undone),
        ("exported", "olga", ""),
    ):
        deeds.write(what, who, redeem_id)
    return written


def paths(told: History) -> dict[str, str]:
    """Return the pages, by the names of their pictures."""
    return {
        "list": f"/journal?customer={JANE}",
        "redeem": f"/journal/redeems/{told.stuck}",
        "overview": "/journal/overview",
        "spent": f"/journal/redeems/{told.spent}",
        "undone": f"/journal/redeems/{told.undone}",
        "open": f"/journal/redeems/{told.open}",
        "all": "/journal?store=Visby&from=2026-11-23",
        "outage": "/journal?outcome=refused&from=2026-11-24&from_time=08:00",
        "wrong": "/journal?redeem=zz&from=2026-10-25",
        "close": f"/journal/redeems/{told.stuck}/close",
        "undo": f"/journal/redeems/{told.spent}/undo",
        "people": "/journal/people",
        "nobody": "/journal/people?person=nobody&kind=refused",
        "nothing": "/journal/nothing",
    }


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_keeps_anybody_from_using_the_pages(
    visit: Callable[..., Visit], app: Flask, told: History, scheme: str
) -> None:
    """What axe-core calls serious or critical, and what it cannot call anything."""
    axe = needed("axe_playwright_python.sync_playwright", "make venv").Axe()
    one = visit(app, color_scheme=scheme)
    problems = []

    def look(name: str) -> None:
        found = axe.run(one.page).response["violations"]
        problems.extend(
            (name, each["id"], each["impact"], [node["html"] for node in each["nodes"]])
            for each in found
        )

    one.go()
    look("sign-in")
    one.sign_in()
    # The colours are the same on a telephone.
    widths = WIDTHS if EVERYTHING and scheme == "light" else WIDTHS[:1]
    for width in widths:
        one.page.set_viewport_size({"width": width, "height": 800})
        for name, path in paths(told).items():
            one.go(path)
            one.page.evaluate(UNFOLD)
            look(f"{name} at {width}")
    assert problems == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_its_window_and_has_a_picture(
    visit: Callable[..., Visit],
    app: Flask,
    told: History,
    tmp_path: Path,
    width: int,
    scheme: str,
) -> None:
    kept = Path(os.environ.get("BRIDGE_SCREENSHOTS") or tmp_path)
    size = {"width": width, "height": 800}
    one = visit(app, signed_in="olga", color_scheme=scheme, viewport=size)
    for name, path in paths(told).items():
        one.go(path)
        across = one.page.evaluate("document.documentElement.scrollWidth")
        assert across == width, name
        if width == WIDTHS[0]:
            assert not one.page.evaluate(SCROLLS), name
        file = kept / f"journal-{name}-{width}-{scheme}.png"
        one.page.screenshot(path=file, full_page=True)
        assert file.stat().st_size > 10_000


def test_no_page_needs_a_script(
    visit: Callable[..., Visit], app: Flask, told: History
) -> None:
    one = visit(app, signed_in="olga", java_script_enabled=False)
    one.go(f"/journal/redeems/{told.spent}")
    assert "All 3 items have been spent" in one.words

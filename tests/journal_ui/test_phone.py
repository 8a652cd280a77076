"""The six questions that support is asked, played in Swedish in a real browser.

Each begins with what a customer or a cashier can say on the telephone (a member number,
a store, about when) and ends with the answer.  What they ask about are redeems that
tills, a failing CRM and the bridge have made: ``sitoo-bridge demo --with-trouble``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bridge.cli.demo.trouble import BJORN, UNHEARD_OF
from tests.cli.demo_with_trouble import mend, troubled
from tests.cli.test_demo import url_of
from tests.extent import needed
from tests.journal_ui.test_browser import Visit, chromium
from tests.redis_servers import wait_until
from tests.running import Running

__all__ = ["chromium"]

PATIENCE_MS = 20_000
"""What no page takes unless something is wrong."""

STALE = "Inget gjordes"
"""Recovery was quicker: one begins again from there."""


@pytest.fixture(scope="module")
def demo() -> Iterator[Running]:
    with troubled() as one:
        yield one


class Call(Visit):
    """Somebody at support with a customer on the telephone, in Swedish."""

    def __init__(self, chromium: Any, demo: Running, **how: Any) -> None:
        super().__init__(chromium, url_of(demo), **{"locale": "sv-SE", **how})
        self.context.set_default_timeout(PATIENCE_MS)
        axe = needed("axe_playwright_python.sync_playwright", "make venv")
        self._axe = axe.Axe()
        self.go()
        self.look()
        self.page.get_by_label("Namn").fill("demo")
        self.page.get_by_label("Lösenord").fill("demo")
        self.press("Logga in")

    def look(self) -> None:
        """See a page whole: nothing on it keeps anybody from using it."""
        assert self.page.locator("html").get_attribute("lang") == "sv"
        self.page.evaluate(
            "document.querySelectorAll('details').forEach(o => o.open=1)"
        )
        found = self._axe.run(self.page).response["violations"]
        assert [
            (self.page.url, one["id"], [node["html"] for node in one["nodes"]])
            for one in found
        ] == []

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.look()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()
        self.look()

    def type_in(self, said: str) -> None:
        """Look for what somebody says, whatever it is."""
        self.go()
        self.page.get_by_role("textbox", name="Sök på vad som helst").fill(said)
        self.press("Leta")

    def open(self, where: str, how: str) -> None:
        """Open the one redeem of a list that was there and went like this."""
        pill = self.page.locator(".pill", has_text=re.compile(rf"^\s*{how}\s*$"))
        row = self.page.locator(".row").filter(has_text=where).filter(has=pill)
        row.locator("a.id").click()
        self.look()

    def act(self, what: str, button: str, **found: str) -> None:
        """Do something to the redeem that is shown, as often as it takes."""
        address = self.page.url.partition("?")[0]

        def done() -> bool:
            self.page.goto(address)
            self.follow(what)
            for item, label in found.items():
                group = self.page.get_by_role("group", name=item)
                group.get_by_label(label, exact=True).check()
            self.page.get_by_label("Varför?").fill("övning, ärende 17")
            self.press(button)
            return STALE not in self.words

        wait_until(done, "nobody else to be quicker")

    @property
    def sentence(self) -> str:
        text: str = self.page.inner_text(".lead p >> nth=0")
        return text


@pytest.fixture
def call(chromium: Any, demo: Running) -> Iterator[Call]:
    one = Call(chromium, demo)
    yield one
    assert one.complaints == []
    one.context.close()


def test_the_bonus_check_is_gone_and_the_receipt_has_no_discount(call: Call) -> None:
    call.type_in("10013")
    call.open("201 · 3", "inlöst")
    assert call.sentence.startswith("Delen är inlöst sedan ")
    assert "om inlösen: 200 allt är väl" in " ".join(call.words.split())
    call.act("Ångra…", "Ångra")
    assert "Den är ångrad." in call.words
    assert call.sentence.startswith("Inget är inlöst: lämnat tillbaka av demo")


def test_the_till_says_that_it_cannot_redeem(call: Call) -> None:
    """The cashier knows the store, and that it was within the hour."""
    since = datetime.now(ZoneInfo("Europe/Stockholm")) - timedelta(hours=1)
    page = call.page
    call.look()
    page.get_by_label("Butik", exact=True).fill("200")
    page.get_by_label("Från", exact=True).fill(f"{since:%Y-%m-%d}")
    page.get_by_label("Från klockan").fill(f"{since:%H:%M}")
    page.get_by_label("Hur den slutade").select_option("nekad av CRM")
    call.press("Sök")
    call.open("200 · 1", "nekad av CRM")
    assert call.sentence.startswith("Inget är inlöst: CRM nekade bonuscheck BC-10013-1")
    assert "redan inlöst (bonuscheck)" in call.words
    page.locator("section[aria-labelledby=items]").get_by_role(
        "link", name="BC-10013-1"
    ).click()
    call.open("201 · 3", "inlöst|lämnad tillbaka på begäran")


def test_the_till_waited_and_another_one_was_turned_away(
    call: Call, demo: Running
) -> None:
    call.type_in("10023")
    call.open("201 · 5", "en annan kassa hade den")
    assert "hade en av delarna" in call.sentence
    assert "Butik 201, kassa 2" in call.words
    call.page.locator("section[aria-labelledby=held-by] a").click()
    call.look()
    assert call.sentence.startswith(
        f"Inte klar, ett nytt försök görs automatiskt: kampanj {UNHEARD_OF} är kanske"
    )
    call.act("Försök nu…", "Försök nu")
    assert call.sentence.startswith("Inte klar")
    address = call.page.url.partition("/try")[0]

    mend(demo)
    call.page.goto(address)
    if call.page.get_by_role("link", name="Försök nu…").count():
        call.act("Försök nu…", "Försök nu")

    def ended() -> bool:
        call.page.goto(address)
        return call.sentence.startswith("Inget är inlöst: CRM gav inget svar")

    wait_until(ended, "it to be given back, by recovery if that was quicker")


def test_one_is_stuck(call: Call) -> None:
    call.follow("Översikt")
    call.page.locator(".figure.stuck a").click()
    call.look()
    call.open("200 · 1", "har fastnat")
    assert call.sentence.startswith("Har fastnat, någon måste titta på den: ")
    call.act("Försök nu…", "Försök nu")
    assert call.sentence.startswith("Har fastnat")
    found = {"P-10021-FINAL": "Inlöst", "BC-10020-OPEN": "Inte inlöst"}
    call.page.goto(call.page.url.partition("/try")[0])
    call.follow("Stäng för hand…")
    said = " ".join(call.words.split())
    assert "P-10021-FINAL CRM säger: inlöst" in said
    assert "BC-10020-OPEN CRM säger: inte inlöst" in said
    call.page.go_back()
    call.act("Stäng för hand…", "Stäng", **found)
    assert call.sentence.startswith("Stängd för hand: ")


def test_i_never_used_that(call: Call) -> None:
    call.type_in("10015")
    call.open("300 · 1", "inlöst")
    facts = " ".join(call.page.inner_text("section[aria-labelledby=facts]").split())
    for text in (BJORN, "Butik 300", "Kassa 1", "Personal 21"):
        assert text in facts
    assert '"spend": "S0' in call.words

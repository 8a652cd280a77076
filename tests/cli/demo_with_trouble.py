"""``sitoo-bridge demo --with-trouble``, and somebody from support who practises on it.

A person at a browser without scripts, with what is said on the telephone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from tests.cli.test_demo import LAST_LINE, pasted, url_of
from tests.redis_servers import wait_until
from tests.running import Running, running

SEED_SECONDS = 120.0
"""What no seeding takes unless something is wrong."""

STALE = "Nothing was done. Below is how it stands now."

CSRF = re.compile(r'name="csrf" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="([^"]+)"')
LINK = re.compile(r"/journal/redeems/([0-9A-F]{32})")


@contextmanager
def troubled() -> Iterator[Running]:
    """Start the demo, and wait until its trouble is there."""
    with running("demo", "--port", "0", "--with-trouble") as demo:
        demo.until(LAST_LINE, SEED_SECONDS)
        yield demo


def mend(demo: Running) -> None:
    """End the CRM's faults, by the command that the demo has printed."""
    (command,) = [line for line in demo.said if "-X DELETE" in line]
    assert pasted(command)[0] == 200


def till(
    demo: Running, customer: str, store: str, **items: list[str]
) -> requests.Response:
    """Redeem at a till that nobody has used yet."""
    return requests.post(
        f"{url_of(demo)}/customers/{customer}/redeem",
        json={"promotions": [], "bonus_checks": [], **items},
        auth=("demo", "demo"),
        headers={"Store-ID": store, "Register-ID": "9"},
        timeout=30,
    )


@dataclass(frozen=True)
class Row:
    """One redeem of a list."""

    redeem_id: str
    text: str


class Agent:
    """Somebody who has signed in to the journal's pages, in English."""

    def __init__(self, demo: Running) -> None:
        self.url = url_of(demo)
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.browser.headers["Accept-Language"] = "en"
        form = self.browser.get(f"{self.url}/journal").text
        fields = {"csrf": CSRF.findall(form)[0], "next": "/journal"}
        fields |= {"name": "demo", "password": "demo"}
        signed_in = self.browser.post(f"{self.url}/journal/sign-in", data=fields)
        assert signed_in.status_code == 200

    def close(self) -> None:
        self.browser.close()

    def found(self, said: str, *words: str) -> str:
        """Type what somebody says into the box; return the one redeem it is about."""
        csrf = CSRF.findall(self.browser.get(f"{self.url}/journal").text)[0]
        page = self.browser.post(
            f"{self.url}/journal/find", data={"csrf": csrf, "q": said}
        )
        found = rows(page.text)
        fitting = [one for one in found if all(word in one.text for word in words)]
        (row,) = fitting or found
        assert fitting, [one.text for one in found]
        return row.redeem_id

    def listed(self, query: str) -> list[str]:
        page = self.browser.get(f"{self.url}/journal?{query}")
        return [row.redeem_id for row in rows(page.text)]

    def page(self, redeem_id: str, what: str = "") -> str:
        """Return what can be read on a page about a redeem."""
        path = f"/journal/redeems/{redeem_id}{what}"
        return words(self.browser.get(self.url + path).text)

    def act(self, redeem_id: str, action: str, **form: Any) -> str:
        """Confirm an action; again, where recovery has changed something meanwhile."""
        address = f"{self.url}/journal/redeems/{redeem_id}/{action}"
        read: list[str] = []

        def done() -> bool:
            page = self.browser.get(address).text
            csrf, version = CSRF.findall(page)[-1], VERSION.findall(page)
            if not version:  # there is nothing to do any more
                read.append(words(page))
                return True
            sent = {"csrf": csrf, "version": version[0], "reason": "practising, T-1"}
            read.append(words(self.browser.post(address, data=sent | form).text))
            return STALE not in read[-1]

        wait_until(done, "nobody else to be quicker")
        return read[-1]


def rows(page: str) -> list[Row]:
    """Return the redeems of a list, from top to bottom."""
    parts = page.split('<div class="row">')[1:]
    return [Row(LINK.findall(part)[0], words(part)) for part in parts]


def words(page: str) -> str:
    """Return the text of a page, as one line."""
    text = re.sub(r"<[^>]*>", " ", page)
    return " ".join(html.unescape(text).split())

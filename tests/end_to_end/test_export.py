"""A list saved from the pages of a running bridge, when it is not all there.

Nobody may take what was cut off for all: neither a browser nor somebody who has
nothing but the file.
"""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import requests

from bridge.embedded import EmbeddedValkey
from bridge.model import Context, ItemKind
from bridge.redeem import Journal, Redeem, RedeemSettings, RedisSettings, Store
from bridge.redeem.record import Line
from tests.demo_crm_process import DemoCrm
from tests.end_to_end.service import Service
from tests.journal_ui.conftest import PASSWORD, QUICK
from tests.journal_ui.test_browser import Visit, chromium
from tests.redeem.flaky_redis import FlakyRedis

__all__ = ["chromium"]

USERS = {"anna": {"role": "read", "password_hash": QUICK}}
SAVED = "/journal/redeems.csv"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Behind(EmbeddedValkey):
    """A Valkey that the bridge reaches by a line that can be cut."""

    flaky: FlakyRedis

    def start(self, directory: Path) -> Path:
        self.server = super().start(directory)
        self.flaky = FlakyRedis(self.server, directory / "flaky.sock")
        return self.flaky.path

    def stop(self) -> None:
        self.flaky.close()
        super().stop()


@pytest.fixture(scope="module")
def behind() -> Behind:
    return Behind()


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, crm: DemoCrm, behind: Behind
) -> Iterator[Service]:
    settings = {"journal": {"users": USERS, "over_https": False}}
    directory = tmp_path_factory.mktemp("export")
    with Service(directory, crm, behind, settings=settings) as service:
        with redis.Redis(
            unix_socket_path=str(behind.server), decode_responses=True
        ) as client:
            store = Store(client, RedisSettings("unix:///nowhere"))
            _fill(Journal(store, RedeemSettings()))
        yield service


@pytest.fixture
def line(behind: Behind) -> Iterator[FlakyRedis]:
    """The line to the journal, which a test may cut."""
    yield behind.flaky
    behind.flaky.heal()


def _fill(journal: Journal, many: int = 101) -> None:
    """Write down more redeems than are read at once."""
    for number in range(many):
        redeem = Redeem.begin(Context(site="shop"), "c1", (), time.time())
        redeem.lines = [Line(ItemKind.PROMOTION, f"p{number}")]
        redeem.lease_until = time.time() + 3600
        assert journal.create(redeem, [], "test") is None


def _signed_in(url: str) -> requests.Session:
    anna = requests.Session()
    anna.trust_env = False
    form = anna.get(f"{url}/journal/sign-in", timeout=20).text
    who = {"name": "anna", "password": PASSWORD, "csrf": CSRF.findall(form)[0]}
    anna.post(f"{url}/journal/sign-in", data=who, timeout=20).raise_for_status()
    return anna


def _read(answer: requests.Response) -> tuple[str, bool]:
    """Return what comes, and whether the answer has an end."""
    parts = []
    try:
        for some in answer.iter_content(None):
            parts.append(some.decode())
    except requests.exceptions.ChunkedEncodingError:
        return "".join(parts), False
    return "".join(parts), True


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_list_that_is_cut_off_says_so_and_is_broken_off(
    service: Service, line: FlakyRedis
) -> None:
    with _signed_in(service.url) as anna:
        whole = anna.get(service.url + SAVED, timeout=20)
        assert len(_rows(whole.text)) == 102
        line.end_at(b"ZREVRANK")
        with anna.get(service.url + SAVED, timeout=20, stream=True) as answer:
            assert answer.status_code == 200
            text, ends = _read(answer)
    assert not ends
    rows = _rows(text)
    assert len(rows) == 102
    assert rows[-1][0].startswith("NOT WHOLE: the journal could not be read to the end")
    assert "NOT WHOLE" not in whole.text


def test_a_list_that_cannot_be_begun_is_a_page(
    service: Service, line: FlakyRedis
) -> None:
    with _signed_in(service.url) as anna:
        line.end_at(b"ZREVRANGE")
        answer = anna.get(service.url + SAVED, timeout=20)
    assert answer.status_code == 503
    assert "The journal cannot be reached right now" in answer.text


def test_a_browser_takes_no_part_for_all(
    service: Service, line: FlakyRedis, chromium: Any
) -> None:
    one = Visit(chromium, service.url)
    one.go()
    one.sign_in("anna")
    with one.page.expect_download() as whole:
        one.page.get_by_role("link", name="Save as CSV").click()
    assert whole.value.failure() is None
    line.end_at(b"ZREVRANK")
    with one.page.expect_download() as part:
        one.page.get_by_role("link", name="Save as CSV").click()
    assert part.value.failure() is not None
    one.context.close()

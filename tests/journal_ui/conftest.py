"""The pages over a real journal and a CRM in memory, as a browser or a client asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from bridge.app import create_app
from bridge.config import Config
from bridge.journal_ui.desk import EXTENSION, Desk
from bridge.journal_ui.settings import JournalSettings, JournalUser
from bridge.redeem import Journal, RedisSettings, Store
from bridge.redeem.desk.finder import Finder
from bridge.redeem.desk.people import People
from tests.redeem.conftest import SETTINGS, Clock, Shop
from tests.redeem.crm import Ledger
from tests.serving import serving
from tests.spi.till import site

PASSWORD = "correct horse"

QUICK = generate_password_hash(PASSWORD, "scrypt:1024:8:1")
"""The tests are about the pages, not about how long a comparison takes."""

USERS = {
    "olga": JournalUser(QUICK, "operate"),
    "rune": JournalUser(QUICK, "read"),
}

JOURNAL = JournalSettings(USERS, over_https=False, time_zone="UTC")

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Person:
    """Somebody at a browser that follows no link by itself."""

    client: FlaskClient
    csrf: str = ""

    def sign_in(self, name: str = "olga", password: str = PASSWORD) -> TestResponse:
        form = self.client.get("/journal/sign-in").text
        (csrf,) = CSRF.findall(form)
        answer = self.post("/journal/sign-in", name=name, password=password, csrf=csrf)
        if answer.status_code == 303:
            self.csrf = CSRF.findall(self.get("/journal/overview").text)[0]
        return answer

    def get(self, path: str, **named: Any) -> TestResponse:
        return self.client.get(path, **named)

    def post(self, path: str, **form: Any) -> TestResponse:
        return self.client.post(path, data={"csrf": self.csrf, **form})


@pytest.fixture
def journal(valkey: Path, redis_client: redis.Redis) -> Journal:
    settings = RedisSettings(url=f"unix://{valkey}")
    return Journal(Store(redis_client, settings), SETTINGS)


@pytest.fixture(scope="session")
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture
def shop(journal: Journal, pool: Executor) -> Shop:
    return Shop(journal, Ledger(), Clock(), pool=pool)


Make = Callable[..., Flask]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """The templates, compiled once and not for each of the many applications."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make(journal: Journal, compiled: BytecodeCache) -> Make:
    """Make the application for a shop's redeemer and clock."""

    def made(shop: Shop, settings: JournalSettings = JOURNAL) -> Flask:
        redis_settings = RedisSettings("unix:///nowhere")
        config = Config((site("shop", pos="secret"),), redis_settings, journal=settings)
        app = create_app(config, journal=journal)
        app.jinja_env.bytecode_cache = compiled
        desk: Desk = app.extensions[EXTENSION]
        app.extensions[EXTENSION] = replace(
            desk,
            people=People(shop.redeemer, {"shop": shop.site}),
            finder=Finder(journal, shop.clock, sites=["shop"], scan_at_most=200),
            clock=shop.clock,
        )
        return app

    return made


@pytest.fixture
def app(make: Make, shop: Shop) -> Flask:
    return make(shop)


@pytest.fixture
def stranger(app: Flask) -> Person:
    """Somebody who has not signed in."""
    return Person(app.test_client())


@pytest.fixture
def olga(app: Flask) -> Person:
    """Somebody who may act."""
    person = Person(app.test_client())
    person.sign_in("olga")
    return person


@pytest.fixture
def zoned(make: Make, shop: Shop) -> Person:
    """Somebody who may act, and whose clock is that of Stockholm."""
    settings = replace(JOURNAL, time_zone="Europe/Stockholm")
    person = Person(make(shop, settings).test_client())
    person.sign_in("olga")
    return person


@pytest.fixture
def rune(app: Flask) -> Person:
    """Somebody who may only look."""
    person = Person(app.test_client())
    person.sign_in("rune")
    return person


@pytest.fixture
def served() -> Iterator[Callable[[Flask], str]]:
    """Serve applications to a browser; return where."""
    with ExitStack() as started:
        yield lambda app: started.enter_context(serving(app))

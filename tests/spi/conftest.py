"""A bridge with a CRM made for the test, asked over WSGI as a till would ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask

from bridge.app import create_app
from bridge.config import SiteConfig
from bridge.mapping import Mapping
from bridge.parts import create_site
from bridge.redeem import Newcomers, Redeemer, open_journal, rehearse
from bridge.spi import health
from bridge.spi.door import edge
from bridge.spi.door.auth import Doorkeeper
from bridge.upstream import Cache
from tests.spi.till import JOHN, Crm, FakeRedeemer, Till, complete, config, site

NORTH = site("north", pos="secret")


@pytest.fixture
def crm() -> Crm:
    answers = {"search": [JOHN], "lookup": [JOHN]}
    answers |= {"get": JOHN, "create": JOHN, "update": JOHN}
    answers |= {"transactions": [], "consents": [], "additional_options": []}
    return Crm(answers={**answers, "probe": None})


@pytest.fixture
def redeemer() -> FakeRedeemer:
    return FakeRedeemer()


@pytest.fixture(scope="session")
def shared() -> Callable[[Crm, FakeRedeemer], Flask]:
    """Give every test the same application with new insides: making one takes 40 ms."""
    app = create_app(config(NORTH))
    journal = open_journal(config(NORTH).redis, config(NORTH).redeem)
    newcomers = Newcomers(Redeemer(journal, config(NORTH).redeem).tools)
    north = create_site(NORTH, Mapping)

    def renewed(crm: Crm, redeemer: FakeRedeemer) -> Flask:
        fresh = replace(
            north, mapping_class=complete(crm), catalogue=Cache("north", 300)
        )
        door = Doorkeeper([fresh])
        app.extensions[edge.EXTENSION] = edge.Edge(door, redeemer, newcomers, 8.0)
        app.extensions[health.EXTENSION] = health.Health(
            partial(rehearse, journal), [fresh]
        )
        return app

    return renewed


@pytest.fixture
def app(shared, crm, redeemer) -> Flask:
    return shared(crm, redeemer)


@pytest.fixture
def bridge(crm: Crm, redeemer: FakeRedeemer) -> Callable[..., Flask]:
    """Make an application for other sites, or with another mapping."""

    def make(*sites: SiteConfig, mapping: type[Mapping] | None = None) -> Flask:
        made = create_app(config(*sites or [NORTH]), mapping=mapping or complete(crm))
        known = made.extensions[edge.EXTENSION]
        made.extensions[edge.EXTENSION] = replace(known, redeemer=redeemer)
        return made

    return make


@pytest.fixture
def till(app: Flask) -> Till:
    return Till(app.test_client())


@pytest.fixture
def stranger(app: Flask) -> Till:
    """Somebody without credentials."""
    return Till(app.test_client(), login=None)


@pytest.fixture
def bare(bridge: Callable[..., Flask]) -> Till:
    """A till whose CRM offers nothing at all."""

    class Bare(Mapping):
        title = "Bare"

    return Till(bridge(mapping=Bare).test_client())

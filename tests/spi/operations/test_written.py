"""Once a CRM has been changed, no error says that nothing was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from bridge.errors import BridgeError, NotAsked, Refused, Silent
from bridge.mapping import Mapping
from bridge.model import Customer, CustomerProperties
from bridge.upstream import UpstreamSettings
from tests.spi.till import JOHN, Till, site
from tests.upstream.misbehaving import Misbehaving, answer, answers, misbehaving

PATH = f"/customers/{JOHN.customer_id}"


def people(error: BridgeError, *, reads: bool = False) -> type[Mapping]:
    """Return a mapping that writes, or only reads, and then runs into an error."""

    class People(Mapping):
        title = "People"

        def get(self, customer_id: str) -> Customer:
            return JOHN

        def create(self, properties: CustomerProperties) -> Customer:
            self.upstream.post("/people", json={}, reads=reads)
            raise error

        def update(self, customer_id: str, properties: CustomerProperties) -> Customer:
            return self.create(properties)

    return People


@pytest.fixture
def crm():
    with misbehaving(answers(answer(b"{}", "201 Created"))) as crm:
        yield crm


@pytest.fixture
def ask(bridge: Callable[..., Flask], crm: Misbehaving) -> Callable[..., int]:
    north = replace(site("north", pos="secret"), upstream=UpstreamSettings(crm.url))

    def ask(mapping: type[Mapping], method: str, path: str) -> int:
        till = Till(bridge(north, mapping=mapping).test_client())
        return till(method, path, json={"name_first": "Åsa"}).status_code

    return ask


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/customers"), ("PUT", PATH)],
    ids=["create", "update"],
)
@pytest.mark.parametrize("error", [NotAsked(), Silent()], ids=["not asked", "silent"])
def test_what_is_away_after_a_write_leaves_it_open(
    ask: Callable[..., int], error: BridgeError, method: str, path: str
) -> None:
    assert ask(people(error), method, path) == 504
    assert ask(people(error, reads=True), method, path) == 503


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/customers"), ("PUT", PATH)],
    ids=["create", "update"],
)
def test_a_refusal_stays_one(ask: Callable[..., int], method: str, path: str) -> None:
    assert ask(people(Refused()), method, path) == 400

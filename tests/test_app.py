from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.app import create_app
from bridge.config import Config, ServerSettings
from bridge.mapping import Mapping
from bridge.parts import create_parts
from bridge.redeem import RedeemSettings, open_journal
from bridge.spi.door.edge import EXTENSION
from bridge.throttle import FAILURES
from tests.spi.till import JOHN, Crm, Till, complete, config, error_of, site

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Options:
    currency: str = "SEK"


class Demanding(Mapping):
    title = "Demanding"
    Options = Options

    def get(self, customer_id):
        return dataclasses.replace(JOHN, name_last=self.options.currency)


def test_each_site_gets_its_own_mapping_and_options():
    north = dataclasses.replace(
        site("north", pos="n"), mapping_class=Demanding, options=Options("EUR")
    )
    south = dataclasses.replace(
        site("south", pos="s"), mapping_class=complete(Crm(answers={"get": JOHN}))
    )
    app = create_app(config(north, south))
    shown = Till(app.test_client(), "pos:n").get("/customers/c1").json
    assert shown["name_last"] == "EUR"
    assert "name_last" not in Till(app.test_client(), "pos:s").get("/customers/c1").json


@pytest.mark.parametrize(("names", "room"), [(["north"], 8), (["north", "south"], 4)])
def test_no_site_may_hold_all_threads_that_others_need(names, room):
    alone = config(*(site(name, pos=name) for name in names))
    server = ServerSettings(threads=8)
    parts = create_parts(dataclasses.replace(alone, server=server))
    assert [one.gateway.room for one in parts.sites.values()] == [room] * len(names)


def test_a_mapping_that_is_passed_in_has_its_default_options():
    app = create_app(config(site("north", pos="n")), mapping=Demanding)
    shown = Till(app.test_client(), "pos:n").get("/customers/c1").json
    assert shown["name_last"] == "SEK"


def test_nothing_is_connected_before_somebody_asks():
    """Neither the CRM nor Redis exist here, and making the application is no error."""
    till = Till(create_app(config(site("north", pos="n"))).test_client(), "pos:n")
    assert till.get("/healthz").status_code == 200
    assert till.get("/consents").json == []


def test_the_deadline_is_the_configuration_s():
    settings = Config(
        (site("north", pos="n"),),
        config().redis,
        server=ServerSettings(deadline_seconds=3.5),
    )
    assert create_app(settings).extensions[EXTENSION].deadline_seconds == 3.5


def test_a_journal_can_be_passed_in():
    journal = open_journal(config().redis, RedeemSettings())
    parts = create_parts(config(site("north", pos="n")), journal=journal)
    assert parts.journal is parts.redeemer.journal is journal
    assert list(parts.sites) == ["north"]


@pytest.mark.parametrize(
    ("proxies", "status"), [(0, 429), (1, 401), (("127.0.0.1",), 401)]
)
def test_addresses_are_the_client_s_only_behind_a_proxy_that_is_trusted(
    proxies, status
):
    settings = Config(
        (site("north", pos="n"),),
        config().redis,
        server=ServerSettings(trusted_proxies=proxies),
    )
    app = create_app(settings, mapping=complete(Crm(answers={"get": JOHN})))
    guesser, other = (Till(app.test_client(), f"pos:{word}") for word in ("x", "y"))
    guesser.headers["X-Forwarded-For"] = "192.0.2.1"
    other.headers["X-Forwarded-For"] = "192.0.2.2"
    for _ in range(FAILURES):
        assert error_of(guesser.get("/customers/c1"))[0] == 401
    assert other.get("/customers/c1").status_code == status


@pytest.mark.parametrize(("docs", "status"), [(True, 200), (False, 404)])
def test_the_description_can_be_left_out(docs, status):
    server = ServerSettings(docs=docs)
    settings = Config((site("north", pos="n"),), config().redis, server=server)
    client = create_app(settings).test_client()
    for path in ("/docs", "/openapi.json", "/docs/docs.js"):
        with client.get(path) as answer:
            assert answer.status_code == status


def test_wsgi_is_the_application_for_other_servers(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(
        """
sites:
  north:
    country: SE
    mapping: demo
    users: {pos: [env:POS_PASSWORD]}
    upstream: {url: http://localhost:1}
redis: {url: unix:///nowhere}
"""
    )
    asked = (
        "import wsgi; client = wsgi.application.test_client();"
        "assert client.get('/healthz').status_code == 200"
    )
    subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ
        | {
            "SITOO_BRIDGE_CONFIG": str(path),
            "POS_PASSWORD": "secret",
            "PYTHONPATH": str(ROOT),
        },
        check=True,
        timeout=60,
    )

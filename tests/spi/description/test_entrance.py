from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bridge.app import create_app
from bridge.arrival import ENVIRON, Arrival
from tests.spi.till import complete, config, site


def ways(client, inside=None):
    arrival = replace(Arrival(), inside=inside)
    answer = client.get("/", environ_overrides={ENVIRON: arrival})
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    return re.findall('href="([^"]+)"', answer.text)


def test_everything_that_is_there_is_linked(stranger):
    assert ways(stranger) == [
        "/docs",
        "/openapi.json",
        "/healthz",
        "/readyz",
        "/metrics",
    ]


@pytest.mark.parametrize(
    ("inside", "linked"),
    [
        (True, ["/healthz", "/readyz", "/metrics"]),
        (False, ["/docs", "/openapi.json", "/healthz"]),
    ],
)
def test_each_door_leads_to_what_is_behind_it(stranger, inside, linked):
    assert ways(stranger, inside) == linked


def test_what_is_switched_off_is_not_linked(crm):
    whole = config(site("north", pos="secret"))
    server = replace(whole.server, docs=False)
    app = create_app(replace(whole, server=server), mapping=complete(crm))
    assert ways(app.test_client()) == ["/healthz", "/readyz", "/metrics"]

"""Puts the application together that answers the POS and shows the journal's pages.

What it works with is in ``parts``: without an application, recovery and the command
line have the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask

from bridge.config import Config
from bridge.journal_ui import whole
from bridge.mapping import Mapping
from bridge.parts import create_parts
from bridge.redeem import Journal, Newcomers, rehearse
from bridge.spi import health
from bridge.spi.description import docs, entrance
from bridge.spi.door import access_log, failures, inside, paths, told, traced
from bridge.spi.door.auth import Doorkeeper
from bridge.spi.door.edge import EXTENSION, LARGEST, Edge
from bridge.spi.door.proxies import ClientAddress
from bridge.spi.identity.search_key import normalise
from bridge.spi.operations import catalogue, customers, redeem, transactions

BLUEPRINTS = (
    customers.blueprint,
    transactions.blueprint,
    redeem.blueprint,
    catalogue.blueprint,
    health.blueprint,
    entrance.blueprint,
    docs.blueprint,
)


class Application(Flask):
    """Flask, of which no view is a coroutine: it would look at each, each time."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view, or what runs before or after one, as it is."""
        return func


def create_app(
    config: Config,
    *,
    mapping: type[Mapping] | None = None,
    journal: Journal | None = None,
) -> Flask:
    """Make the WSGI application."""
    parts = create_parts(config, mapping=mapping, journal=journal)
    sites = parts.sites.values()
    app = Application("bridge", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST + 1
    app.extensions[EXTENSION] = Edge(
        Doorkeeper(sites),
        parts.redeemer,
        Newcomers(parts.redeemer.tools),
        config.server.deadline_seconds,
    )
    app.extensions[health.EXTENSION] = health.Health(
        partial(rehearse, parts.journal),
        sites,
        written=lambda: parts.journal.store.written,
    )
    for part in (access_log, traced, told, failures, paths, inside):
        part.install(app)
    for blueprint in BLUEPRINTS:
        if blueprint is not docs.blueprint or config.server.docs:
            app.register_blueprint(blueprint)
    whole.install(
        app,
        config.journal,
        parts.redeemer,
        parts.sites,
        config.server.deadline_seconds,
        parts.zone,
        normalise,
    )
    app.wsgi_app = ClientAddress(  # type: ignore[method-assign]
        app.wsgi_app, config.server.proxies
    )
    return app

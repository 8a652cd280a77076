"""Puts the service together: the only place that wires.

Nothing is connected here: the CRM and Redis are reached when somebody first asks, so a
bridge without Redis starts, and shows customers.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from bridge import journal_ui
from bridge.config import Config, SiteConfig
from bridge.mapping import Mapping
from bridge.redeem import Journal, Redeemer, open_journal
from bridge.site import Site
from bridge.spi import (
    access_log,
    catalogue,
    customers,
    docs,
    failures,
    health,
    paths,
    redeem,
    transactions,
)
from bridge.spi.auth import Doorkeeper
from bridge.spi.edge import EXTENSION, LARGEST, Edge
from bridge.upstream import Cache, Gateway, share

BLUEPRINTS = (
    customers.blueprint,
    transactions.blueprint,
    redeem.blueprint,
    catalogue.blueprint,
    health.blueprint,
    docs.blueprint,
)


@dataclass(frozen=True)
class Parts:
    """What a process works with, whether it answers the POS or recovers redeems."""

    sites: dict[str, Site]
    journal: Journal
    redeemer: Redeemer


def create_parts(
    config: Config,
    *,
    mapping: type[Mapping] | None = None,
    journal: Journal | None = None,
) -> Parts:
    """Make what the configuration describes; ``mapping`` replaces that of all sites."""
    journal = journal or open_journal(config.redis, config.redeem)
    room = share(config.server.threads, len(config.sites))
    sites = {
        one.name: create_site(one, mapping or one.mapping_class, room=room)
        for one in config.sites
    }
    return Parts(sites, journal, Redeemer(journal, config.redeem))


def create_app(
    config: Config,
    *,
    mapping: type[Mapping] | None = None,
    journal: Journal | None = None,
) -> Flask:
    """Make the WSGI application."""
    parts = create_parts(config, mapping=mapping, journal=journal)
    sites = parts.sites.values()
    app = Flask("bridge", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST + 1
    app.extensions[EXTENSION] = Edge(
        Doorkeeper(sites), parts.redeemer, config.server.deadline_seconds
    )
    app.extensions[health.EXTENSION] = health.Health(parts.journal.ping, sites)
    for part in (access_log, failures, paths):
        part.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    journal_ui.install(
        app,
        config.journal,
        parts.redeemer,
        parts.sites,
        config.server.deadline_seconds,
    )
    if proxies := config.server.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=0, x_host=0
        )
    return app


def create_site(config: SiteConfig, mapping: type[Mapping], *, room: int = 32) -> Site:
    """Make one site; a mapping other than its own gets its default options."""
    options = config.options
    if not isinstance(options, mapping.Options):
        options = mapping.Options()
    return Site(
        name=config.name,
        country=config.country,
        mapping_class=mapping,
        options=options,
        gateway=Gateway(config.name, config.upstream, mapping.signals, room=room),
        users=config.users,
        catalogue=Cache(config.name, config.upstream.cache_seconds),
    )

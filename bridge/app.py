"""Puts the service together: the only place that wires.

Nothing is connected here: the CRM and Redis are reached when somebody first asks, so a
bridge without Redis starts, and shows customers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from typing import Any

from flask import Flask

from bridge import journal_ui, metrics
from bridge.config import Config, SiteConfig
from bridge.language.zone import zone, zone_of
from bridge.mapping import Mapping
from bridge.redeem import (
    Journal,
    Newcomers,
    Redeemer,
    SharedTurns,
    open_journal,
    rehearse,
)
from bridge.site import Pairing, Site, System
from bridge.spi import health
from bridge.spi.description import docs, entrance
from bridge.spi.door import access_log, failures, inside, paths, told, traced
from bridge.spi.door.auth import Doorkeeper
from bridge.spi.door.edge import EXTENSION, LARGEST, Edge
from bridge.spi.door.proxies import ClientAddress
from bridge.spi.identity.search_key import normalise
from bridge.spi.operations import catalogue, customers, redeem, transactions
from bridge.upstream import Cache, Gateway, Turns, share

BLUEPRINTS = (
    customers.blueprint,
    transactions.blueprint,
    redeem.blueprint,
    catalogue.blueprint,
    health.blueprint,
    entrance.blueprint,
    docs.blueprint,
)


@dataclass(frozen=True)
class Parts:
    """What a process works with, whether it answers the POS or recovers redeems."""

    sites: dict[str, Site]
    journal: Journal
    redeemer: Redeemer
    zone: tzinfo = UTC
    """By which clock the journal is read, as far as it is not about one site."""


class Application(Flask):
    """Flask, of which no view is a coroutine: it would look at each, each time."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view, or what runs before or after one, as it is."""
        return func


def create_parts(
    config: Config,
    *,
    mapping: type[Mapping] | None = None,
    journal: Journal | None = None,
) -> Parts:
    """Make what the configuration describes; ``mapping`` replaces that of all sites."""
    metrics.share()
    journal = journal or open_journal(config.redis, config.redeem)
    systems = sum(2 if one.benefits else 1 for one in config.sites)
    room = share(config.server.threads, systems)
    turns, processes = SharedTurns(config.redis), config.server.workers
    sites = {
        one.name: create_site(
            one,
            mapping or one.mapping_class,
            room=room,
            turns=turns,
            processes=processes,
            zone=_zone(config, one),
        )
        for one in config.sites
    }
    zones = {site.zone for site in sites.values()}
    of_all = zones.pop() if len(zones) == 1 else UTC
    whole = zone(config.journal.time_zone) if config.journal.time_zone else of_all
    return Parts(sites, journal, Redeemer(journal, config.redeem), whole)


def _zone(config: Config, site: SiteConfig) -> tzinfo:
    said = site.time_zone or config.journal.time_zone
    return zone(said) if said else zone_of(site.country)


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
    journal_ui.install(
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


def create_site(
    config: SiteConfig,
    mapping: type[Mapping],
    *,
    room: int = 32,
    turns: Turns | None = None,
    processes: int = 1,
    zone: tzinfo = UTC,
) -> Site:
    """Make one site; a mapping other than its own gets its default options."""
    options = config.options
    if not isinstance(options, mapping.Options):
        options = mapping.Options()
    way_out = partial(Gateway, room=room, turns=turns, processes=processes)
    pairing = _pairing(config, mapping, options, way_out)
    gateway = pairing and pairing.customers.gateway
    return Site(
        name=config.name,
        country=config.country,
        language=config.language,
        zone=zone,
        crm_url=config.crm_url,
        crm_home=_home(config),
        required=config.required,
        mapping_class=pairing.mapping_class if pairing else mapping,
        options=options,
        gateway=gateway or way_out(config.name, config.upstream, mapping.signals),
        users=config.users,
        catalogue=Cache(config.name, config.upstream.cache_seconds),
        pairing=pairing,
    )


def _home(config: SiteConfig) -> str:
    """Return the address of the CRM if it is https: others are not for browsers."""
    url = config.upstream.url.rstrip("/")
    return url if url.startswith("https://") else ""


def _pairing(
    config: SiteConfig,
    mapping: type[Mapping],
    options: Any,
    way_out: Callable[..., Gateway],
) -> Pairing | None:
    """Put the two systems of a site together, each with its own way out."""
    if config.benefits is None:
        return None
    name, second = config.name, config.benefits
    customers = way_out(f"{name}.customers", config.upstream, mapping.signals)
    benefits = way_out(
        f"{name}.benefits", second.upstream, second.mapping_class.signals
    )
    return Pairing(
        System(mapping, options, customers),
        System(second.mapping_class, second.options, benefits),
        second.found_by,
        lambda key_type, value: normalise(key_type, value, config.country),
    )

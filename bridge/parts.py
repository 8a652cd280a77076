"""Puts the service together, from the configuration down to the way to each CRM.

Nothing is connected here: the CRM and Redis are reached when somebody first asks, so a
bridge without Redis starts, and shows customers.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from typing import Any

from bridge import metrics
from bridge.config import Config, SiteConfig
from bridge.ledger import Ledger, zone_at, zone_of_all
from bridge.mapping import Mapping
from bridge.redeem import Journal, Redeemer, SharedTurns, open_journal
from bridge.site import Pairing, Site, System
from bridge.spi.identity.search_key import normalise
from bridge.upstream import Cache, Gateway, Turns, share


@dataclass(frozen=True, kw_only=True)
class Parts(Ledger):
    """What a process works with, whether it answers the POS or recovers redeems."""

    sites: Table[str, Site]
    redeemer: Redeemer


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
            zone=zone_at(config.journal.time_zone, one),
        )
        for one in config.sites
    }
    return Parts(
        sites=sites,
        journal=journal,
        redeemer=Redeemer(journal, config.redeem),
        zone=zone_of_all(config.journal.time_zone, sites.values()),
    )


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

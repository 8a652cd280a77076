"""All pages of the journal, as the application offers them."""

from __future__ import annotations

from collections.abc import Mapping as Table
from datetime import tzinfo

from flask import Flask

from bridge.journal_ui import actions, deeds, export, find, overview, pages
from bridge.journal_ui.desk import EXTENSION, Desk, Spelled, blueprint
from bridge.journal_ui.door.doorkeeper import Door
from bridge.journal_ui.door.sessions import Sessions
from bridge.journal_ui.settings import JournalSettings
from bridge.redeem import Redeemer
from bridge.redeem.desk.filter import kept_at
from bridge.redeem.desk.finder import Finder
from bridge.redeem.desk.people import People
from bridge.site import Site

__all__ = ["actions", "deeds", "export", "find", "install", "overview", "pages"]

SCAN_AT_MOST = 500
"""How many redeems a page looks at where no index knows the filter: then it shows what
it has found, and a link to look further back."""


def install(
    app: Flask,
    settings: JournalSettings,
    redeemer: Redeemer,
    sites: Table[str, Site],
    deadline_seconds: float,
    zone: tzinfo,
    spelled: Spelled,
) -> None:
    """Offer the pages, if the configuration names anybody who may see them."""
    if not settings.users:
        return
    journal = redeemer.journal
    people, idle = People(redeemer, sites), settings.session_minutes * 60
    app.extensions[EXTENSION] = Desk(
        door=Door(settings, Sessions(journal, settings.users, idle), people.deeds),
        journal=journal,
        finder=Finder(
            journal,
            sites=tuple(sites),
            scan_at_most=SCAN_AT_MOST,
            kept=kept_at(sites),
        ),
        people=people,
        sites=sites,
        deadline_seconds=deadline_seconds,
        zone=zone,
        spelled=spelled,
    )
    app.register_blueprint(blueprint)

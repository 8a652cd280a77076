"""What all requests for the pages share, and how a page is rendered."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, render_template

from bridge.deadline import Clock
from bridge.journal_ui.door.doorkeeper import Door
from bridge.journal_ui.door.sessions import Visitor
from bridge.journal_ui.picture import duration
from bridge.language import ENGLISH, Reader
from bridge.model import SearchKey, SearchKeyType
from bridge.redeem import Journal
from bridge.redeem.desk.filter import states
from bridge.redeem.desk.finder import Finder
from bridge.redeem.desk.people import People
from bridge.redeem.desk.phrases import ENDINGS, GROUP_NAMES, KINDS, STANDING, STATES
from bridge.redeem.desk.story import happened, how, item_name, tone
from bridge.site import Site

EXTENSION = "sitoo_bridge.journal_ui"

blueprint = Blueprint(
    "journal",
    __name__,
    url_prefix="/journal",
    template_folder="templates",
    static_folder="static",
)

Spelled = Callable[[SearchKeyType, str, str], SearchKey]
"""Spells what a person is looked for by, in a country."""

SHOWN = {
    "duration": duration,
    "ending_names": ENDINGS,
    "group_names": GROUP_NAMES,
    "kinds": KINDS,
    "standing": STANDING,
    "state_names": STATES,
    "states": states,
    "tone": tone,
}
"""What templates need to know, whoever reads."""


def shown_to(reads: Reader) -> dict[str, Any]:
    """Return what templates say things with."""
    return {
        **SHOWN,
        "count": reads.count,
        "happened": partial(happened, to=reads),
        "how": partial(how, to=reads),
        "item_name": partial(item_name, to=reads),
        "language": reads.language,
        "moment": reads.moment,
        "exact": reads.exact,
        "local": reads.local,
        "say": reads.say,
    }


@dataclass(frozen=True)
class Desk:
    """The pages of one process."""

    door: Door
    journal: Journal
    finder: Finder
    people: People
    sites: Table[str, Site]
    deadline_seconds: float
    spelled: Spelled
    zone: tzinfo = UTC
    clock: Clock = time.time

    def reader_at(self, reader: Reader, name: str) -> Reader:
        """Let somebody read the times of a site; of no site, those of the journal."""
        site = self.sites.get(name)
        return replace(reader, zone=site.zone if site else self.zone)


def desk() -> Desk:
    """Return what this process's pages work with."""
    found: Desk = current_app.extensions[EXTENSION]
    return found


def visitor() -> Visitor | None:
    """Return who is signed in; nobody on the pages that need no sign-in."""
    found: Visitor | None = g.get("visitor")
    return found


def reads() -> Reader:
    """Return who reads: in which language, and by which clock."""
    found: Reader = g.get("reader", ENGLISH)
    return found


def at_site(name: str) -> Reader:
    """Let whoever reads see the times of a site; of no site, those of the journal."""
    g.reader = desk().reader_at(reads(), name)
    return reads()


def page(template: str, status: int = 200, **values: Any) -> Response:
    """Render a page.  Everything in it is escaped, whatever an id contains."""
    clock = desk().clock()
    common = {
        **shown_to(reads()),
        "visitor": visitor(),
        "now": clock,
        "sites": desk().sites,
    }
    return make_response(render_template(template, **common, **values), status)

"""What all requests for the pages share, and how a page is rendered."""

from __future__ import annotations

import time
from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, render_template

from bridge.deadline import Clock
from bridge.journal_ui.door import Door
from bridge.journal_ui.picture import duration
from bridge.journal_ui.sessions import Visitor
from bridge.redeem import Journal
from bridge.redeem.finder import Finder, states
from bridge.redeem.people import People
from bridge.redeem.story import STANDING, happened, item_name, moment
from bridge.site import Site

EXTENSION = "sitoo_bridge.journal_ui"

blueprint = Blueprint(
    "journal",
    __name__,
    url_prefix="/journal",
    template_folder="templates",
    static_folder="static",
)

SHOWN = {
    "duration": duration,
    "happened": happened,
    "item_name": item_name,
    "moment": moment,
    "standing": STANDING,
    "states": states,
}
"""What templates say things with."""


@dataclass(frozen=True)
class Desk:
    """The pages of one process."""

    door: Door
    journal: Journal
    finder: Finder
    people: People
    sites: Table[str, Site]
    deadline_seconds: float
    clock: Clock = time.time


def desk() -> Desk:
    """Return what this process's pages work with."""
    found: Desk = current_app.extensions[EXTENSION]
    return found


def visitor() -> Visitor | None:
    """Return who is signed in; nobody on the pages that need no sign-in."""
    found: Visitor | None = g.get("visitor")
    return found


def page(template: str, status: int = 200, **values: Any) -> Response:
    """Render a page.  Everything in it is escaped, whatever an id contains."""
    clock = desk().clock()
    common = {**SHOWN, "visitor": visitor(), "now": clock, "sites": desk().sites}
    return make_response(render_template(template, **common, **values), status)

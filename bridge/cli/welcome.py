"""What ``sitoo-bridge demo`` says once everything is up."""

from __future__ import annotations

from pathlib import Path
from string import Template

WELCOME = """\
The bridge is ready at $url (user demo, password demo).

$commands

What happened to each redeem, for support staff: $url/journal (demo, demo).
All of the API, to try it: $url/docs
Its description (OpenAPI): $url/openapi.json

$keeping Ctrl-C stops everything."""

SEEDED = """\
Find a customer, show the card, redeem a promotion:

  curl -u demo:demo '$url/customers?key_type=mobile&key=0701112233'
  curl -u demo:demo $url/customers/a26d8975-3b86-43c0-9b12-a86401074770
  curl -u demo:demo $url/customers/a26d8975-3b86-43c0-9b12-a86401074770/redeem \
-H 'Content-Type: application/json' \
-d '{"bonus_checks": [], "promotions": ["d65804be-1941-4a5b-851a-abd000bfc8bc"]}'"""
"""John Doe and his promotion, the SPI reference's own example."""

EMPTY = """\
Add a customer, find it again, see what it could agree to:

  curl -u demo:demo $url/customers \
-H 'Content-Type: application/json' \
-d '{"name_first": "Astrid", "mobile": "+46701112233"}'
  curl -u demo:demo '$url/customers?key_type=mobile&key=0701112233'
  curl -u demo:demo $url/consents"""


def welcome(url: str, data: Path | None, empty: bool) -> str:
    """Return the text, with commands to paste."""
    text = WELCOME.replace("$commands", EMPTY if empty else SEEDED)
    keeping = f"Everything is kept in {data}." if data else "Nothing is kept."
    return Template(text).substitute(url=url, keeping=keeping)

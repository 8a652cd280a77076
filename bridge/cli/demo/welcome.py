"""What ``sitoo-bridge demo`` says once everything is up."""

from __future__ import annotations

from pathlib import Path
from string import Template

WELCOME = """\
The bridge is ready at $url (user demo, password demo).

$commands

Its configuration, to look at and for sitoo-bridge journal: $config
To have the CRM fail, and practise what support does then:

  curl -X POST -H 'X-Api-Key: demo-crm-key' $crm/faults \
-d '{"kind": "500", "path": "/spend", "times": 3}'
  curl -X DELETE -H 'X-Api-Key: demo-crm-key' $crm/faults

The kinds: slow (with "ms"), 401, 429, 500, 503, garbage, html, truncated, hang,
drop_before, drop_after (it is done, but the answer is lost).

${trouble}What happened to each redeem, for support staff: $url/journal (demo, demo).
All of the API, to try it: $url/docs
Its description (OpenAPI): $url/openapi.json

$keeping Ctrl-C stops everything."""

SEEDED = """\
Find a customer, show the card, redeem a promotion:

  curl -u demo:demo -H 'Store-ID: 200' '$url/customers?key_type=mobile&key=0701112233'
  curl -u demo:demo -H 'Store-ID: 200' \
$url/customers/a26d8975-3b86-43c0-9b12-a86401074770
  curl -u demo:demo $url/customers/a26d8975-3b86-43c0-9b12-a86401074770/redeem \
-H 'Content-Type: application/json' -H 'Store-ID: 200' -H 'Register-ID: 3' \
-d '{"bonus_checks": [], "promotions": ["d65804be-1941-4a5b-851a-abd000bfc8bc"]}'"""
"""John Doe and his promotion, the SPI reference's own example."""

EMPTY = """\
Add a customer, find it again, see what it could agree to:

  curl -u demo:demo $url/customers \
-H 'Content-Type: application/json' -H 'Store-ID: 200' \
-d '{"name_first": "Astrid", "mobile": "+46701112233"}'
  curl -u demo:demo -H 'Store-ID: 200' '$url/customers?key_type=mobile&key=0701112233'
  curl -u demo:demo $url/consents"""


TROUBLE = """\
Trouble to practise on, as it is told on the telephone; docs/support says what to do:

  10013, store 201: "The bonus check is gone, but the receipt has no discount."
  10013, store 200: "The till says that it can't redeem."
  10023, store 201, register 2: "The till waited, then gave up."
  10023, store 201, register 5: "Another till is using one of these right now."
  10021, store 200: one that is stuck.
  10015, store 300: "I never used that."

The numbers are the customers' member numbers.  Two faults are on for this, and the
second command above ends them, as if somebody had mended the CRM.

"""


def welcome(
    url: str, crm: str, config: Path, data: Path | None, empty: bool, trouble: bool
) -> str:
    """Return the text, with commands to paste."""
    text = WELCOME.replace("$commands", EMPTY if empty else SEEDED)
    text = text.replace("${trouble}", TROUBLE if trouble else "")
    keeping = f"Everything is kept in {data}." if data else "Nothing is kept."
    return Template(text).substitute(url=url, crm=crm, config=config, keeping=keeping)

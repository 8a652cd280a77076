"""The example for Klaviyo asks what Klaviyo's own API description has.

``klaviyo.json`` are the facts of that description which concern it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import Invalid
from bridge.mapping import offers
from bridge.model import SearchKey, SearchKeyType
from tests.mappings.rest.described import ROOT
from tests.mappings.rest.small import connected

FILE = (ROOT / "docs" / "integrators" / "rest" / "klaviyo.yaml").read_text("utf-8")

FACTS = json.loads(Path(__file__).with_name("klaviyo.json").read_text("utf-8"))

SARAH = {
    "type": "profile",
    "id": "01GDDKASAP8TKDDA2GRZDSVP4H",
    "attributes": {
        "email": "sarah@example.com",
        "phone_number": "+15005550006",
        "first_name": "Sarah",
        "subscriptions": {
            "email": {"marketing": {"consent": "SUBSCRIBED"}},
            "sms": {"marketing": {"consent": "NEVER_SUBSCRIBED"}},
        },
    },
}
ID = str(SARAH["id"])
EMAIL = SearchKey(SearchKeyType.EMAIL, "sarah@example.com")
CHANGES: Any = {"name_first": "S", "company": None, "member_number": "1"}


@pytest.mark.parametrize(
    ("verb", "given", "answer"),
    [
        ("search", (EMAIL,), {"data": [SARAH]}),
        ("get", (ID,), {"data": SARAH}),
        ("create", (CHANGES,), {"data": SARAH}),
        ("update", (ID, CHANGES), {"data": SARAH}),
    ],
)
def test_each_request_is_klaviyos(
    tmp_path: Path, verb: str, given: Any, answer: Any
) -> None:
    with connected(tmp_path, FILE, answer) as (mapping, crm):
        shown = getattr(mapping, verb)(*given)
    card = shown[0] if verb == "search" else shown
    assert (card.customer_id, card.mobile) == (ID, "+15005550006")
    assert card.consents == ["email_marketing"]
    assert card.promotions == []
    (call,) = crm.calls
    known = FACTS["operations"][f"{call.method} {call.path.replace(ID, '{id}')}"]
    assert {*call.query} <= {*known["query"]}
    assert {*known["headers"]} <= {*call.headers}
    assert call.headers["revision"].startswith(FACTS["version"][:10])
    if known["body"]:
        assert call.headers["content-type"] in known["body"]
        assert {*call.body["data"]["attributes"]} <= {*FACTS["writable"]}


def test_it_searches_by_what_klaviyo_filters(tmp_path: Path) -> None:
    with connected(tmp_path, FILE, *[{"data": []}] * 3) as (mapping, crm):
        for kind in ("email", "mobile", "member_number"):
            mapping.search(SearchKey(SearchKeyType(kind), "x"))
    asked = [call.query["filter"] for call in crm.calls]
    assert asked == [f'equals({name},"x")' for name in FACTS["searchable"]]


def test_what_it_does_not_do_is_not_offered(tmp_path: Path) -> None:
    with connected(tmp_path, FILE) as (mapping, crm):
        for verb in ("redeem_item", "transactions", "lookup"):
            assert not offers(type(mapping), verb)
        assert [one.consent_id for one in mapping.consents()] == [
            "email_marketing",
            "sms_marketing",
        ]
        with pytest.raises(Invalid, match="consents: is not kept"):
            mapping.update(ID, {"consents": ["sms_marketing"]})
        assert crm.calls == []


def test_a_header_of_the_bridges_is_replaced_and_not_sent_twice(tmp_path: Path) -> None:
    with connected(tmp_path, FILE, {"data": SARAH}) as (mapping, crm):
        mapping.get(ID)
    assert crm.calls[0].headers["accept"] == "application/vnd.api+json"

"""Where a redirect leads: to another server, or to the customer's new id."""

from __future__ import annotations

import pytest

from bridge.upstream.policy.redirect import leaves, moved

HERE = "https://crm.example/api/v1/people/a%2F12/offers?x=1"


@pytest.mark.parametrize(
    ("location", "away", "from_id"),
    [
        ("https://crm.example/api/v1/people/15/offers", False, "a/12"),
        ("/api/v1/people/15/offers", False, "a/12"),
        ("https://CRM.example/api/v1/people/15/offers", False, "a/12"),
        ("https://crm.example/api/v2/people/a%2F12/offers", False, "v1"),
        ("/api/v2/people/15/offers", False, ""),
        ("/api/v1/people/a%2F12/offers/", False, ""),
        ("/api/v1/people/a%2F12/", False, ""),
        ("/login", False, ""),
        ("http://crm.example/api/v1/people/15/offers", True, ""),
        ("https://other.example/api/v1/people/15/offers", True, ""),
        ("https://crm.example:8443/api/v1/people/15/offers", True, ""),
        ("//other.example/", True, ""),
        ("", False, ""),
        ("http://[", True, ""),
    ],
)
def test_where_it_leads(location: str, away: bool, from_id: str) -> None:
    assert leaves(HERE, location) is away
    assert moved(HERE, location) == from_id

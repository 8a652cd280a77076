"""A Vendure with several channels: a site of the bridge works in one of them."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from bridge.errors import AccessRefused, Missing
from tests.mappings.conftest import Check, Configure, Connect
from tests.mappings.vendure.conftest import Office, before
from tests.mappings.vendure.server import Vendure, prepare


@pytest.fixture
def channel(vendure: Vendure) -> str:
    """The token of a channel of its own."""
    token = secrets.token_hex(8)
    query = """mutation ($input: CreateChannelInput!) {
        createChannel(input: $input) { ... on Channel { token } }
    }"""
    values = {
        "code": token,
        "token": token,
        "defaultLanguageCode": "en",
        "defaultCurrencyCode": "SEK",
        "pricesIncludeTax": True,
        "defaultTaxZoneId": "1",
        "defaultShippingZoneId": "1",
    }
    made = vendure.call(query, input=values)["createChannel"]
    return str(made["token"])


def test_a_site_works_in_its_channel_with_a_key_for_it(
    connect: Connect,
    configure: Configure,
    office: Office,
    vendure: Vendure,
    channel: str,
) -> None:
    setting, elsewhere = f"channel: {channel}\n      store_name", office.customer()
    with pytest.raises(AccessRefused):
        connect(configure(store_name=setting)).get(elsewhere)

    prepared = prepare(vendure.url, "--channel", channel)
    there = replace(vendure, bridge=prepared)
    mapping = connect(configure(before(there), store_name=setting))
    assert mapping.problems() == []
    with pytest.raises(Missing):
        mapping.get(elsewhere)
    office.promotion()
    made = mapping.create({"name_first": "Bo"})
    assert made.promotions == []
    assert connect().get(elsewhere).promotions


def test_a_channel_that_is_not_there(check: Check, channel: str) -> None:
    """Said in the mapping's own words, with no advice about anything else."""
    said = check(store_name="channel: nowhere\n      store_name")
    assert said == ["Vendure has no channel with the token of options.channel."]

from __future__ import annotations

import pytest

from bridge.spi.door.proxies import TrustedProxies

CLIENT, PROXY, LIAR = "192.0.2.7", "10.0.0.1", "198.51.100.1"
LISTED = ["10.0.0.0/24", "fd00::1"]


@pytest.mark.parametrize(
    ("setting", "peer", "forwarded", "client"),
    [
        (0, PROXY, CLIENT, PROXY),
        ([], PROXY, CLIENT, PROXY),
        # A number: so many from the right, whoever connects.
        (1, PROXY, CLIENT, CLIENT),
        (1, PROXY, f"{LIAR}, {CLIENT}", CLIENT),
        (2, PROXY, f"{CLIENT}, 10.0.0.2", CLIENT),
        (2, PROXY, CLIENT, PROXY),
        (1, PROXY, "", PROXY),
        (1, PROXY, "kim@example.com", PROXY),
        (1, "", CLIENT, CLIENT),
        # Addresses: as far as a listed one wrote it.
        (LISTED, PROXY, CLIENT, CLIENT),
        (LISTED, LIAR, CLIENT, LIAR),
        (LISTED, PROXY, f"{LIAR}, {CLIENT}", CLIENT),
        (LISTED, PROXY, f"{LIAR}, {CLIENT}, 10.0.0.2", CLIENT),
        (LISTED, PROXY, "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        (LISTED, PROXY, "", PROXY),
        (LISTED, PROXY, "unknown", PROXY),
        (LISTED, PROXY, f"{CLIENT}, unknown", PROXY),
        (LISTED, "fd00::1", "2001:db8::1", "2001:db8::1"),
        (LISTED, "::ffff:10.0.0.1", CLIENT, CLIENT),
        (LISTED, PROXY, f"{CLIENT}:4711", CLIENT),
        (LISTED, PROXY, "[2001:db8::1]:4711", "2001:db8::1"),
        (LISTED, "", CLIENT, ""),
        (["unix"], "", CLIENT, CLIENT),
        (["unix"], "", f"{LIAR}, {CLIENT}", CLIENT),
        (["unix", PROXY], "", f"{CLIENT}, {PROXY}", CLIENT),
        (["unix"], PROXY, CLIENT, PROXY),
    ],
)
def test_a_header_is_believed_as_far_as_a_trusted_proxy_wrote_it(
    setting, peer, forwarded, client
):
    assert TrustedProxies(setting).client(peer, forwarded) == client


@pytest.mark.parametrize(
    ("setting", "peer", "trusted"),
    [
        (0, LIAR, False),
        (1, LIAR, True),
        (1, "", True),
        (LISTED, PROXY, True),
        (LISTED, LIAR, False),
        (LISTED, "", False),
        (["unix"], "", True),
        (["unix"], PROXY, False),
    ],
)
def test_whose_connections_are_a_proxy_s(setting, peer, trusted):
    assert TrustedProxies(setting).trusts(peer) is trusted


@pytest.mark.parametrize("one", ["proxy.example", "10.0.0.1/24", "", "127.0.0.1:80"])
def test_what_is_no_address_is_refused(one):
    with pytest.raises(ValueError, match="must be a number, or a list of addresses"):
        TrustedProxies([one])

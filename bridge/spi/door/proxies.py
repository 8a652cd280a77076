"""Whose address a request came from, where proxies stand in front.

Each proxy appends to ``X-Forwarded-For`` whom it was asked by, and anybody can send
the header: it is believed as far as it was written by somebody who is trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

UNIX = "unix"
"""What a peer is called that came by a path on this machine."""

HOP = re.compile(r"(?:\[(?P<v6>[^]]+)\]|(?P<v4>[0-9.]+))(?::\d+)?")
"""An address as some proxies write it: with brackets, with a port."""


class TrustedProxies:
    """The proxies in front: how many they are, or which."""

    def __init__(self, setting: int | Sequence[str]) -> None:
        """Take a number, or addresses, networks and ``unix``; else ``ValueError``."""
        self.count = setting if isinstance(setting, int) else 0
        listed = [] if isinstance(setting, int) else [*setting]
        self._unix = UNIX in listed
        self._networks = [_network(one) for one in listed if one != UNIX]

    def trusts(self, peer: str) -> bool:
        """Whether a connection is certainly a proxy's; ``peer`` is "" for a path."""
        if not peer:
            return bool(self.count) or self._unix
        return bool(self.count) or self._lists(peer)

    def client(self, peer: str, forwarded: str) -> str:
        """Return the address that a request came from in the end."""
        hops = [one.strip() for one in forwarded.split(",")] if forwarded else []
        if self.count:
            said = hops[-self.count] if len(hops) >= self.count else ""
            return _address(said) or peer
        client = peer
        while hops and (self._lists(client) if client else self._unix):
            said = _address(hops.pop())
            if not said:
                break
            client = said
        return client

    def _lists(self, address: str) -> bool:
        try:
            known = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(known, IPv6Address) and known.ipv4_mapped:
            known = known.ipv4_mapped
        return any(known in network for network in self._networks)


class ClientAddress:
    """A WSGI application in front of another, which it tells the client's address."""

    def __init__(self, application: WSGIApplication, proxies: TrustedProxies) -> None:
        self._application = application
        self._proxies = proxies

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Put it where everybody looks for it."""
        environ["REMOTE_ADDR"] = self._proxies.client(
            environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", "")
        )
        return self._application(environ, start_response)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError:
        raise ValueError(
            "must be a number, or a list of addresses, networks such as 10.0.0.0/24, "
            "and unix"
        ) from None


def _address(hop: str) -> str:
    """Return an address without what stands around it; "" for anything else."""
    found = HOP.fullmatch(hop)
    bare = (found["v6"] or found["v4"]) if found else hop
    try:
        return str(ip_address(bare.partition("%")[0]))
    except ValueError:
        return ""

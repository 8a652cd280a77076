"""Slows down whoever guesses passwords, one remote address and one user at a time.

Counts in this process only: with several workers an address gets as many guesses as
there are workers.  Knows nothing of HTTP, users or passwords.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from ipaddress import IPv4Address, IPv6Network, ip_address

from bridge.deadline import Clock

FAILURES = 20
"""A till with an old password tries a few times a minute; a guesser thousands."""

WINDOW_SECONDS = 60.0

ADDRESSES = 4096
"""More than there are tills; the address that failed longest ago is forgotten first."""


def counted_as(address: str) -> str:
    """Return what an address is counted as: of IPv6, the network of one customer.

    Whoever has one address of a /64 has all of them, and a device takes another one
    every day.  An IPv4 address that came by IPv6 is itself.
    """
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return address
    return str(known.ipv4_mapped or IPv6Network((known, 64), strict=False))


class Throttle:
    """Failed attempts per address, in windows of one minute.

    ``user`` is whose password is being guessed, where each user counts apart.
    """

    def __init__(
        self, clock: Clock = time.monotonic, *, failures: int = FAILURES
    ) -> None:
        self._clock = clock
        self._allowed = failures
        self._failures: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str, user: str = "") -> float:
        """Seconds until the address may try again, zero if it may now."""
        began, count = self._failures.get((counted_as(address), user), (0.0, 0))
        if count < self._allowed:
            return 0.0
        return max(0.0, began + WINDOW_SECONDS - self._clock())

    def failed(self, address: str, user: str = "") -> None:
        """Count a failure: the first one begins a minute, or one after it is over."""
        who = counted_as(address), user
        with self._lock:
            now = self._clock()
            began, count = self._failures.pop(who, (now, 0))
            if now - began >= WINDOW_SECONDS:
                began, count = now, 0
            self._failures[who] = (began, count + 1)
            if len(self._failures) > ADDRESSES:
                self._failures.popitem(last=False)

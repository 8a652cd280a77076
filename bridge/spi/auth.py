"""HTTP Basic: the credentials choose the site (RFC 7617, user names in UTF-8).

Knows nothing of sessions or cookies: every request shows its credentials.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Iterable

from bridge.errors import BridgeError, Unauthorized
from bridge.site import Site
from bridge.throttle import Throttle

CHALLENGE = 'Basic realm="Sitoo CRM SPI", charset="UTF-8"'
"""What ``WWW-Authenticate`` says on a 401."""

TRUSTED = 4096
"""How many pairs of address and credentials are remembered as having worked."""


class TooManyFailures(BridgeError):
    """Too many wrong passwords from this address: wait before the next try."""

    status = 429


class Doorkeeper:
    """Knows every user of every site, and whom to turn away for a while.

    An address that has failed too often is not even compared any more, or guessing
    would go on at full speed.  What worked from that address before keeps working: one
    till with an old password does not lock the shop's other tills out.
    """

    def __init__(self, sites: Iterable[Site], throttle: Throttle | None = None) -> None:
        self._pepper = secrets.token_bytes(32)
        self._throttle = throttle or Throttle()
        self._trusted: OrderedDict[tuple[str, bytes], Site] = OrderedDict()
        self._known = [
            (self._digest(f"{user}:{password.reveal()}".encode()), site)
            for site in sites
            for user, passwords in site.users.items()
            for password in passwords
        ]

    def admit(self, authorization: str | None, address: str) -> Site:
        """Return the site that the credentials of an ``Authorization`` header open.

        Raise ``Unauthorized`` where they open none, and ``TooManyFailures`` where the
        address has failed too often.  A request without credentials is no guess.
        """
        offered = credentials(authorization)
        if offered is None:
            raise Unauthorized
        visitor = (address, self._digest(offered))
        site = self._trusted.get(visitor) or self._compare(visitor)
        self._trusted[visitor] = site
        if len(self._trusted) > TRUSTED:
            self._trusted.popitem(last=False)
        return site

    def _compare(self, visitor: tuple[str, bytes]) -> Site:
        address, digest = visitor
        if wait := self._throttle.wait(address):
            raise TooManyFailures(retry_after=wait)
        opened = None
        for known, site in self._known:
            # No early exit: the time taken tells nothing about which user exists.
            if hmac.compare_digest(known, digest):
                opened = site
        if opened is None:
            self._throttle.failed(address)
            raise Unauthorized
        return opened

    def _digest(self, offered: bytes) -> bytes:
        """All of one length, and of no use outside this process."""
        return hashlib.blake2b(offered, key=self._pepper, digest_size=32).digest()


def credentials(authorization: str | None) -> bytes | None:
    """Return ``user:password`` as sent, or ``None`` if the header is not HTTP Basic."""
    scheme, _, encoded = (authorization or "").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded if b":" in decoded else None

"""HTTP Basic: the credentials choose the site (RFC 7617, user names in UTF-8).

Knows nothing of sessions or cookies: every request shows its credentials.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable
from typing import NoReturn

from bridge import metrics
from bridge.errors import BridgeError, Unauthorized
from bridge.log import whereabouts
from bridge.secret import Pseudonyms
from bridge.site import Site
from bridge.throttle import Throttle

log = logging.getLogger(__name__)

CHALLENGE = 'Basic realm="Sitoo CRM SPI", charset="UTF-8"'
"""What ``WWW-Authenticate`` says on a 401."""


class TooManyFailures(BridgeError):
    """The till is not let in: too many wrong passwords. Try again in a minute."""

    status = 429


class Doorkeeper:
    """Knows every user of every site, and whom to tell to wait.

    Everybody is compared, and what is right always opens: one till with an old
    password, or a stranger at the same address, keeps nobody else out.  So it is the
    password's length that withstands guessing, and guessing leaves a trace.
    """

    def __init__(self, sites: Iterable[Site], throttle: Throttle | None = None) -> None:
        self._pepper = secrets.token_bytes(32)
        self._throttle = throttle or Throttle()
        users = [
            (site, user, password)
            for site in sites
            for user, passwords in site.users.items()
            for password in passwords
        ]
        self._known = [
            (self._digest(f"{user}:{password.reveal()}".encode()), site)
            for site, user, password in users
        ]
        self._names = {user.encode(): user for _, user, _ in users}
        self._pseudonym = Pseudonyms(password for _, _, password in users)

    def admit(self, authorization: str | None, address: str) -> Site:
        """Return the site that the credentials of an ``Authorization`` header open.

        Raise ``Unauthorized`` where they open none, and ``TooManyFailures`` where the
        address has failed too often.  A request without credentials is no guess.
        """
        offered = credentials(authorization)
        if offered is None:
            metrics.SIGN_INS_REFUSED.labels("spi", "without credentials").inc()
            raise Unauthorized
        digest, opened = self._digest(offered), None
        for known, site in self._known:
            # No early exit: the time taken tells nothing about which user exists.
            if hmac.compare_digest(known, digest):
                opened = site
        if opened is None:
            self._refuse(offered.partition(b":")[0], address)
        return opened

    def _refuse(self, user: bytes, address: str) -> NoReturn:
        wait = self._throttle.wait(address)
        why = "too many wrong passwords" if wait else "wrong password"
        metrics.SIGN_INS_REFUSED.labels("spi", why).inc()
        if wait:
            raise TooManyFailures(retry_after=wait)
        self._throttle.failed(address)
        # What is no user's name may be anything: a customer's address, or a password.
        name = self._names.get(user) or self._pseudonym(user.decode(errors="replace"))
        log.warning(
            "a sign-in to the SPI was refused",
            extra={"user": name, "address": whereabouts(address)},
        )
        raise Unauthorized

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

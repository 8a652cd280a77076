"""Lets people in by name and password, and slows down whoever guesses.

The till's credentials mean nothing here, and these mean nothing to the SPI.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress

from bridge import metrics
from bridge.errors import BridgeError, JournalError
from bridge.journal_ui.door.passwords import NOBODY, matches
from bridge.journal_ui.door.sessions import Sessions
from bridge.journal_ui.settings import JournalSettings
from bridge.log import whereabouts
from bridge.redeem.desk.deeds import Deeds
from bridge.secret import Pseudonyms, Secret
from bridge.throttle import Throttle

log = logging.getLogger(__name__)

FAILURES = 10
"""Wrong passwords a minute for one user and address: people mistype, programs guess."""

IN_LINE = 3
"""How many may be at the door of a process: one is compared, two wait.  Each has one of
the threads that tills need, too, and a comparison takes a good part of a second."""

LONGEST = 1024
"""Characters of a password that are looked at: nobody's is longer."""


class WrongPassword(BridgeError):
    """That name and password do not belong together."""

    status = 401


class TooManyTries(BridgeError):
    """Too many wrong passwords from your address: wait a minute, then try again."""

    status = 429


class Crowded(BridgeError):
    """Several others are signing in just now: try again in a moment."""

    status = 429


class Door:
    """Knows the users, and whom to turn away for a while."""

    def __init__(
        self,
        settings: JournalSettings,
        sessions: Sessions,
        deeds: Deeds,
        throttle: Throttle | None = None,
    ) -> None:
        self.settings = settings
        self.sessions = sessions
        self.deeds = deeds
        self.throttle = throttle or Throttle(failures=FAILURES)
        self._pseudonym = Pseudonyms(
            Secret(user.password_hash) for user in settings.users.values()
        )
        self._one_at_a_time = threading.Lock()
        self._line = threading.BoundedSemaphore(IN_LINE)

    def sign_in(self, name: str, password: str, address: str) -> str:
        """Return the token of a new session.

        Raise ``WrongPassword``, or ``TooManyTries`` and ``Crowded`` without comparing
        anything.
        """
        guessed = name if name in self.settings.users else ""
        self._not_too_often(address, guessed)
        if not self._line.acquire(blocking=False):
            _count("crowded")
            raise Crowded(retry_after=1)
        try:
            # A crowd of guesses takes neither all memory nor more tries than count.
            with self._one_at_a_time:
                self._compare(name, password[:LONGEST], address)
        finally:
            self._line.release()
        log.info("somebody signed in to the journal", extra={"user": name})
        self.deeds.write("signed in", name)
        return self.sessions.begin(name)

    def sign_out(self, name: str, token: str) -> None:
        """End a session."""
        self.sessions.end(token)
        self.deeds.write("signed out", name)

    def _compare(self, name: str, password: str, address: str) -> None:
        user = self.settings.users.get(name)
        guessed = name if user else ""
        self._not_too_often(address, guessed)
        right = matches(password, user.password_hash if user else NOBODY)
        if user is None or not right:
            self.throttle.failed(address, guessed)
            _count("wrong password")
            who = guessed or self._pseudonym(name)
            log.warning(
                "a sign-in to the journal was refused",
                extra={"user": who, "address": whereabouts(address)},
            )
            with suppress(JournalError):  # it is refused all the same
                self.deeds.write("sign-in refused", who)
            raise WrongPassword

    def _not_too_often(self, address: str, guessed: str) -> None:
        """Turn away who guesses at one user, and at no other; "" is all unknown ones.

        Comparing costs too much to do it for whoever comes, as the SPI does.
        """
        if wait := self.throttle.wait(address, guessed):
            _count("too many wrong passwords")
            raise TooManyTries(retry_after=wait)


def _count(why: str) -> None:
    metrics.SIGN_INS_REFUSED.labels("journal", why).inc()

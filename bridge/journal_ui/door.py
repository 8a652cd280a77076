"""Lets people in by name and password, and slows down whoever guesses.

The till's credentials mean nothing here, and these mean nothing to the SPI.
"""

from __future__ import annotations

import logging
import threading

from bridge.errors import BridgeError
from bridge.journal_ui.passwords import NOBODY, matches
from bridge.journal_ui.sessions import Sessions
from bridge.journal_ui.settings import JournalSettings
from bridge.throttle import Throttle

log = logging.getLogger(__name__)

FAILURES = 10
"""Wrong passwords a minute from one address: people mistype, programs guess."""

LONGEST = 1024
"""Characters of a password that are looked at: nobody's is longer."""


class WrongPassword(BridgeError):
    """That name and password do not belong together."""

    status = 401


class TooManyTries(BridgeError):
    """Too many wrong passwords from your address: wait a minute, then try again."""

    status = 429


class Door:
    """Knows the users, and whom to turn away for a while."""

    def __init__(
        self,
        settings: JournalSettings,
        sessions: Sessions,
        throttle: Throttle | None = None,
    ) -> None:
        self.settings = settings
        self.sessions = sessions
        self.throttle = throttle or Throttle(failures=FAILURES)
        self._one_at_a_time = threading.Lock()

    def sign_in(self, name: str, password: str, address: str) -> str:
        """Return the token of a new session.

        Raise ``WrongPassword``, or ``TooManyTries`` without comparing anything.
        """
        # A crowd of guesses takes neither all memory nor more tries than are counted.
        with self._one_at_a_time:
            self._compare(name, password[:LONGEST], address)
        log.info("somebody signed in to the journal", extra={"user": name})
        return self.sessions.begin(name)

    def _compare(self, name: str, password: str, address: str) -> None:
        if wait := self.throttle.wait(address):
            raise TooManyTries(retry_after=wait)
        user = self.settings.users.get(name)
        right = matches(password, user.password_hash if user else NOBODY)
        if user is None or not right:
            self.throttle.failed(address)
            log.warning("a sign-in to the journal failed")
            raise WrongPassword

"""Who is signed in, kept in Redis: each worker process knows it, a sign-out ends it.

The cookie holds a random token that means nothing by itself, so there is no key to
share or to rotate.  What is kept under the token's digest is of no use to sign in with.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping as Table
from dataclasses import dataclass

from bridge.deadline import Clock
from bridge.journal_ui.settings import JournalUser
from bridge.redeem import Journal
from bridge.redeem.journal.server.complaints import guarded

LONGEST_SECONDS = 12 * 3_600
"""However busy somebody is: a working day, and then the password once more."""


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in."""

    name: str
    role: str
    csrf: str
    """What every form of this session carries, and nobody else knows."""

    @property
    def operates(self) -> bool:
        """Whether they may do more than look."""
        return self.role == "operate"


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(
        self,
        journal: Journal,
        users: Table[str, JournalUser],
        idle_seconds: int,
        clock: Clock = time.time,
    ) -> None:
        self.store = journal.store
        self.keys = journal.keys
        self.users = users
        self.idle_seconds = idle_seconds
        self.clock = clock

    @guarded
    def begin(self, name: str) -> str:
        """Return the token of a new session for a user."""
        token = secrets.token_urlsafe(32)
        known = {
            "user": name,
            "csrf": secrets.token_urlsafe(24),
            "began": round(self.clock()),
            "stamp": _stamp(self.users[name]),
        }
        told = json.dumps(known)
        self.store.run(("SET", self._key(token), told, "EX", self.idle_seconds))
        return token

    @guarded
    def find(self, token: str) -> Visitor | None:
        """Return who has this token, and begin their idle time anew.

        Nobody, when they are no user any more or have another password by now.  Their
        role is what the configuration says today.
        """
        (text,) = self.store.run(("GETEX", self._key(token), "EX", self.idle_seconds))
        if text is None:
            return None
        known = json.loads(text)
        user = self.users.get(known["user"])
        too_long = self.clock() - known["began"] > LONGEST_SECONDS
        if user is None or known["stamp"] != _stamp(user) or too_long:
            return None
        return Visitor(known["user"], user.role, known["csrf"])

    @guarded
    def end(self, token: str) -> None:
        """Let nobody in with this token any more."""
        self.store.run(("DEL", self._key(token)))

    def _key(self, token: str) -> str:
        return self.keys.session(hashlib.sha256(token.encode()).hexdigest())


def _stamp(user: JournalUser) -> str:
    """Return what changes with the password."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]

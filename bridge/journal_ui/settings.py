"""Who may open the journal's pages: the ``journal`` section of the configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from bridge.errors import ConfigError
from bridge.language.zone import zone

HASH = re.compile(r"(scrypt|pbkdf2):[^$\s]+\$[^$\s]+\$[0-9a-f]{32,}")
"""What ``sitoo-bridge journal-user`` makes, and nothing that could be a password."""

NAME = re.compile(
    r"[^\s\x00-\x1f\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]{0,62}[^\s\x00-\x1f\x7f-\x9f])?"
)
"""A user's name: it goes into the journal with whatever its user does."""


@dataclass(frozen=True)
class JournalUser:
    """One person who looks after redeems."""

    password_hash: str = field(repr=False)
    """What ``sitoo-bridge journal-user`` makes of the password."""

    role: Literal["read", "operate"] = "read"
    """``operate`` may also try, undo and close redeems."""

    language: Literal["", "en", "sv", "nb", "da", "fi", "de"] = ""
    """What the pages speak to them; unsaid, what their browser asks for, or English."""

    def __post_init__(self) -> None:
        if not HASH.fullmatch(self.password_hash):
            raise ValueError(
                "password_hash: must be what `sitoo-bridge journal-user` makes, "
                "not a password"
            )


@dataclass(frozen=True)
class JournalSettings:
    """The pages are off while there are no users."""

    users: dict[str, JournalUser] = field(default_factory=dict)
    """Their names, each with a hash and a role."""

    time_zone: str | None = None
    """In which zone people read times and type days, as ``Europe/Stockholm``; unsaid,
    it is the one of each site's country."""

    session_minutes: int = 30
    """How long somebody stays signed in without doing anything."""

    over_https: bool = True
    """Whether browsers come over HTTPS, as they must wherever there is a network in
    between: their cookie is then for HTTPS only.  ``false`` is for trying the pages on
    one's own machine."""

    def __post_init__(self) -> None:
        problems = [
            f"users: {name!r} cannot be a name: use up to 64 printable characters"
            for name in self.users
            if not NAME.fullmatch(name)
        ]
        try:
            zone(self.time_zone or "UTC")
        except ValueError as error:
            problems.append(f"time_zone: {error}")
        if self.session_minutes < 1:
            problems.append("session_minutes: must be 1 or more")
        if problems:
            raise ConfigError(*problems)

"""What a configuration lets others do, beyond what its owner may have thought of."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from bridge.config import Draft, plain_secrets

SHORTEST = 16
"""Characters of a till's password: a guesser is answered all day long, and the pages
of the documentation advise 20."""

LOOPBACK = ("127.", "[::1]", "localhost", "unix:")
"""How addresses begin that only this machine reaches."""


def exposed(path: Path, draft: Draft) -> Iterator[str]:
    """Yield a warning for each of them, with its key and what to do."""
    plain = list(plain_secrets(draft))
    for place in plain:
        yield f"{place}: is written out: use env:NAME or file:PATH"
    if plain and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield f"{path}: others on this machine may read the passwords in it: chmod 600"
    for site in draft.sites:
        for user, passwords in site.users.items():
            if min(len(one.reveal()) for one in passwords) < SHORTEST:
                yield (
                    f"sites.{site.name}.users.{user}: is shorter than {SHORTEST} "
                    "characters, which is all that withstands guessing: have a program "
                    "make one of 20"
                )
    server = draft.sections["server"]
    if server is not None:
        yield from _forged(server.bind, server.trusted_proxies)


def _forged(bind: str, trusted: object) -> Iterator[str]:
    """Say where anybody can have any address, or everybody has the same one."""
    here = bind.startswith(LOOPBACK)
    if not trusted and here:
        same = "unix" if bind.startswith("unix:") else "127.0.0.1"
        yield (
            f"server.trusted_proxies: nobody but this machine reaches {bind}, so all "
            "clients have one address, that of a proxy, for the log and for whoever "
            f"guesses passwords: have the proxy set X-Forwarded-For, and write [{same}]"
        )
    elif isinstance(trusted, int) and trusted and not here:
        yield (
            f"server.trusted_proxies: whoever reaches {bind} without the proxy can say "
            "that they have any address: list the proxies' own addresses here"
        )

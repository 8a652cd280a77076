"""How long clients are waited for, and how much of them is kept meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.spi.door.proxies import TrustedProxies

IDLE_SECONDS = 5.0
"""How long idle connections stay open at a stop.  A request may be on its way there, so
it has to be longer than a proxy keeps them: docs/retailers/nginx.conf has 4 s."""

ANSWER_SECONDS = 5.0
"""How long a client may take to read one answer, all of it."""

UNREAD_BYTES = 64 * 1024 * 1024
"""So much of all answers is kept for clients that are slow to read them."""

LEAVE_SECONDS = 0.5
LEAVE_PIECES = 16
"""How long, and how many pieces, a client may go on sending that is to hang up: it
reads its answer meanwhile, which closing at once could take away again."""


@dataclass(frozen=True)
class Patience:
    """How long clients are waited for, in seconds, and how many of them."""

    head: float
    body: float
    idle: float
    connections: int
    per_address: int
    proxies: TrustedProxies
    """Who may have as many as they like."""

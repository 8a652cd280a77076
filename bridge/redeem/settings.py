"""How a redeem behaves: the ``redeem`` section of the configuration."""

from __future__ import annotations

from dataclasses import dataclass

from bridge import bounds

GRACE = 5.0
"""Seconds a claim outlasts its deadline.

After the deadline no request is sent any more, so a worker that is overtaken has long
stopped calling the CRM, even if the clocks of two machines differ a little.
"""

SECOND_TAP_SECONDS = 5.0
"""How long a success that nobody heard waits for the same request, before it is undone.

Whoever wants one of its items meanwhile need not wait: that undoes it at once.
"""


NEWCOMER_SECONDS = 30.0
"""How long after a customer was added the same request gets the same customer."""


@dataclass(frozen=True)
class RedeemSettings:
    """Durations are in seconds unless the key says otherwise."""

    replay_seconds: float = 60.0
    """How long after its success the same request gets the same redeem_id.

    0: only while the first one, or what a dead worker has left of it, is in the way.
    Longer forgives slower cashiers.  But a customer with two equal promotions under
    one id, redeemed twice at one register within this time, is served only once.
    """

    doubt_seconds: float = 60.0
    """How long a request whose answer was lost may still take effect in the CRM.

    Until then "not spent" is asked about again, and the item stays reserved.
    """

    parallel: int = 8
    """How many items of one redeem are sent to the CRM at once."""

    keep_days: int = 100
    """How long a settled redeem stays in the journal; refunds may come late."""

    idempotency_hours: int = 24
    """How long an Idempotency-Key is remembered."""

    stuck_after_attempts: int = 8
    """After how many attempts of recovery a redeem counts as stuck."""

    retry_seconds: float = 2.0
    """How long recovery waits after a first failure; it doubles from there."""

    retry_at_most_seconds: float = 300.0
    """How long recovery waits at most, for stuck redeems too."""

    poll_seconds: float = 1.0
    """How often recovery looks for redeems that are due."""

    attempt_seconds: float = 30.0
    """How long one attempt of recovery may take."""

    recovery_parallel: int = 4
    """How many redeems of one site recovery drives at once."""

    def __post_init__(self) -> None:
        """Refuse what would redeem nothing, recover nothing, or remember nothing."""
        bounds.at_least_one(self, AT_LEAST_ONE)
        bounds.few_threads(self, ("parallel", "recovery_parallel"))
        bounds.above_zero(self, ("poll_seconds", "attempt_seconds"))


AT_LEAST_ONE = ("parallel", "recovery_parallel", "keep_days", "idempotency_hours")

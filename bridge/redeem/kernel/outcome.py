"""What became of a call to the CRM, in the terms that a redeem needs.

Knows neither Redis nor requests: only whether the CRM may have changed.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from bridge.errors import (
    AccessRefused,
    CannotRedeem,
    Misread,
    NotDone,
    OutcomeUnknown,
    Refused,
    RequestError,
    UpstreamError,
)

log = logging.getLogger(__name__)

T = TypeVar("T")


Outcome = UpstreamError | None
"""What became of one call: ``None`` when the part is where it should be."""


def trusted(call: Callable[[], T]) -> T:
    """Call the mapping; whatever it raises, say whether the CRM may have changed."""
    try:
        return call()
    except UpstreamError:
        raise
    except RequestError as error:
        raise CannotRedeem(error.said, detail=error.detail) from error
    except Exception as error:
        log.error("the mapping broke during a redeem", exc_info=True)
        raise Misread from error


def unanswered(error: UpstreamError) -> UpstreamError:
    """Return the error after a question: a refusal to answer leaves it all unknown."""
    if isinstance(error, Refused) and not isinstance(error, AccessRefused):
        return OutcomeUnknown()
    return error


def refusal(error: NotDone) -> NotDone:
    """Return the error as the POS is to see it: a refusal to redeem is a 409."""
    if isinstance(error, Refused) and not isinstance(error, AccessRefused):
        return CannotRedeem(error.said, detail=error.detail)
    return error


def most_telling(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the failure that tells a cashier most: a refusal before a silence."""
    failures = [outcome for outcome in outcomes if outcome is not None]
    order = (Refused, OutcomeUnknown, UpstreamError)
    ranked = itertools.chain.from_iterable(
        [failure for failure in failures if isinstance(failure, kind)] for kind in order
    )
    return next(ranked, None)

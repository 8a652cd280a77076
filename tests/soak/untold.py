"""Redeems that stay spent though no till was told so: which of them are the one gap.

A success that is written down stays, whatever becomes of the worker that has to tell
it: whether the till heard of it is what nobody can know.  So there are two ways, and
each has to be shown from what others wrote down:

* *cut off*: the worker was killed after that, and nginx says it got no answer from it
* *crossed*: the answer was sent, and the till had hung up, or was cut off, meanwhile

The same request after that is given the success, so nothing else may refuse it.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.soak.history import Books, Call, Written

SLACK = 0.05
"""Seconds by which two of a machine's clocks may differ, and a log may come late."""

WORKS_ON = 13.0
"""Seconds after its arrival in which a request's worker may still be on it: its
deadline, and how much longer its claim lasts."""

REFUSED = 409
"""What a till is told of its own success by nobody; 429, 503 and 504 begin nothing."""

CUT_OFF, CROSSED = "cut off", "crossed"


def excuse(redeem: Written | None, equal: Iterable[Call], books: Books) -> str:
    """Return which of the two it was, or "" where nothing shows either.

    ``equal``: all calls that wanted what is spent.
    """
    if redeem is None or not redeem.redeemed:
        return ""
    calls = list(equal)
    for call in calls:
        if (found := _own(redeem, call, books)) and not any(
            _refused_later(redeem, call, other) for other in calls
        ):
            return found
    return ""


def _own(redeem: Written, call: Call, books: Books) -> str:
    """Return why this call was not told of the success that was written for it."""
    passed = books.passed.get(call.mark)
    answered = books.answered.get(call.mark)
    if passed is None or call.status == 200 or call.began > redeem.settled_at + SLACK:
        return ""
    if call.status == 0 and 200 in (answered, passed.upstream_status):
        return CROSSED
    if passed.upstream_status in (0, 502) and passed.status in (499, 503):
        last = call.ended if passed.upstream_status else call.began + WORKS_ON
        if _died(books, passed.port, redeem.settled_at, last):
            return CUT_OFF
    return ""


def _died(books: Books, port: int, first: float, last: float) -> bool:
    return any(
        kill.port == port and first - SLACK <= kill.at <= last + SLACK
        for kill in books.kills
    )


def _refused_later(redeem: Written, call: Call, other: Call) -> bool:
    return (
        (other.till, other.customer) == (call.till, call.customer)
        and other.status == REFUSED
        and other.ended > redeem.settled_at + SLACK
    )

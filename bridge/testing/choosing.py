"""Suites that select themselves: a test stays if the mapping offers what it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from bridge.mapping import ALL_AT_ONCE, ONE_BY_ONE, Mapping, offers

Test = TypeVar("Test", bound=Callable[..., Any])

REDEEMING = "redeeming"
"""Offered by a mapping that redeems, one by one or all at once."""


def needs(*verbs: str) -> Callable[[Test], Test]:
    """Mark a test of the kit: without these verbs there is nothing to test."""

    def mark(test: Test) -> Test:
        test.needs = verbs  # type: ignore[attr-defined]
        return test

    return mark


def has(mapping: type[Mapping], verb: str) -> bool:
    """Whether a mapping offers a verb, or redeems at all."""
    if verb == REDEEMING:
        return offers(mapping, ONE_BY_ONE[0]) or at_once(mapping)
    return offers(mapping, verb)


def at_once(mapping: type[Mapping]) -> bool:
    """Whether the bridge would use its batch verbs."""
    return offers(mapping, ALL_AT_ONCE[0])


def choose(suite: type, mapping: type[Mapping]) -> None:
    """Take away from a test class what its mapping does not offer."""
    for name in dir(suite):
        wanted = getattr(getattr(suite, name), "needs", ())
        if not all(has(mapping, verb) for verb in wanted):
            # pytest collects no attribute that is None.
            setattr(suite, name, None)

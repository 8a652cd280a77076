"""What one kind of national number looks like, and the one form that it is kept in.

The form depends on the shape alone.  Whether a number is valid is another question:
countries give numbers out whose check digit does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from bridge.spi.identity.letters import plain_dashes

SEPARATORS = r"\s./:'-"
"""What people put between the parts of a number, as a set of a regular expression."""


class Kind(NamedTuple):
    """One kind of number that a country gives to people or companies."""

    shape: re.Pattern[str]
    """Of the whole number: upper-case, without separators."""

    separators: re.Pattern[str]

    form: str = r"\g<0>"
    """What becomes of it: a template for ``Match.expand``."""

    check: Any = None
    """stdnum's module for the form, where it has one."""

    def match(self, typed: str) -> re.Match[str] | None:
        """Match a number, however its parts are separated, in any case."""
        return self.shape.fullmatch(self.separators.sub("", typed).upper())


def kind(
    shape: str,
    form: str = r"\g<0>",
    check: Any = None,
    *,
    separators: str = SEPARATORS,
) -> Kind:
    """Return a kind of number; ``shape`` is a regular expression for all of it."""
    apart = re.compile(f"[{separators}]")
    return Kind(re.compile(shape, re.ASCII), apart, form, check)


def formed(typed: str, kinds: Sequence[Kind]) -> str | None:
    """Return a number in the form of the first kind that it looks like."""
    typed = plain_dashes(typed)
    for one in kinds:
        match = one.match(typed)
        if match:
            return match.expand(one.form)
    return None


def checks(form: str, kinds: Sequence[Kind]) -> bool | None:
    """Whether a number in its form is valid; ``None`` where nobody can tell."""
    checked = [
        bool(one.check.is_valid(form)) for one in kinds if one.check and one.match(form)
    ]
    return any(checked) if checked else None

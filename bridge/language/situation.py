"""A sentence in English that can be said in other languages, too."""

from __future__ import annotations

from typing import Any


class Situation(str):
    """The English sentence itself, which also knows what it was made from.

    So it goes wherever a text goes; ``Reader.say`` says it in another language.
    """

    pattern: str
    """The sentence with ``{name}`` wherever something varies: what catalogues know."""

    named: dict[str, Any]
    """What varies: numbers, texts, and other situations, which are said as well."""

    def __new__(cls, pattern: str, /, **named: Any) -> Situation:
        """Make a situation of a sentence; without parameters, braces mean nothing."""
        if isinstance(pattern, Situation) and not named:
            return pattern
        made = super().__new__(cls, pattern.format(**named) if named else pattern)
        made.pattern, made.named = str(pattern), named
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.pattern,), self.named

    @classmethod
    def known_as(cls, plain: str, pattern: str, /, **named: Any) -> Situation:
        """Return a situation that programmers read as something plainer."""
        made = super().__new__(cls, plain)
        made.pattern, made.named = pattern, named
        return made

    def format(self, *_args: Any, **_named: Any) -> Situation:
        """Return it as it is: nothing of it is open any more."""
        return self


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues, where nothing else tells that it is one."""
    return sentence

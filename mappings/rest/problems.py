"""What is wrong with a file, and what it names, collected while it is compiled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from bridge.mapping import Vocabulary
from mappings.rest.expressions import Expression

NOTHING = Expression("@")
"""Stands for an expression that is wrong, so that the rest can be looked at."""


@dataclass(frozen=True)
class Place:
    """A place in the file, and what may be used there."""

    problems: list[str]
    path: str = ""
    scope: frozenset[str] | None = None
    """The names that a template may begin with; ``None`` for an answer's."""

    names: set[str] = field(default_factory=set)
    """The members of answers that the whole file reads."""

    words: set[tuple[str, str]] = field(default_factory=set)
    """The words that it knows, each with the member it may stand in."""

    codes: set[str] = field(default_factory=set)
    """Members that hold words of the SPI's, or of the whole world."""

    @property
    def vocabulary(self) -> Vocabulary:
        """Return what the file names of answers."""
        return Vocabulary(
            frozenset(self.names), frozenset(self.words), frozenset(self.codes)
        )

    def __truediv__(self, key: str) -> Place:
        return replace(self, path=f"{self.path}.{key}" if self.path else key)

    def __getitem__(self, at: int) -> Place:
        return replace(self, path=f"{self.path}[{at}]")

    def having(self, *names: str) -> Place:
        """Return the same place, where these names may be used as well."""
        return replace(self, scope=(self.scope or frozenset()) | {*names})

    def wrong(self, problem: str) -> None:
        """Keep what is wrong here."""
        self.problems.append(f"{self.path}: {problem}")

    def expression(self, text: str) -> Expression:
        """Compile an expression, or keep why it is none."""
        try:
            expression = Expression(text)
        except ValueError as error:
            self.wrong(str(error))
            return NOTHING
        self.names.update(expression.names)
        self.knows(expression, expression.words)
        return expression

    def knows(self, expression: Expression, words: Iterable[str]) -> None:
        """Keep the words that may be found by an expression."""
        self.words.update(
            (name, word) for word in words for name in expression.names if word
        )

    def known(self, expression: Expression) -> None:
        """Keep what an expression asks for and nothing fills."""
        for name in sorted(expression.roots - (self.scope or frozenset())):
            self.wrong(f"nothing fills ${{{name}}}: {_advice(name, self.scope or ())}")

    def among(self, names: Iterable[str], known: Iterable[str]) -> None:
        """Keep the names that are not known here."""
        known = [*known]
        for name in names:
            if name not in known:
                (self / name).wrong(f"is not known: {_advice(name, known)}")


def _advice(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = get_close_matches(name, names, 1)
    if close:
        return f"did you mean {close[0]}?"
    return f"there are {', '.join(names)}" if names else "there is nothing here"

"""What the CRM's failures mean: by its own codes, or by their status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.errors import (
    AccessRefused,
    BridgeError,
    Missing,
    OutcomeUnknown,
    Refused,
    Situation,
    Throttled,
    Unavailable,
)
from bridge.mapping import Answer
from mappings.rest.description.parts import Condition, Refusal, Value
from mappings.rest.description.shape import Refusals
from mappings.rest.expressions import ODD, Expression
from mappings.rest.kinds import Kind
from mappings.rest.problems import Place
from mappings.rest.reading import Reader
from mappings.rest.templates import Text

ERRORS: dict[str, type[BridgeError]] = {
    "refused": Refused,
    "missing": Missing,
    "unavailable": Unavailable,
    "throttled": Throttled,
    "no_access": AccessRefused,
    "unknown": OutcomeUnknown,
}


class Explainer:
    """Names a failure; ``None`` leaves it to its status."""

    def __init__(self, said: Refusals, reader: Reader, place: Place) -> None:
        self._code = said.code and (place / "code").expression(said.code)
        if self._code:
            place.knows(self._code, said.codes)
        if said.codes and not said.code:
            (place / "code").wrong("is missing: where do the codes stand?")
        self._about = _about(said.about, reader, place / "about")
        self._codes = {
            code: _Named(one, place / "codes" / code)
            for code, one in said.codes.items()
        }
        self._rules = [
            (
                one.status,
                ((place / "rules")[at] / "when").expression(one.when),
                _Named(one, (place / "rules")[at]),
            )
            for at, one in enumerate(said.rules)
        ]

    @property
    def says_nothing(self) -> bool:
        """Whether all is left to the status."""
        return not (self._codes or self._rules)

    def __call__(self, answer: Answer) -> BridgeError | None:
        """Return what a failure means."""
        body = answer.body
        named = self._by_code(body)
        for status, when, one in [] if named else self._rules:
            if status in (None, answer.status) and _holds(when, body):
                named = one
                break
        return named.error({"about": self._about(body)}) if named else None

    def _by_code(self, body: Any) -> _Named | None:
        try:
            code = self._code(body) if self._code else None
        except ODD:
            return None
        if isinstance(code, bool) or not isinstance(code, str | int):
            return None
        return self._codes.get(str(code))


def _holds(when: Expression, body: Any) -> bool:
    """Say whether a condition holds; of a failure it was not made for it says no."""
    try:
        return when.holds(body)
    except ODD:
        return False


class Conditions:
    """What an answer says that is a refusal, though nothing failed."""

    def __init__(self, said: Sequence[Condition], place: Place) -> None:
        self._conditions = [
            ((place[at] / "when").expression(one.when), _Named(one, place[at]))
            for at, one in enumerate(said)
        ]

    def __call__(self, body: Any) -> None:
        """Raise the first that holds; ``ODD`` errors over an odd answer."""
        for when, named in self._conditions:
            if when.holds(body):
                raise named.error({"about": ""})


class _Named:
    """One error with its text, which never repeats what the CRM has said."""

    def __init__(self, said: str | Refusal, place: Place) -> None:
        whole = Refusal(text=said) if isinstance(said, str) else said  # type: ignore[arg-type]
        self._kind = ERRORS[whole.error]
        self._text = Text(whole.text, place.having("about"))
        # As the catalogues know it, where they do: so it is said in other languages.
        self._known = whole.text.replace("${about}", "{thing}")
        if "{" in self._known.replace("{thing}", ""):
            self._known = ""

    def error(self, words: Mapping[str, Any]) -> BridgeError:
        if "{thing}" in self._known:
            return self._kind(self._known, thing=Situation(str(words["about"])))
        return self._kind(self._text.fill(words))


def _about(said: Value | None, reader: Reader, place: Place) -> Any:
    """Compile what a failure is about: a word of ours, whatever the CRM says."""
    if said is None:
        return lambda _: ""
    if said.table is None:
        (place / "table").wrong("is missing: a text must not repeat what the CRM says")
    if not isinstance(said.default, str):
        (place / "default").wrong("is missing: what is said of anything else?")
    read = reader.value(Kind(), said, place)

    def about(body: Any) -> str:
        try:
            return str(read(body))
        except ODD:
            return str(said.default)

    return about

"""Lists what the code has, so that the reference cannot say anything else.

``.. settings:: module.Class`` shows the keys of a settings dataclass with their types,
defaults and docstrings; ``.. keys:: module.Class`` those of a section of a mapping's
file; ``.. metrics::`` shows what the bridge counts; ``.. errors::`` shows the classes
of errors with the HTTP status and the text that each has by itself, and
``.. cashier-texts::`` what a cashier reads in each language.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

from bridge import errors, metrics
from bridge.language import LANGUAGES, reader
from bridge.spi.door.verdicts import Verdict
from bridge.spi.operations import customers, redeem


class Listing(Directive):
    """Writes reStructuredText and has it parsed in place."""

    def run(self) -> list[nodes.Node]:
        """Return what ``lines`` writes."""
        place = nodes.section()
        place.document = self.state.document
        self.state.nested_parse(StringList(list(self.lines())), 0, place)
        return place.children

    def lines(self) -> Iterator[str]:
        """Yield lines of reStructuredText."""
        raise NotImplementedError


class Settings(Listing):
    """The keys of one section of the configuration."""

    required_arguments = 1

    def lines(self) -> Iterator[str]:
        """Yield a definition for each key."""
        module, _, name = self.arguments[0].rpartition(".")
        section = getattr(importlib.import_module(module), name)
        said = ModuleAnalyzer.for_module(section.__module__).find_attr_docs()
        for field in dataclasses.fields(section):
            yield f"``{field.name}`` ({_type(field.type)}{_default(field)})"
            for line in said.get((name, field.name), [""]):
                yield f"    {line}"
            yield ""


def _type(hint: Any) -> str:
    return str(hint).replace("Secret", "secret")


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return f", by default ``{field.default!r}``"
    if field.default_factory is not dataclasses.MISSING:
        return ", has defaults"
    return ", needed"


class Keys(Listing):
    """The keys of a section of a file, those aside that it has from another one."""

    required_arguments = 1

    def lines(self) -> Iterator[str]:
        """Yield a definition for each key."""
        module, _, name = self.arguments[0].rpartition(".")
        section = getattr(importlib.import_module(module), name)
        said = ModuleAnalyzer.for_module(section.__module__).find_attr_docs()
        (above, *_) = [*section.__mro__[1:-1], None]
        if above is not None:
            yield f"Besides the keys of {above.__name__}:"
            yield ""
        own = vars(section).get("__annotations__", {})
        for field in dataclasses.fields(section):
            if field.name in own:
                yield f"``{field.name}`` ({_words(field.type)}{_needed(field)})"
                for line in said.get((name, field.name), [""]):
                    yield f"    {line}"
                yield ""


PLAIN = {
    "Any": "anything",
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
}


def _words(hint: Any) -> str:
    """Say a type as people do who write YAML."""
    text = str(hint).removesuffix(" | None")
    if text.startswith("Literal["):
        return "one of " + text[8:-1].replace('"', "")
    for container in ("tuple[", "frozenset["):
        if text.startswith(container):
            return "a list, each " + _words(text[len(container) : -1].split(", ...")[0])
    if text.startswith("dict[str, "):
        return "names, each with " + _words(text[10:-1])
    return " or ".join(
        PLAIN.get(one, one[:1].lower() + one[1:]) for one in text.split(" | ")
    )


def _needed(field: dataclasses.Field[Any]) -> str:
    missing = dataclasses.MISSING
    needed = field.default is missing and field.default_factory is missing
    return ", needed" if needed else ""


class Metrics(Listing):
    """What the bridge counts."""

    def lines(self) -> Iterator[str]:
        """Yield a definition for each metric."""
        for metric in vars(metrics).values():
            described = getattr(metric, "_documentation", None)
            if described:
                labels = ", ".join(metric._labelnames) or "no labels"
                (told,) = metric.describe()
                # As Prometheus has it: the client takes the end off a counter's name.
                end = "_total" if told.type == "counter" else ""
                yield f"``{told.name}{end}`` ({told.type}; {labels})"
                yield f"    {described}."
                yield ""


class Errors(Listing):
    """What the POS can be told."""

    def lines(self) -> Iterator[str]:
        """Yield a definition for each class of errors."""
        for kind in vars(errors).values():
            if inspect.isclass(kind) and issubclass(kind, errors.BridgeError):
                yield f"{kind.status} ``{kind.__name__}``"
                yield f"    {kind().errortext}"
                yield ""


class CashierTexts(Listing):
    """What a cashier reads, in each language; the same error says it by operation."""

    def lines(self) -> Iterator[str]:
        """Yield a table with a row for each situation."""
        yield from (
            ".. list-table::",
            "   :header-rows: 1",
            "   :widths: 8 14 48 30",
            "",
        )
        yield from _row(
            "Status", "What", "What the cashier reads", "What the till does"
        )
        for what, status, text, till in sorted(situations(), key=lambda one: one[2]):
            said = [f"| {reader(language).say(text)}" for language in LANGUAGES]
            yield from _row(status, what, "\n".join(said), till)
        yield ""


def _row(*cells: str) -> Iterator[str]:
    for number, cell in enumerate(cells):
        first, *others = cell.split("\n")
        yield f"   {' ' if number else '*'} - {first}"
        yield from (f"       {line}" for line in others)


NOT_AS_IT_IS = "Shows the text, and does not send the same again."
LATER = "Sends the same again after ``Retry-After``, or some seconds: nothing was done."
BY_ITSELF = (
    "Nothing: the bridge goes on by itself. The same again is 200 when it is done."
)
LOOK_FIRST = (
    "Reads again; after a write, it looks what there is before it writes again."
)
HIDES = "Does not offer it."

TILL_DOES = {
    "mistake": "Shows the text; the same again does no harm.",
    "impossible": "Shows the text; sends what the cashier has corrected, if anything.",
    "refused": NOT_AS_IT_IS,
    "shut out": "Shows the text: whoever runs the bridge has to mend it.",
    "held": LATER,
    "not asked": LATER,
    "not reached": LATER,
    "put off": LATER,
    "hung up": LATER,
    "no journal": "Goes on with customers; redeems and undoes again after a while.",
    "too late": "Sends the same again: what was redeemed is given back, or found.",
    "no answer": LOOK_FIRST,
    "failed": LOOK_FIRST,
    "no answer, redeem": "Sends the same again at once: nothing is taken twice.",
    "failed, redeem": "Sends the same again at once: nothing is taken twice.",
    "refused, redeem": "Takes away what the cashier says, and sends the rest.",
    "no answer, undo": BY_ITSELF,
    "failed, undo": BY_ITSELF,
    "not asked, undo": BY_ITSELF,
    "not reached, undo": BY_ITSELF,
    "gone, undo": "Shows the text: only what this bridge has redeemed can be undone.",
    "no answer, create": "Searches for the customer, and adds nobody who is there.",
    "failed, create": "Searches for the customer, and adds nobody who is there.",
    "refused, create": "Sends what the cashier has corrected.",
    "no answer, update": "Reads the customer, and sends what is still missing.",
    "failed, update": "Reads the customer, and sends what is still missing.",
    "refused, update": "Sends what the cashier has corrected.",
    "not offered": HIDES,
}
"""By what happened, and by the operation where that makes a difference."""


def situations() -> Iterator[tuple[str, str, str, str]]:
    """Yield what happened, the statuses, the text, and what a till does then."""
    kinds = {
        one
        for one in vars(errors).values()
        if inspect.isclass(one) and issubclass(one, errors.BridgeError)
    }
    statuses: dict[str, set[int]] = {}
    for kind in kinds:
        statuses.setdefault(kind.what, set()).add(kind.status)
        yield _situation(kind.what, "", {kind.status}, errors.own_text(kind))
    for module in (customers, redeem):
        for name, verdict in vars(module).items():
            if isinstance(verdict, Verdict):
                statuses |= {"refused": {verdict.refused}, "gone": {404}}
                for what, text in verdict.texts.items():
                    yield _situation(what, name.lower(), statuses[what], text)
                if verdict.lacking:
                    lacking = {verdict.lacking}
                    yield _situation(
                        "not offered", name.lower(), lacking, verdict.lacks
                    )


def _situation(
    what: str, operation: str, statuses: set[int], text: str
) -> tuple[str, str, str, str]:
    named = f"{what}, {operation}" if operation else what
    till = TILL_DOES[named if named in TILL_DOES else what]
    return named, ", ".join(map(str, sorted(statuses))), text, till


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("settings", Settings)
    app.add_directive("keys", Keys)
    app.add_directive("metrics", Metrics)
    app.add_directive("errors", Errors)
    app.add_directive("cashier-texts", CashierTexts)
    return {"parallel_read_safe": True}

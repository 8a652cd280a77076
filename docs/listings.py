"""Lists what the code has, so that the reference cannot say anything else.

``.. settings:: module.Class`` shows the keys of a settings dataclass with their types,
defaults and docstrings; ``.. metrics::`` shows what the bridge counts; ``.. errors::``
shows the classes of errors with the HTTP status and the text that each has by itself.
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


class Metrics(Listing):
    """What the bridge counts."""

    def lines(self) -> Iterator[str]:
        """Yield a definition for each metric."""
        for metric in vars(metrics).values():
            described = getattr(metric, "_documentation", None)
            if described:
                labels = ", ".join(metric._labelnames) or "no labels"
                yield f"``{next(iter(metric.describe())).name}`` ({labels})"
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


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("settings", Settings)
    app.add_directive("metrics", Metrics)
    app.add_directive("errors", Errors)
    return {"parallel_read_safe": True}

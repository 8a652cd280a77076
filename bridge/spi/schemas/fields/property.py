"""One property of an SPI object: what both directions ask of it.

A property *in a request* must be right as it stands; marshmallow loads it, and nothing
is coerced.  A property *in an answer* is presented: as it stands where the model's own
types say all there is to say, repaired where that is certain, otherwise ``Wrong``.

Knows nothing of whole objects; ``answer.py`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from marshmallow import fields
from marshmallow.validate import Validator

from bridge.language import _

Report = Callable[[str, str], None]
"""Told ``("promotions.name", "dropped")``: names only, never a value.

The first is the property at fault.  The second is "repaired", "left out" (it, or the
optional object that needs it) or "dropped" (the element of a list that needs it).
"""

Present = Callable[[Any, str, Report], Any]
"""Turns a value of the model, for a site's country, into JSON, or raises ``Wrong``."""


class Wrong(Exception):
    """No repair is certain.  ``path`` names the property at fault, where known."""

    def __init__(self, path: str = "") -> None:
        super().__init__(path)
        self.path = path


class Nothing(Wrong):
    """The CRM has nothing to say here: no fault, and nothing to report."""


class Property(fields.Field[Any]):
    """A property, described in our own words for the API description.

    ``essential``: an optional property without which its object would say something
    false; if it is there but wrong, so is the object.  ``absent``: what a required
    property says when the CRM has nothing to say; a function is given the object of the
    model, and returns ``None`` where nothing can stand in.
    """

    def __init__(
        self,
        description: str = "",
        *,
        rules: Sequence[Validator] = (),
        essential: bool = False,
        absent: str | Callable[[Any], Any] | None = None,
        metadata: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        described = {"description": description} if description else {}
        super().__init__(
            validate=list(rules),
            metadata=described | (metadata or {}),
            error_messages={
                "required": _("is required"),
                "null": _("must not be null"),
            },
            **options,
        )
        self.essential = essential
        self.absent = absent

    def shown(self, value: Any) -> Any:
        """Return the JSON for a value that needs no repair, otherwise ``None``."""
        raise NotImplementedError

    def repaired(self, value: Any, country: str) -> Any:
        """Return the JSON for a value that can be repaired, or raise ``Wrong``."""
        raise Wrong

    def presenter(self, path: str) -> Present:
        """Return what presents this property; ``path`` is its name for reports."""
        shown, repaired = self.shown, self.repaired

        def present(value: Any, country: str, report: Report) -> Any:
            ready = shown(value)
            if ready is None:
                ready = repaired(value, country)
                report(path, "repaired")
            return ready

        return present


class Written(Property):
    """A property that is written as a text: an empty one clears it, as null does."""

    def deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        """Load a value."""
        if self.allow_none and isinstance(value, str) and not value.strip():
            value = None
        return super().deserialize(value, *args, **options)

"""The marshmallow fields that read settings from YAML.

They know shapes (a value, a list, names with values, a section) and no setting.  No
message repeats a value, which might be a secret at the wrong place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields


class Setting(fields.Field[Any]):
    """What all have in common: a text that says what is expected."""

    def __init__(self, expected: str, **keywords: Any) -> None:
        super().__init__(
            error_messages={
                "required": f"is missing: it must be {expected}",
                "null": f"is empty: it must be {expected}",
            },
            **keywords,
        )
        self.expected = expected

    def refusal(self) -> ValidationError:
        """Return the error for a value of another shape."""
        return ValidationError(f"must be {self.expected}")


class Value(Setting):
    """One value, which ``read`` accepts, or refuses with Type- or ``ValueError``."""

    def __init__(
        self, expected: str, read: Callable[[Any], Any], **keywords: Any
    ) -> None:
        super().__init__(expected, **keywords)
        self._read = read

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        try:
            return self._read(value)
        except TypeError:
            raise self.refusal() from None
        except ValueError as error:
            raise ValidationError(str(error)) from None


class Section(Setting):
    """A dataclass of its own; an empty section stands for its defaults."""

    def __init__(self, schema: Schema, **keywords: Any) -> None:
        super().__init__("a section with keys of its own", **keywords)
        self._schema = schema

    def deserialize(self, value: Any, *rest: Any, **keywords: Any) -> Any:
        """Read an empty section like one with no keys."""
        if value is None and not self.allow_none:
            value = {}
        return super().deserialize(value, *rest, **keywords)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.refusal()
        return self._schema.load(value)


class OneOf(Setting):
    """One of several dataclasses; ``kind`` says which."""

    def __init__(self, kinds: Mapping[str, Schema], **keywords: Any) -> None:
        super().__init__(f"a section with a kind: {' or '.join(kinds)}", **keywords)
        self._kinds = {kind: Section(schema) for kind, schema in kinds.items()}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, Mapping) or value.get("kind") not in self._kinds:
            raise self.refusal()
        return self._kinds[value["kind"]].deserialize(value)


class Many(Setting):
    """A list; a single value stands for a list of one."""

    def __init__(
        self, inner: Setting, container: Callable[[list[Any]], Any], **keywords: Any
    ) -> None:
        super().__init__(f"a list, each of which is {inner.expected}", **keywords)
        self._inner = inner
        self._container = container

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, list):
            return self._container([self._inner.deserialize(value)])
        return self._container(list(_each(self._inner, enumerate(value)).values()))


class Table(Setting):
    """Names with a value of one type each."""

    def __init__(self, inner: Setting, **keywords: Any) -> None:
        super().__init__("names with values", **keywords)
        self._inner = inner

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.refusal()
        return _each(self._inner, ((str(key), one) for key, one in value.items()))


def _each(inner: Setting, values: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Read all values, and report all that are wrong, each under its own key."""
    read, wrong = {}, {}
    for key, value in values:
        try:
            read[key] = inner.deserialize(value)
        except ValidationError as error:
            wrong[key] = error.messages
    if wrong:
        raise ValidationError(wrong)
    return read

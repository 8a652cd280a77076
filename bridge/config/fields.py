"""The marshmallow fields that read settings from YAML.

They know shapes (a value, a list, names with values, a section) and no setting.  No
message repeats a value, which might be a secret at the wrong place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields

from bridge.errors import ConfigError


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

    def __init__(self, schema: Callable[[], Schema], **keywords: Any) -> None:
        """``schema`` is asked for at use: a section may be within one of its kind."""
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
        return self._schema().load(value)


class OneOf(Setting):
    """One of several dataclasses; ``kind`` says which."""

    def __init__(self, kinds: Mapping[str, Schema], **keywords: Any) -> None:
        super().__init__(f"a section with a kind: {' or '.join(kinds)}", **keywords)
        self._kinds = {
            kind: Section(partial(_itself, schema)) for kind, schema in kinds.items()
        }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        kind = value.get("kind") if isinstance(value, Mapping) else None
        if not isinstance(kind, str) or kind not in self._kinds:
            raise self.refusal()
        return self._kinds[kind].deserialize(value)


class Either(Setting):
    """A value of one of several types: the first that reads it."""

    def __init__(self, choices: Sequence[Setting], **keywords: Any) -> None:
        expected = [one.expected for one in choices]
        super().__init__(f"{', '.join(expected[:-1])}, or {expected[-1]}", **keywords)
        self._choices = choices

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        for one in self._choices:
            with suppress(ValidationError):
                return one.deserialize(value)
        raise self.refusal()


class ShortOr(Setting):
    """A section or names with values, or one value that stands for them."""

    def __init__(self, short: Setting, whole: Setting, **keywords: Any) -> None:
        super().__init__(f"{short.expected}, or {whole.expected}", **keywords)
        self._short = short
        self._whole = whole

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, Mapping):
            return self._whole.deserialize(value)
        try:
            return self._short.deserialize(value)
        except ValidationError:
            raise self.refusal() from None


class File(Setting):
    """What stands in a file of its own; the setting is its path."""

    def __init__(self, read: Callable[[Path], Any], **keywords: Any) -> None:
        super().__init__("the path of a file", **keywords)
        self._read = read

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, str) or not value:
            raise self.refusal()
        try:
            return self._read(Path(value))
        except ConfigError as error:
            raise ValidationError(list(error.problems)) from None


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


def _itself(schema: Schema) -> Schema:
    return schema


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

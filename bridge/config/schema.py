"""From a settings dataclass to a marshmallow schema, and from YAML to an instance."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from marshmallow import EXCLUDE, Schema, ValidationError, post_load, validates_schema
from marshmallow.fields import Field

from bridge.config.fields import Section
from bridge.config.hints import field_for
from bridge.config.sentences import sentences
from bridge.errors import ConfigError

T = TypeVar("T")


class SettingsSchema(Schema):
    """Reads one section into an instance of the dataclass that declares it."""

    class Meta:
        """Unknown keys are refused below, with a better text."""

        unknown = EXCLUDE

    settings: type

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _only_known(self, _: Any, original: Mapping[Any, Any], **__: Any) -> None:
        unknown = [key for key in original if key not in self.fields]
        if unknown:
            raise ValidationError(
                {key: closest(str(key), self.fields) for key in unknown}
            )

    @post_load
    def _make(self, values: dict[str, Any], **_: Any) -> Any:
        try:
            return self.settings(**values)
        except ConfigError as error:
            raise ValidationError(dict(map(self._placed, error.problems))) from None
        except ValueError as error:
            raise ValidationError(dict([self._placed(str(error))])) from None

    def _placed(self, problem: str) -> tuple[str, str]:
        """Split ``key: what is wrong``, as a dataclass says it, into the two."""
        key, found, rest = problem.partition(": ")
        if found and key.split(".")[0] in self.fields:
            return key, rest
        return "_schema", problem


@cache
def schema_of(settings: Any) -> Schema:
    """Return the schema of a settings dataclass."""
    hints = get_type_hints(settings)
    known: dict[str, Field[Any]] = {
        one.name: field_for(hints[one.name], schema_of, required=_is_required(one))
        for one in dataclasses.fields(settings)
        if one.init
    }
    schema = SettingsSchema.from_dict(known, name=settings.__name__)
    schema.settings = settings  # type: ignore[attr-defined]
    return schema()


def read(settings: type[T], raw: Any, path: str) -> T:
    """Read one section; ``ConfigError`` says everything that is wrong with it."""
    section = Section(lambda: schema_of(settings))  # type: ignore[arg-type]
    try:
        return cast(T, section.deserialize(raw))
    except ValidationError as error:
        raise ConfigError(*sentences(error.messages, path)) from None


def closest(key: str, known: Iterable[str]) -> str:
    """Say that a key is not known, and which one might be meant."""
    known = list(known)
    close = get_close_matches(key, known, 1)
    if close:
        return f"is not known: did you mean {close[0]}?"
    return f"is not known here: {'there are ' if known else 'there is no key'}" + (
        ", ".join(known)
    )


def _is_required(one: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return one.default is missing and one.default_factory is missing

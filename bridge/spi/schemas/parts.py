"""Properties that are objects or lists of something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import Length, Validator

from bridge.language import Situation
from bridge.spi.schemas.answer import (
    AnswerSchema,
    list_presenter,
    presenter,
    variant_presenter,
)
from bridge.spi.schemas.fields.property import Present, Property
from bridge.spi.schemas.fields.rules import ONE_OF


class Part(Property, fields.Nested):
    """An object inside another one."""

    def __init__(
        self, schema: type[AnswerSchema], description: str = "", **options: Any
    ) -> None:
        super().__init__(description, nested=schema, **options)
        self.part = schema

    def presenter(self, path: str) -> Present:
        return presenter(self.part, f"{path}.")


class Parts(Property, fields.List[Any]):
    """A list.  ``all_or_none``: it would be a lie without one of its elements.

    Such a list is left out whole, and with ``essential`` so is the object that has it.
    """

    def __init__(
        self,
        inner: Property,
        description: str = "",
        *,
        all_or_none: bool = False,
        essential: bool | None = None,
        rules: Sequence[Validator] = (),
        **options: Any,
    ) -> None:
        super().__init__(
            description,
            cls_or_instance=inner,
            rules=rules,
            essential=all_or_none if essential is None else essential,
            **options,
        )
        self.element = inner
        self.all_or_none = all_or_none

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValidationError("must be a list")
        # Before the elements: they could be many, and each could be wrong.
        for rule in self.validators:
            if isinstance(rule, Length):
                rule(value)
        elements: list[Any] = super()._deserialize(value, *args, **options)
        return elements

    def presenter(self, path: str) -> Present:
        present_one = self.element.presenter(path)
        return list_presenter(present_one, path, all_or_none=self.all_or_none)


class OneOf(Property):
    """One of several objects, told apart by their property ``type``."""

    def __init__(
        self,
        variants: Mapping[str, type[AnswerSchema]],
        description: str = "",
        **options: Any,
    ) -> None:
        super().__init__(description, **options)
        self.variants = variants

    @cached_property
    def _schemas(self) -> dict[str, AnswerSchema]:
        return {word: schema() for word, schema in self.variants.items()}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, dict):
            raise ValidationError("must be filled in part by part")
        word = value.get("type")
        if not isinstance(word, str) or word not in self.variants:
            words = ", ".join(self.variants)
            raise ValidationError({"type": [Situation(ONE_OF, words=words)]})
        return self._schemas[word].load(value)

    def presenter(self, path: str) -> Present:
        return variant_presenter(
            {
                schema.model: presenter(schema, f"{path}.")
                for schema in self.variants.values()
            }
        )

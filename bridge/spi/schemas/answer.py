"""Whole SPI objects: what leaves the bridge satisfies the SPI, whatever a CRM sends.

A schema's properties are compiled once into a table that a short loop walks: this is
the path that a cashier waits for.  The rules of the walk:

* ``None`` is left out of the JSON.
* An optional property that cannot be repaired is left out.
* A required property may have a stand-in, for display: what the rest of the object
  says, or a plain text.
* Without a required property an object is nothing: it is left out where it is optional
  itself, dropped from a list, and an error only where it is the whole answer.
* A list that had elements and has none left is wrong itself: an empty list would say
  that there are none.

marshmallow's own ``dump`` is not used: it can neither leave out nor drop.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

from marshmallow import EXCLUDE, Schema, post_load

from bridge.errors import Unpresentable
from bridge.language import Situation, _
from bridge.spi.schemas.fields.property import (
    Nothing,
    Present,
    Property,
    Report,
    Wrong,
)


class SpiSchema(Schema):
    """An object of the SPI.  What a request has in it besides is ignored."""

    class Meta:
        unknown = EXCLUDE

    error_messages = {"type": _("must be filled in part by part")}  # noqa: RUF012 -- marshmallow's


class AnswerSchema(SpiSchema):
    """An object of the SPI that a mapping hands over as an object of the model."""

    model: ClassVar[type]

    prepare: ClassVar[Any] = None
    """A function that puts what is said in the wrong property into the right one."""

    @post_load
    def into_model(self, data: dict[str, Any], **_: Any) -> Any:
        """Give what was loaded as an object of the model."""
        return self.model(**data)

    @classmethod
    def agree(cls, parts: dict[str, Any], country: str) -> Collection[str]:
        """Bring into line, in place, properties that depend on each other.

        ``country`` is the site's.  Return the names of those that were changed.
        """
        return ()

    @classmethod
    def answer(cls, value: object, country: str, report: Report) -> dict[str, Any]:
        """Return an object of the model as JSON that satisfies the SPI.

        ``country`` (ISO alpha-2) is where phone numbers without a country code are at
        home.  Raise ``Unpresentable`` if something required is missing or wrong.
        """
        answer: dict[str, Any] = whole_answer(presenter(cls), value, country, report)
        return answer

    @classmethod
    def answers(
        cls, values: object, country: str, report: Report
    ) -> list[dict[str, Any]]:
        """Return a list of them, without those that cannot be shown.

        Raise ``Unpresentable`` if there were some and none is left.
        """
        present = list_presenter(presenter(cls), "")
        answer: list[dict[str, Any]] = whole_answer(present, values, country, report)
        return answer


class Row(NamedTuple):
    """How one property of an object is presented."""

    name: str
    path: str
    present: Present
    required: bool
    essential: bool
    absent: Any


NOT_SHOWN = _("The CRM's answer cannot be shown: {what} is missing or wrong.")


def whole_answer(present: Present, value: object, country: str, report: Report) -> Any:
    """Present a whole answer.  Raise ``Unpresentable`` if there is nothing to show."""
    try:
        return present(value, country, report)
    except Wrong as wrong:
        what = f'"{wrong.path}"' if wrong.path else "what was asked for"
        raise Unpresentable(detail=Situation(NOT_SHOWN, what=what)) from None


@cache
def presenter(
    schema: type[AnswerSchema],
    prefix: str = "",
    *,
    required: Collection[str] = frozenset(),
    without: Collection[str] = frozenset(),
) -> Present:
    """Compile a schema.  ``prefix`` is the path to the object, with a dot at its end.

    ``required`` and ``without`` name properties that one operation insists on or must
    not have.
    """
    rows = [
        _row(name, field, prefix, required=field.required or name in required)
        for name, field in schema._declared_fields.items()
        if isinstance(field, Property) and name not in without
    ]
    # A single attribute comes alone out of an attrgetter: ask for one more.
    parts_of = attrgetter(*(row.name for row in rows), "__class__")
    present = _object_presenter(schema.model, rows, parts_of, schema.prepare)
    return _agreeing(present, schema, prefix) if "agree" in vars(schema) else present


def _row(name: str, field: Property, prefix: str, *, required: bool) -> Row:
    path = prefix + name
    essential = required or field.essential
    return Row(name, path, field.presenter(path), required, essential, field.absent)


def _object_presenter(
    model: type,
    rows: list[Row],
    parts_of: Callable[[Any], tuple[Any, ...]],
    prepare: Callable[[Any], Any] | None,
) -> Present:
    def present(value: Any, country: str, report: Report) -> dict[str, Any]:
        if not isinstance(value, model):
            raise Wrong
        if prepare is not None:
            value = prepare(value)
        answer: dict[str, Any] = {}
        unsaid: list[Row] = []
        for row, part in zip(rows, parts_of(value), strict=False):
            if part is None:
                if row.required:
                    unsaid.append(row)
                continue
            try:
                answer[row.name] = row.present(part, country, report)
            except Wrong as wrong:
                if row.absent is not None and _is_nothing(wrong, part):
                    unsaid.append(row)
                else:
                    _settle(wrong, row, part, report)
        if unsaid:
            _say(answer, unsaid, value, report)
        return answer

    return present


def _agreeing(present: Present, schema: type[AnswerSchema], prefix: str) -> Present:
    def present_all(value: Any, country: str, report: Report) -> dict[str, Any]:
        answer: dict[str, Any] = present(value, country, report)
        for name in schema.agree(answer, country):
            report(prefix + name, "repaired")
        return answer

    return present_all


def _say(answer: dict[str, Any], unsaid: list[Row], value: Any, report: Report) -> None:
    """Fill in what a required property says when the CRM says nothing of use."""
    for row in unsaid:
        if row.absent is None:
            raise Wrong(row.path)
        if not answer:
            raise Nothing(row.path)
        said = row.absent(value) if callable(row.absent) else row.absent
        if said is None:
            raise Wrong(row.path)
        answer[row.name] = said
        report(row.path, "repaired")


def _settle(wrong: Wrong, row: Row, part: Any, report: Report) -> None:
    """Leave a wrong part out where that is allowed.  A blank text was never there."""
    wrong.path = wrong.path or row.path
    nothing = _is_nothing(wrong, part)
    if row.required or (row.essential and not nothing):
        raise wrong
    if not nothing:
        report(wrong.path, "left out")


def _is_nothing(wrong: Wrong, part: Any) -> bool:
    blank = isinstance(part, str) and not part.strip()
    return blank or isinstance(wrong, Nothing)


def list_presenter(
    present_one: Present, path: str, *, all_or_none: bool = False
) -> Present:
    """Compile a list.  ``all_or_none``: without one element it would be a lie."""

    def present(values: Any, country: str, report: Report) -> list[Any]:
        if not isinstance(values, list | tuple):
            raise Wrong
        answer = []
        wrong = None
        for value in values:
            try:
                answer.append(present_one(value, country, report))
            except Wrong as at:
                wrong = at
                wrong.path = wrong.path or path
                if all_or_none:
                    raise
                report(wrong.path, "dropped")
        if wrong is not None and not answer:
            raise wrong
        return answer

    return present


def variant_presenter(variants: Mapping[type, Present]) -> Present:
    """Compile a choice between objects: the model's class says which one it is."""

    def present(value: Any, country: str, report: Report) -> Any:
        chosen = variants.get(type(value))
        if chosen is None:
            raise Wrong
        return chosen(value, country, report)

    return present

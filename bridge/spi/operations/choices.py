"""Finds out which of the CRM's choices a till means, where a digest stands for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bridge.errors import Invalid
from bridge.language import _
from bridge.mapping import offers
from bridge.model import (
    AdditionalOptionsSection,
    CustomerAdditionalOption,
    CustomerProperties,
)
from bridge.spi.door.edge import Asked
from bridge.spi.identity.option_ids import found, is_digest

UNKNOWN = _("additional_options: one of them is not known here: choose again")


def meant(
    asked: Asked,
    properties: CustomerProperties,
    had: Sequence[CustomerAdditionalOption] | None = None,
) -> CustomerProperties:
    """Return properties with the CRM's own ids of options and values.

    Looked for among what the customer ``had`` and the site's options, which are only
    read where somebody chose such a one.  Raise ``Invalid`` for one that is in neither.
    """
    answers = properties.get("additional_options") or []
    digests = {one for answer in answers for one in ids(answer) if is_digest(one)}
    if not digests:
        return properties
    known = [one for answer in had or () for one in ids(answer)]
    if any(found(one, known) is None for one in digests):
        known += _offered(asked)
    own = {one: found(one, known) for one in digests}
    if None in own.values():
        raise Invalid(UNKNOWN)
    return {**properties, "additional_options": [_whole(one, own) for one in answers]}


def ids(answer: CustomerAdditionalOption) -> Iterator[str]:
    """Yield the id of an option, and those of the values that were chosen."""
    yield str(answer.id)
    yield from map(str, answer.enum_values or ())


def _whole(
    answer: CustomerAdditionalOption, own: dict[str, str | None]
) -> CustomerAdditionalOption:
    values = answer.enum_values
    return replace(
        answer,
        id=own.get(answer.id) or answer.id,
        enum_values=None if values is None else [own.get(one) or one for one in values],
    )


def _offered(asked: Asked) -> Iterator[str]:
    if not offers(type(asked.mapping), "additional_options"):
        return
    read = asked.mapping.additional_options
    sections: list[AdditionalOptionsSection] = asked.site.catalogue.cached(
        "additional_options", read, asked.deadline
    )
    for option in (one for section in sections for one in section.options):
        yield str(option.id)
        yield from (str(value.id) for value in option.enum_options or ())

"""What can be read as a file says, and what the POS would be answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bridge.config import SiteConfig, load
from bridge.errors import BridgeError
from bridge.mapping import Mapping
from bridge.model import SearchKey, SearchKeyType
from bridge.spi.identity.search_key import normalise
from bridge.spi.operations.operation import understood
from bridge.spi.schemas import (
    answer_additional_options,
    answer_consents,
    answer_customer,
    answer_customers,
    answer_lookup,
    answer_transactions,
)

READS: dict[str, Any] = {
    "get": answer_customer,
    "search": answer_customers,
    "lookup": answer_lookup,
    "transactions": answer_transactions,
    "consents": answer_consents,
    "additional_options": answer_additional_options,
}
"""The verbs that can be tried, as they change nothing, with what the POS is shown."""

KEYED = ("search", "lookup")


def site_of(path: Path, name: str | None) -> SiteConfig:
    """Return the site of a configuration, by its name or as the only one."""
    sites = {one.name: one for one in load(path).sites}
    if name is None and len(sites) == 1:
        return next(iter(sites.values()))
    if name not in sites:
        raise click.ClickException(f"Say which site: --site {' or '.join(sites)}.")
    return sites[name]


def given(verb: str, what: tuple[str, ...], country: str) -> tuple[Any, ...]:
    """Return what a verb is called with."""
    if verb in KEYED:
        kinds = [kind.value for kind in SearchKeyType]
        if len(what) != 2 or what[0] not in kinds:
            raise click.UsageError(f"{verb} takes one of {', '.join(kinds)}, and a key")
        return (key_of(what[0], what[1], country),)
    count = 1 if verb in ("get", "transactions") else 0
    if len(what) != count:
        raise click.UsageError(f"{verb} takes {'an id' if count else 'nothing else'}")
    return what


def key_of(kind: str, key: str, country: str) -> SearchKey:
    """Return a key as a mapping gets it."""
    return normalise(SearchKeyType(kind), key, country)


def whole(value: Any) -> Any:
    """Return what a verb returned, a history with all that is in it."""
    return [*value] if isinstance(value, Iterator) else value


def answered(
    mapping: Mapping, verb: str, asked: tuple[Any, ...], country: str
) -> tuple[Any, list[str], bool]:
    """Return what the POS would be answered, what of it is not shown, and if it failed.

    A verb that the POS does not ask for is answered as the mapping does.
    """
    left_out: list[str] = []

    def report(name: str, why: str) -> None:
        left_out.append(f"{name} {why}")

    def ask() -> Any:
        value = whole(getattr(mapping, verb)(*asked))
        return READS[verb](value, country, report) if verb in READS else value

    try:
        return understood(ask), sorted({*left_out}), False
    except BridgeError as error:
        return {"errortext": error.errortext, "statuscode": error.status}, [], True

"""Puts the configuration together, and collects everything that is wrong with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.config.document import read_document
from bridge.config.mappings import find_mapping
from bridge.config.references import PlainSecret
from bridge.config.sections import (
    PAIR,
    SYSTEM,
    Problems,
    ambiguous,
    raw_sites,
    sections,
    unknown,
)
from bridge.config.settings import (
    BenefitsConfig,
    BenefitsSettings,
    Config,
    ShopSettings,
    SiteConfig,
    SiteSettings,
    SystemSettings,
)
from bridge.errors import ConfigError
from bridge.mapping import offers, redeems


@dataclass(frozen=True)
class Draft:
    """As much of a configuration as can be understood, and what is wrong with it."""

    sites: tuple[SiteConfig, ...]
    sections: dict[str, Any]
    """``None`` for a section that is wrong."""
    problems: tuple[str, ...]


def load(path: Path) -> Config:
    """Read the configuration, or raise ``ConfigError`` with all its problems."""
    draft = read_draft(path)
    if draft.problems:
        raise ConfigError(*draft.problems)
    return Config(sites=draft.sites, **draft.sections)


def read_draft(path: Path) -> Draft:
    """Read what can be read; ``ConfigError`` only where there is no YAML at all."""
    document = read_document(path)
    content = document.content
    problems = Problems(unknown(content))
    sites = _sites(raw_sites(content, problems), problems)
    return Draft(
        sites, sections(content, problems), tuple(map(document.placed, problems))
    )


def _sites(
    raw: Mapping[str, Mapping[Any, Any]], problems: Problems
) -> tuple[SiteConfig, ...]:
    sites = [_site(name, one, problems) for name, one in raw.items()]
    complete = tuple(site for site in sites if site is not None)
    problems.extend(ambiguous(complete))
    return complete


def _site(name: str, raw: Mapping[Any, Any], problems: Problems) -> SiteConfig | None:
    """Read one site and, by what its mapping declares, its options."""
    path = f"sites.{name}"
    if raw.keys() & PAIR:
        return _pair(name, raw, problems)
    system = _system(SiteSettings, raw, path, problems)
    return None if system is None else SiteConfig(name=name, **system)


def _pair(name: str, raw: Mapping[Any, Any], problems: Problems) -> SiteConfig | None:
    """Read a site that has its customers in one system, their benefits in another."""
    path = f"sites.{name}"
    twice = [key for key in SYSTEM if key in raw]
    problems.extend(
        f"{path}.{key}: belongs into customers or benefits: a site has either a CRM of "
        "its own, or the two"
        for key in twice
    )
    own = {key: one for key, one in raw.items() if key not in {*PAIR, *twice}}
    shop = problems.read(ShopSettings, own, path)
    customers = _half(SystemSettings, raw, "customers", path, problems)
    benefits = _half(BenefitsSettings, raw, "benefits", path, problems)
    if twice or shop is None or customers is None or benefits is None:
        return None
    second = BenefitsConfig(**benefits)
    problems.extend(f"{path}.{why}" for why in _unfit(customers, second))
    return SiteConfig(name=name, benefits=second, **_values(shop), **customers)


def _half(
    kind: type[SystemSettings],
    raw: Mapping[Any, Any],
    key: str,
    path: str,
    problems: Problems,
) -> dict[str, Any] | None:
    section = raw.get(key)
    if not isinstance(section, Mapping):
        problems.append(
            f"{path}.{key}: must be a section with a mapping and its upstream: a site "
            "with two systems needs both customers and benefits"
        )
        return None
    return _system(kind, section, f"{path}.{key}", problems)


def _unfit(customers: dict[str, Any], benefits: BenefitsConfig) -> Iterator[str]:
    """Say what the two systems of a site cannot do together."""
    if not redeems(benefits.mapping_class):
        yield f"benefits.mapping: {benefits.mapping} cannot redeem anything"
    by_id = benefits.found_by == "customer_id"
    needed = "get" if by_id else "search"
    if not offers(benefits.mapping_class, needed):
        yield (
            f"benefits.found_by: {benefits.mapping} finds nobody by "
            f"{benefits.found_by}, as it has no {needed}"
        )
    if not by_id and not offers(customers["mapping_class"], "get"):
        yield (
            f"benefits.found_by: must be customer_id, as {customers['mapping']} "
            "cannot show a customer"
        )


def _system(
    kind: type[SystemSettings], raw: Mapping[Any, Any], path: str, problems: Problems
) -> dict[str, Any] | None:
    """Read a CRM's settings, and what its mapping declares as its options."""
    own = {key: value for key, value in raw.items() if key != "options"}
    settings = problems.read(kind, own, path)
    mapping = _mapping(own.get("mapping"), path, problems)
    if mapping is None:
        return None
    options = problems.read(mapping.Options, raw.get("options"), f"{path}.options")
    if settings is None or options is None:
        return None
    try:
        mapping = mapping.made_from(options)
    except ConfigError as error:
        problems.extend(f"{path}.options: {problem}" for problem in error.problems)
        return None
    return {**_values(settings), "mapping_class": mapping, "options": options}


def _values(settings: Any) -> dict[str, Any]:
    return {
        one.name: getattr(settings, one.name) for one in dataclasses.fields(settings)
    }


def _mapping(name: Any, path: str, problems: Problems) -> Any:
    if not isinstance(name, str):
        return None
    try:
        return find_mapping(name)
    except ConfigError as error:
        problems.extend(f"{path}.mapping: {problem}" for problem in error.problems)
        return None


def plain_secrets(draft: Draft) -> Iterator[str]:
    """Yield the paths of secrets that stand in the configuration itself."""
    for site in draft.sites:
        path = f"sites.{site.name}"
        half = f"{path}.customers" if site.benefits else path
        for one in dataclasses.fields(site):
            where = half if one.name in SYSTEM else path
            yield from _plain(getattr(site, one.name), f"{where}.{one.name}")
    for key, section in draft.sections.items():
        yield from _plain(section, key)


def _plain(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, PlainSecret):
        yield path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _plain(inner, f"{path}.{key}")
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _plain(inner, path)
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from _plain(getattr(value, one.name), f"{path}.{one.name}")

"""Puts the configuration together, and collects everything that is wrong with it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from bridge.config.document import read_document
from bridge.config.mappings import find_mapping
from bridge.config.references import PlainSecret
from bridge.config.schema import closest, read
from bridge.config.settings import Config, SiteConfig, SiteSettings
from bridge.errors import ConfigError

T = TypeVar("T")

SECTIONS = {key: kind for key, kind in get_type_hints(Config).items() if key != "sites"}


class Problems(list[str]):
    """Sentences, collected over the whole configuration."""

    def read(self, settings: type[T], raw: Any, path: str) -> T | None:
        """Read a section, or keep what is wrong with it and return ``None``."""
        try:
            return read(settings, raw, path)
        except ConfigError as error:
            self.extend(error.problems)
            return None


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
    problems = Problems(_unknown(document))
    sites = _sites(document.get("sites"), problems)
    sections = {
        key: problems.read(kind, document.get(key), key)
        for key, kind in SECTIONS.items()
    }
    return Draft(sites, sections, tuple(problems))


def _unknown(document: Mapping[Any, Any]) -> Iterator[str]:
    known = ["sites", *SECTIONS]
    for key in document:
        if key not in known:
            yield f"{key}: {closest(str(key), known)}"


def _sites(raw: Any, problems: Problems) -> tuple[SiteConfig, ...]:
    if not isinstance(raw, Mapping) or not raw:
        problems.append("sites: at least one site is needed, by its name")
        return ()
    sites = [_site(str(name), one, problems) for name, one in raw.items()]
    complete = tuple(site for site in sites if site is not None)
    problems.extend(_ambiguous(complete))
    return complete


def _site(name: str, raw: Any, problems: Problems) -> SiteConfig | None:
    """Read one site and, by what its mapping declares, its options."""
    path = f"sites.{name}"
    if not isinstance(raw, Mapping):
        problems.append(f"{path}: must be a section with keys of its own")
        return None
    own = {key: value for key, value in raw.items() if key != "options"}
    settings = problems.read(SiteSettings, own, path)
    mapping = _mapping(own.get("mapping"), path, problems)
    if mapping is None:
        return None
    options = problems.read(mapping.Options, raw.get("options"), f"{path}.options")
    if settings is None or options is None:
        return None
    values = {
        one.name: getattr(settings, one.name) for one in dataclasses.fields(settings)
    }
    return SiteConfig(name=name, mapping_class=mapping, options=options, **values)


def _mapping(name: Any, path: str, problems: Problems) -> Any:
    if not isinstance(name, str):
        return None
    try:
        return find_mapping(name)
    except ConfigError as error:
        problems.extend(f"{path}.mapping: {problem}" for problem in error.problems)
        return None


def _ambiguous(sites: Iterable[SiteConfig]) -> Iterator[str]:
    """Find credentials that would choose two sites."""
    uses = Counter(
        (user, password)
        for site in sites
        for user, passwords in site.users.items()
        for password in set(passwords)
    )
    for (user, _), count in uses.items():
        if count > 1:
            yield (
                f"sites: {count} sites have the user {user} with the same password, "
                "and it is the credentials that choose the site: change one of them"
            )


def plain_secrets(draft: Draft) -> Iterator[str]:
    """Yield the paths of secrets that stand in the configuration itself."""
    for site in draft.sites:
        yield from _plain(site, f"sites.{site.name}")
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

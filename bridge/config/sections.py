"""What of a configuration can be read without knowing any mapping: all but the CRMs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, get_type_hints

from bridge.config.schema import closest, read
from bridge.config.settings import Config, ShopSettings
from bridge.errors import ConfigError

T = TypeVar("T")

SECTIONS = {key: kind for key, kind in get_type_hints(Config).items() if key != "sites"}

SYSTEM = ("mapping", "options", "upstream")
"""The keys of one CRM."""

PAIR = {"customers", "benefits"}
"""The keys of a site with two systems."""


class Problems(list[str]):
    """Sentences, collected over the whole configuration."""

    def read(self, settings: type[T], raw: Any, path: str) -> T | None:
        """Read a section, or keep what is wrong with it and return ``None``."""
        try:
            return read(settings, raw, path)
        except ConfigError as error:
            self.extend(error.problems)
            return None


def sections(content: Mapping[Any, Any], problems: Problems) -> dict[str, Any]:
    """Read every section but the sites; ``None`` for one that is wrong."""
    return {
        key: problems.read(kind, content.get(key), key)
        for key, kind in SECTIONS.items()
    }


def unknown(content: Mapping[Any, Any]) -> Iterator[str]:
    """Say which sections there are not."""
    known = ["sites", *SECTIONS]
    for key in content:
        if key not in known:
            yield f"{key}: {closest(str(key), known)}"


def raw_sites(
    content: Mapping[Any, Any], problems: Problems
) -> dict[str, Mapping[Any, Any]]:
    """Return what stands there for each site, by its name."""
    raw = content.get("sites")
    if not isinstance(raw, Mapping) or not raw:
        problems.append("sites: at least one site is needed, by its name")
        return {}
    named = {str(name): one for name, one in raw.items()}
    problems.extend(
        f"sites.{name}: must be a section with keys of its own"
        for name, one in named.items()
        if not isinstance(one, Mapping)
    )
    return {name: one for name, one in named.items() if isinstance(one, Mapping)}


def ambiguous(sites: Iterable[ShopSettings]) -> Iterator[str]:
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

"""Finds a mapping by the name that the configuration gives it."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Any

from bridge.errors import ConfigError
from bridge.mapping import Mapping

PACKAGE = "mappings"
"""Where the bridge's own mappings live; only ever imported by name."""

GROUP = "sitoo_bridge.mappings"
"""The entry point group by which another package offers one."""


def find_mapping(name: str) -> type[Mapping]:
    """Return the mapping: ``odoo``, an entry point's name, or a dotted module name.

    Raises ``ConfigError`` when there is none, or when it cannot be imported.
    """
    try:
        return _as_mapping(_load(name), name)
    except ConfigError:
        raise
    except Exception as error:
        # Whatever a foreign module does on import must not end in a traceback.
        raise ConfigError(
            f"the mapping {name} cannot be imported ({type(error).__name__}: {error})"
        ) from error


def mapping_names() -> list[str]:
    """Return the names that work without a dot."""
    package = importlib.util.find_spec(PACKAGE)
    places = (package.submodule_search_locations if package else None) or []
    own = [module.name for module in pkgutil.iter_modules(places)]
    return sorted({*own, *(point.name for point in entry_points(group=GROUP))})


def _load(name: str) -> Any:
    for point in entry_points(group=GROUP, name=name):
        return point.load()
    module = name if "." in name else f"{PACKAGE}.{name}"
    if not _exists(module):
        raise ConfigError(f"there is no mapping {name}: {_advice(name)}")
    return importlib.import_module(module)


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ModuleNotFoundError, ValueError):
        return False


def _as_mapping(found: Any, name: str) -> type[Mapping]:
    found = getattr(found, "Mapping", found)
    if not (isinstance(found, type) and issubclass(found, Mapping)):
        raise ConfigError(f"{name} has no class Mapping, made from bridge.mapping's")
    return found


def _advice(name: str) -> str:
    names = mapping_names()
    close = get_close_matches(name, names, 1)
    if close:
        return f"did you mean {close[0]}?"
    return f"choose one of {', '.join(names)}, or a dotted module name"

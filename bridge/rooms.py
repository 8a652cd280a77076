"""Opens a package's rooms when somebody asks for what is in them (PEP 562).

A command that needs the words of a package need not wait for the libraries behind the
rest of it.  Knows no package.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def rooms(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package whose names are at home in its modules.

    Type checkers read the same homes from imports below ``TYPE_CHECKING``.  No name may
    be that of a module beside it: that would stand there instead once it is imported.
    """

    def opened(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{homes[name]}"), name)
        # So that it is asked once: what stands there already is never asked for.
        setattr(sys.modules[package], name, found)
        return found

    return opened

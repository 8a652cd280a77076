"""How much of the tests a run has: everything in CI, where nothing may be missing.

On a developer's machine the long ones try a sample, and what needs a program that is
not installed is skipped.  ``BRIDGE_CI=1 make test`` is what CI runs.
"""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType
from typing import NoReturn

import pytest

EVERYTHING = os.environ.get("BRIDGE_CI") == "1"


def without(what: str) -> NoReturn:
    """Skip for want of something, or fail where it was promised."""
    if EVERYTHING:
        pytest.fail(what)
    pytest.skip(what)


def needed(name: str, how: str) -> ModuleType:
    """Import what not every machine has; ``how`` says how to get it."""
    try:
        return import_module(name)
    except ImportError:
        without(f"{name} is not installed: {how}")

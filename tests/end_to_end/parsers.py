"""A bridge whose requests are parsed by gunicorn itself, or in C."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import DemoCrm
from tests.end_to_end.service import Service
from tests.extent import without

C_PARSER = "gunicorn_h1c"

PARSERS = ("Python", "C")


@contextmanager
def parsed_by(
    parser: str, directory: Path, crm: DemoCrm, **settings: Any
) -> Iterator[Service]:
    """Run a bridge with settings; skip, or fail, where the parser is not installed."""
    given = {}
    if parser == "Python":
        given = {"PYTHONPATH": _without_c(directory)}
    elif importlib.util.find_spec(C_PARSER) is None:
        without(f"{C_PARSER} is not installed: pip install '.[fast]'")
    with Service(
        directory, crm, EmbeddedValkey(), environment=given, settings=settings
    ) as service:
        yield service


def _without_c(directory: Path) -> str:
    """Return a search path on which the parser in C cannot be imported."""
    hidden = directory / "hidden"
    hidden.mkdir()
    (hidden / f"{C_PARSER}.py").write_text("raise ImportError", "utf-8")
    return os.pathsep.join([str(hidden), str(Path(__file__).parents[2])])

"""The files that a new mapping begins with.

Knows where they go and what they are called; what is in them stands in ``templates``.
"""

from __future__ import annotations

import keyword
import re
from importlib.resources import files
from pathlib import Path
from string import Template

from bridge.cli.programs import ROOT
from bridge.config.mappings import mapping_names
from bridge.errors import ConfigError

NAME = re.compile("[a-z][a-z0-9_]{0,39}")

IN_CHECKOUT = {
    "mapping.py.in": "mappings/$name.py",
    "test_mapping.py.in": "tests/mappings/test_$name.py",
    "page.rst.in": "docs/crms/$name.rst",
}

IN_PACKAGE = {
    "mapping.py.in": "sitoo_$name.py",
    "test_mapping.py.in": "tests/test_$name.py",
    "page.rst.in": "README.rst",
    "pyproject.toml.in": "pyproject.toml",
}

KIT = "\nfrom bridge.testing import Known, MappingContract, UpstreamSettings\n"


def begin(name: str, package: Path | None) -> list[Path]:
    """Write the files of a mapping called ``name``, and return where they are.

    They go into a package of their own, or into the checkout that this code is run
    from.  ``ConfigError`` for a name that cannot be one, or where a file is already.
    """
    check_name(name)
    where = _checkout() if package is None else package
    layout = IN_CHECKOUT if package is None else IN_PACKAGE
    values = _values(name, KIT + "from mappings.{} import Mapping")
    if package is not None:
        values = _values(name, KIT.strip() + "\n\nfrom sitoo_{} import Mapping")
    texts = {
        where / Template(path).substitute(values): _filled(template, values)
        for template, path in layout.items()
    }
    _write(texts)
    return list(texts)


def begin_file(name: str, directory: Path) -> Path:
    """Write the file that describes a CRM, to be filled in; return where it is."""
    check_name(name)
    path = directory / f"{name}.yaml"
    _write({path: _filled("crm.yaml.in", _values(name, ""))})
    return path


def check_name(name: str) -> None:
    """Refuse a name that is no module's, or that a mapping has already."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ConfigError(
            f"{name!r} cannot be a mapping's name: begin with a letter, and use small "
            "letters, digits and _ only."
        )
    if name in mapping_names():
        raise ConfigError(f"There is already a mapping {name}: choose another name.")


def _values(name: str, imports: str) -> dict[str, str]:
    """Return what a template may ask for."""
    title = name.replace("_", " ").title()
    return {
        "name": name,
        "title": title,
        "rule": "=" * len(title),
        "class": title.replace(" ", ""),
        "imports": imports.format(name),
    }


def _checkout() -> Path:
    if not (ROOT / "tests" / "mappings").is_dir():
        raise ConfigError(
            "This is no checkout of the bridge: name a directory for a package of your "
            "own, with --package DIR."
        )
    return ROOT


def _filled(template: str, values: dict[str, str]) -> str:
    text = (
        files("bridge.cli.mapping").joinpath("templates", template).read_text("utf-8")
    )
    return Template(text).substitute(values)


def _write(texts: dict[Path, str]) -> None:
    there = [str(path) for path in texts if path.exists()]
    if there:
        raise ConfigError(f"Nothing is overwritten, but there is {', '.join(there)}.")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

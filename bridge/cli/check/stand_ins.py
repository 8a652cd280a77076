"""Packages that put themselves in the place of what the bridge needs.

Two packages may bring one module: whichever was installed last is what is imported.
One that replaces ``urllib3``, say, fails where nobody looks for it: a card is a 502.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

OURS = "sitoo-crm-bridge"


def stand_ins() -> Iterator[str]:
    """Yield a sentence for each module that the bridge needs and that two bring."""
    try:
        needed = requires(OURS) or []
    except PackageNotFoundError:
        return  # run from its sources, with nothing installed beside them
    names = {_name(one) for one in needed if "extra ==" not in one}
    yield from clashes(packages_distributions(), names)


def clashes(modules: Mapping[str, Sequence[str]], needed: set[str]) -> Iterator[str]:
    """Say which of some modules are brought by a package that was not asked for."""
    for module, packages in sorted(modules.items()):
        found = {_name(one): one for one in packages}
        others = sorted(found[name] for name in found.keys() - needed)
        if others and needed & found.keys():
            yield (
                f"the module {module} may be that of {', '.join(others)}, which the "
                f"bridge was never tried with: uninstall {others[0]}, and install "
                f"{OURS} anew, in an environment of its own"
            )


def _name(requirement: str) -> str:
    """Return a package's name as PyPI compares them."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0] if found else "").lower()

"""What live CRMs are made of, kept between test runs: in ``.cache`` of the checkout.

What something is made from is in its directory's name, so that a changed pin or seed
makes it anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
CACHE = ROOT / ".cache"


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Keep other test runs in this checkout from making the same things."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(*files: Path) -> str:
    """Return a few digits that change with what is in the files."""
    contents = hashlib.sha256()
    for file in files:
        contents.update(file.read_bytes())
    return contents.hexdigest()[:12]


def fresh(directory: Path) -> Path:
    """Make an empty directory, in place of what an interrupted run has left."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    return directory


def whole(directory: Path, fill: Callable[[Path], object]) -> Path:
    """Return the directory; have it filled if it is not there, all of it or nothing."""
    if not directory.exists():
        unfinished = fresh(directory.with_suffix(".unfinished"))
        fill(unfinished)
        unfinished.rename(directory)
    return directory

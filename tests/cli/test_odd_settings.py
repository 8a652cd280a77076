"""No setting, however odd, ends in a traceback, and none shows a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from bridge.cli import main
from tests.extent import EVERYTHING

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"

SECRET = "hunter2-hunter2"

ODD: list[Any] = [
    None,
    "",
    " ",
    [],
    {},
    [[]],
    {"x": {"y": []}},
    True,
    -1,
    0,
    10**30,
    1e300,
    float("inf"),
    float("nan"),
    "x" * 100_000,
    "åäö\u200b\u202e",
    "\x00",
    "\ud7ff",
    "/",
    "/dev/null",
    "/no/such/file",
    "env:",
    "env:NO SUCH\nNAME",
    "file:",
    "file:/",
    "file:/dev/zero",
    "unix:/",
    "unix:",
    "http://",
    "http://[",
    "https://user:pw@host/",
    "redis://[::1",
    "redis://:pw/x@host:port/0",
    "127.0.0.1:0",
]
"""Values of every type, and such as are almost right somewhere."""

Path_ = tuple[Any, ...]


NO_REDIS = Path("/no/such/redis")


@pytest.fixture(autouse=True)
def without_looking_for_stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting changes which packages are installed, and looking takes long."""
    monkeypatch.setattr("bridge.cli.check.stand_ins", lambda: [])


def whole(redis: Path = NO_REDIS) -> dict[str, Any]:
    """The example with all its keys switched on, over a CRM that is not there."""
    text = re.sub(r"(?m)^( *)# ([a-z_]+: )", r"\1\2", EXAMPLE.read_text("utf-8"))
    document: dict[str, Any] = yaml.safe_load(text)
    site = document["sites"]["sweden"]
    site["users"] = {"sitoo": SECRET}
    site["upstream"]["url"] = "http://127.0.0.1:9"
    site["upstream"]["auth"]["value"] = SECRET
    site["upstream"]["attempts"] = 1
    document["redis"]["url"] = f"unix://{redis}"
    return document


def places(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of every key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from places(inner, (*path, key))


EVERY = list(places(whole()))


def checked(document: Any, path: Path) -> Any:
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return CliRunner().invoke(main, ["check", "-c", str(path)])


def name(place: Path_) -> str:
    return ".".join(place)


@pytest.mark.parametrize("place", EVERY, ids=name)
def test_an_odd_value_is_told_of_and_no_more(
    place: Path_, tmp_path: Path, valkey: Path
) -> None:
    *outer, key = place
    step = 3 if EVERYTHING else 11
    start = EVERY.index(place) % step
    for odd in ODD[start::step]:
        # A Redis that is not there is asked more than once, after a while.
        document = whole(valkey)
        section = document
        for one in outer:
            section = section[one]
        section[key] = odd
        result = checked(document, tmp_path / "config.yaml")
        if not isinstance(result.exception, SystemExit | None):
            raise AssertionError(f"{name(place)}: {odd!r:.40}") from result.exception
        assert "Traceback" not in result.output
        assert SECRET not in result.output


def test_the_whole_is_read_and_only_out_of_reach(tmp_path: Path) -> None:
    """Else the odd values would be tried on what is wrong already."""
    result = checked(whole(), tmp_path / "config.yaml")
    problems = [one for one in result.output.splitlines() if one.startswith("problem")]
    assert [one.split()[1] for one in problems] == ["redis:", "sites.sweden:"]

"""``sitoo-bridge check``: everything that is wrong, at once, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from click.testing import CliRunner, Result

from bridge.cli import main
from tests.demo_crm_process import DemoCrm

CONFIG = """
sites:
  north:
    country: {country}
    mapping: demo
    users: {{till: env:TILL}}
    upstream:
      url: "{crm}"
      auth: {{kind: header, name: X-Api-Key, value: {key}}}
redis: {{url: "{redis}"}}
"""


@pytest.fixture(scope="module")
def crm() -> Iterator[DemoCrm]:
    with DemoCrm() as one:
        yield one


@pytest.fixture
def good(crm: DemoCrm, valkey: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("TILL", "secret")
    monkeypatch.setenv("KEY", "demo-crm-key")
    return {
        "country": "SE",
        "crm": crm.url,
        "key": "env:KEY",
        "redis": f"unix://{valkey}",
    }


def check(tmp_path: Path, **values: str) -> Result:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(**values))
    return CliRunner().invoke(main, ["check", "-c", str(path)], catch_exceptions=False)


def test_says_what_is_fine(tmp_path: Path, good: dict[str, str]) -> None:
    result = check(tmp_path, **good)
    verdicts = {line.split()[0] for line in result.output.splitlines()}
    assert (result.exit_code, verdicts) == (0, {"ok"}), result.output
    for part in (
        "sites: north",
        "redis: unix:",
        f"Demo CRM answers at {good['crm']}",
    ):
        assert part in result.output


def test_finds_everything_at_once(tmp_path: Path, good: dict[str, str]) -> None:
    """A wrong configuration does not hide that Redis is gone, nor the other way."""
    nobody = {"redis": f"unix://{tmp_path}/none.sock", "country": "XX"}
    result = check(tmp_path, **{**good, **nobody})
    assert result.exit_code == 1
    assert "problem sites.north.country: must be an ISO 3166-1" in result.output
    assert "cannot be reached" in result.output
    assert "start it, or correct redis.url" in result.output
    assert "2 to mend." in result.output


def test_tells_a_crm_that_is_away_from_one_that_refuses(
    tmp_path: Path, good: dict[str, str]
) -> None:
    away = check(tmp_path, **{**good, "crm": "http://127.0.0.1:9"})
    assert away.exit_code == 1
    assert "problem sites.north: " in away.output
    assert "Look at upstream.url" in away.output
    refuses = check(tmp_path, **{**good, "key": "env:TILL"})
    assert refuses.exit_code == 1
    assert "Correct upstream.auth" in refuses.output


def test_warns_of_a_secret_that_is_written_out(
    tmp_path: Path, good: dict[str, str]
) -> None:
    result = check(tmp_path, **{**good, "key": "demo-crm-key"})
    assert result.exit_code == 0
    assert "warning sites.north.upstream.auth.value: is written out" in result.output
    assert "demo-crm-key" not in result.output


def test_says_what_redis_could_lose(
    tmp_path: Path, good: dict[str, str], redis_client: redis.Redis
) -> None:
    redis_client.config_set("appendfsync", "everysec")
    try:
        result = check(tmp_path, **good)
    finally:
        redis_client.config_set("appendfsync", "always")
    assert result.exit_code == 1
    assert "problem redis: " in result.output
    assert "appendfsync" in result.output

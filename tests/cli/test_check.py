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
server: {{trusted_proxies: [127.0.0.1]}}
"""

PAIR = """
sites:
  north:
    country: {country}
    users: {{till: env:TILL}}
    customers:
      mapping: demo
      upstream:
        url: "{crm}"
        auth: {{kind: header, name: X-Api-Key, value: {key}}}
    benefits:
      mapping: demo
      upstream:
        url: http://127.0.0.1:9
        auth: {{kind: header, name: X-Api-Key, value: plain}}
redis: {{url: "{redis}"}}
"""


@pytest.fixture(scope="module")
def crm() -> Iterator[DemoCrm]:
    with DemoCrm() as one:
        yield one


@pytest.fixture
def good(crm: DemoCrm, valkey: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("TILL", "secret-of-a-program")
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


@pytest.mark.parametrize(
    ("server", "warned"),
    [
        ("{}", "nobody but this machine reaches 127.0.0.1:8080"),
        ("{bind: 'unix:/run/bridge.sock'}", "and write [unix]"),
        ("{bind: '0.0.0.0:8080', trusted_proxies: 1}", "that they have any address"),
        ("{bind: '0.0.0.0:8080'}", ""),
        ("{bind: '0.0.0.0:8080', trusted_proxies: [10.0.0.0/8]}", ""),
        ("{trusted_proxies: 1}", ""),
    ],
)
def test_warns_where_addresses_mean_nothing(
    tmp_path: Path, good: dict[str, str], server: str, warned: str
) -> None:
    path = tmp_path / "config.yaml"
    text = CONFIG.format(**good).replace("{trusted_proxies: [127.0.0.1]}", server)
    path.write_text(text)
    result = CliRunner().invoke(main, ["check", "-c", str(path)])
    assert result.exit_code == 0
    assert ("warning server.trusted_proxies: " in result.output) == bool(warned)
    assert warned in result.output


@pytest.mark.parametrize(
    ("users", "short"),
    [
        ("{till: env:TILL}", False),
        ("{till: env:SHORT}", True),
        ("{till: [env:TILL, env:SHORT]}", True),
        ("{kiosk: env:TILL, till: env:SHORT}", True),
    ],
)
def test_warns_of_a_password_that_can_be_guessed(
    tmp_path: Path,
    good: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    users: str,
    short: bool,
) -> None:
    monkeypatch.setenv("SHORT", "fifteen-letters")
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(**good).replace("{till: env:TILL}", users))
    result = CliRunner().invoke(main, ["check", "-c", str(path)])
    assert ("warning sites.north.users.till: is shorter" in result.output) is short
    assert result.output.count("is shorter") == short
    assert "fifteen-letters" not in result.output


@pytest.mark.parametrize(("mode", "warned"), [(0o644, True), (0o600, False)])
def test_warns_of_passwords_that_others_may_read(
    tmp_path: Path, good: dict[str, str], mode: int, warned: bool
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(**{**good, "key": "demo-crm-key"}))
    path.chmod(mode)
    result = CliRunner().invoke(main, ["check", "-c", str(path)])
    said = f"{path}: others on this machine may read the passwords in it: chmod 600"
    assert (said in result.output) is warned


def test_looks_at_both_systems_of_a_site(
    tmp_path: Path, good: dict[str, str], crm: DemoCrm
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(PAIR.format(**good))
    result = CliRunner().invoke(main, ["check", "-c", str(path)])
    assert f"ok      sites.north.customers: Demo CRM answers at {crm.url}" in (
        result.output
    )
    assert "problem sites.north.benefits: " in result.output
    assert "warning sites.north.benefits.upstream.auth.value" in result.output


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


def test_does_not_blame_a_setting_that_is_not_there(
    tmp_path: Path, good: dict[str, str]
) -> None:
    """A CRM that takes its key in the body has it under the site's options."""
    path = tmp_path / "config.yaml"
    text = CONFIG.format(**good)
    lines = [line for line in text.splitlines() if "auth:" not in line]
    path.write_text("\n".join(lines))
    result = CliRunner().invoke(main, ["check", "-c", str(path)])
    assert result.exit_code == 1
    assert "does not let the bridge in" in result.output
    assert "Correct upstream.auth" not in result.output
    assert "Correct the credentials under options, or set upstream.auth" in (
        result.output
    )


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

"""Whether traces are recorded: off without a trace of it, on only where that can be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge import traces
from bridge.config import load
from bridge.errors import ConfigError
from bridge.traces import settings
from bridge.traces.settings import TelemetrySettings
from tests.collector import collecting
from tests.redis_servers import free_port
from tests.running import ROOT, running

CONFIG = """
sites:
  north:
    country: SE
    mapping: demo
    users: {{till: a-password-of-some-length}}
    upstream: {{url: "http://127.0.0.1:9"}}
redis: {{url: "unix://{valkey}"}}
server: {{bind: "127.0.0.1:0", workers: 1, threads: 4}}
telemetry: {{traces: {traces}}}
"""


@pytest.fixture
def config(tmp_path: Path, valkey: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(valkey=valkey, traces="true"))
    return path


@pytest.fixture(autouse=True)
def off_again() -> Iterator[None]:
    yield
    traces.end()


WHAT_IS_LOADED = """
import sys
from pathlib import Path
import bridge.server, bridge.cli.serve, bridge.cli.recover, bridge.cli.check
from bridge import traces
from bridge.app import create_app
from bridge.config import load
config = load(Path(sys.argv[1]))
traces.begin(config.telemetry)
create_app(config).test_client().get("/consents")
# redis-py looks for OpenTelemetry's interface itself.
print(any(name.startswith("opentelemetry.exporter") for name in sys.modules))
"""


@pytest.mark.parametrize(("switched", "loaded"), [("false", "False"), ("true", "True")])
def test_what_is_off_is_not_even_imported(
    config: Path, valkey: Path, switched: str, loaded: str
) -> None:
    config.write_text(CONFIG.format(valkey=valkey, traces=switched))
    done = subprocess.run(
        [sys.executable, "-c", WHAT_IS_LOADED, str(config)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == [loaded], done.stderr


@pytest.mark.parametrize("missing", [settings.SDK, settings.EXPORTER])
def test_without_the_extra_the_configuration_says_what_to_install(
    config: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    there = settings._there
    monkeypatch.setattr(settings, "_there", lambda one: one != missing and there(one))
    with pytest.raises(ConfigError) as caught:
        load(config)
    (problem,) = caught.value.problems
    assert problem.startswith("telemetry.traces: needs OpenTelemetry")
    assert "[otel]" in problem
    assert TelemetrySettings(traces=False) == TelemetrySettings()


def test_a_module_of_a_package_that_is_not_there_is_not_there() -> None:
    assert not settings._there("no.such.package")
    assert not settings._there("opentelemetry.no_such_module")
    assert settings._there(settings.EXPORTER)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "-1"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "squeeze"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/no/such/file"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "no address"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "no header"),
        ("OTEL_TRACES_SAMPLER", "now and then"),
    ],
)
def test_a_wrong_environment_stops_nothing(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    traces.begin(load(config).telemetry)
    if traces.spans is not None:
        with traces.spans.attempt("north"), traces.spans.journal("save"):
            pass
    traces.end()
    assert traces.spans is None


def test_check_says_whether_the_collector_takes_traces(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "OTEL_EXPORTER_OTLP_ENDPOINT"
    with collecting() as collector:
        asked = [
            (collector.url, 200, "takes traces"),
            (collector.url, 404, "takes no traces: start it"),
            (f"http://me:hidden@127.0.0.1:{free_port()}", 200, "takes no traces"),
        ]
        for url, status, said in asked:
            collector.status = status
            monkeypatch.setenv(name, url)
            with running("check", "-c", str(config)) as check:
                check.end(60)
            (line,) = [one for one in check.said if "telemetry" in one]
            assert said in line
            assert "hidden" not in check.everything()
        monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "-1")
        with running("check", "-c", str(config)) as check:
            assert check.end(60) == 1
        assert "something in OTEL_* cannot be used (ValueError)" in check.everything()

"""What a program says of itself at start, ready, reload and stop, in both forms."""

from __future__ import annotations

import json
import platform
import signal
from pathlib import Path
from typing import Any

import pytest

from bridge import __version__
from tests.running import Running, running

CONFIG = """
sites:
  north:
    country: SE
    mapping: demo
    users: {{till: env:TILL}}
    upstream: {{url: "http://127.0.0.1:9", proxy: "http://a:hidden@127.0.0.1:9"}}
  south:
    country: "NO"
    users: {{kasse: env:TILL}}
    customers: {{mapping: demo, upstream: {{url: "http://127.0.0.1:9"}}}}
    benefits: {{mapping: mappings.demo, upstream: {{url: "http://127.0.0.1:9"}}}}
redis: {{url: "{redis}"}}
server: {{bind: "127.0.0.1:0", inside_bind: "127.0.0.1:0", workers: 2, threads: 4}}
log: {{format: {form}}}
"""

NOBODY = "redis://somebody:hidden@127.0.0.1:1/3"


@pytest.fixture
def config(tmp_path: Path, valkey: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TILL", "hidden")
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(redis=f"unix://{valkey}", form="json"))
    return path


def said_by(one: Running, program: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in one.logged if line.startswith("{")]
    return [line for line in lines if line.get("program") == program]


def test_the_server_says_what_runs_from_its_start_to_its_end(
    config: Path, valkey: Path
) -> None:
    with running("serve", "--no-recovery", "-c", str(config)) as serve:
        words = serve.until("ready").split()
        serve.until_logged("Redis answers")
        serve.tell(signal.SIGHUP)
        serve.until_logged("the configuration was read again")
        serve.tell(signal.SIGTERM)
        assert serve.end() == 0
    lines = said_by(serve, "server")
    assert [(line["event"], line["message"]) for line in lines] == [
        ("start", "the bridge starts"),
        ("ready", "the bridge is ready"),
        ("reload", "the configuration was read again"),
        ("stop", "the bridge stops"),
        ("stopped", "the bridge has stopped"),
    ]
    whole = {
        "program": "server",
        "version": __version__,
        "python": platform.python_version(),
        "sites": ["north", "south"],
        "mappings": ["demo", "demo+mappings.demo"],
        "redis_url": f"unix://{valkey}",
        "workers": 2,
        "threads": 4,
        "listeners": [words[1], words[3]],
        "level": "info",
    }
    for line in lines:
        assert {key: line[key] for key in whole} == whole
        assert line["up_seconds"] >= 0
    (answers,) = [json.loads(one) for one in serve.logged if "Redis answers" in one]
    name, _, version = answers["redis_server"].partition(" ")
    assert name == "valkey"
    assert version[0].isdigit()
    assert "hidden" not in serve.everything()


def test_recovery_says_the_same_of_itself(config: Path) -> None:
    with running("recover", "-c", str(config)) as recover:
        recover.until_logged("Redis answers")
        recover.tell(signal.SIGHUP)
        recover.until_logged("recovery has read the configuration again")
        recover.tell(signal.SIGTERM)
        assert recover.end() == 0
    lines = said_by(recover, "recovery")
    assert [line["event"] for line in lines] == ["start", "ready", "reload", "stopped"]
    assert {line["version"] for line in lines} == {__version__}
    assert not {"workers", "listeners"} & lines[0].keys()


@pytest.mark.parametrize("program", ["serve", "recover"])
def test_a_refused_reload_says_why_and_what_goes_on(config: Path, program: str) -> None:
    """Each program by itself: recovery may well be the only one on its machine."""
    alone = ["--no-recovery"] if program == "serve" else []
    sound = config.read_text()
    wrong = {
        "sites.north.country": sound.replace("country: SE", "country: XX"),
        "servr": f"{sound}\nservr: {{}}\n",
        "TILL_2": sound.replace("env:TILL", "env:TILL_2"),
        "redis.url": sound.replace("unix://", "redis://me:hid/den@"),
    }
    with running(program, *alone, "-c", str(config)) as one:
        one.until("ready")
        for key, text in wrong.items():
            config.write_text(text)
            one.tell(signal.SIGHUP)
            assert '"event": "reload refused"' in one.until_logged(key)
        for spoil in (
            lambda: config.write_bytes(b"\xff\xfe\x00 no text"),
            lambda: config.write_text("sites: [}"),
            config.unlink,
            config.mkdir,
        ):
            spoil()
            one.tell(signal.SIGHUP)
            assert '"event": "reload refused"' in one.until_logged(str(config))
        config.rmdir()
        config.write_text(sound)
        one.tell(signal.SIGHUP)
        one.until_logged('"event": "reload"')
    refused = [
        line
        for line in said_by(one, "server" if program == "serve" else "recovery")
        if line["event"] == "reload refused"
    ]
    assert all(line["problem"] and line["level"] == "error" for line in refused)
    assert {tuple(line["sites"]) for line in refused} == {("north", "south")}
    assert "hid" not in one.everything()


def test_without_redis_it_is_ready_and_says_that_nothing_is_redeemed(
    config: Path,
) -> None:
    config.write_text(CONFIG.format(redis=NOBODY, form="text"))
    with running("serve", "--no-recovery", "-c", str(config)) as serve:
        serve.until("ready")
        line = serve.until_logged("Redis does not answer: nothing is redeemed")
        assert "warning" in line
        assert "redis=ConnectionError" in line
    ready = next(one for one in serve.logged if "event=ready" in one)
    assert "the bridge is ready" in ready
    assert f"version={__version__}" in ready
    assert "redis_url=redis://127.0.0.1:1/3" in ready
    assert "sites=['north', 'south']" in ready
    assert "hidden" not in serve.everything()

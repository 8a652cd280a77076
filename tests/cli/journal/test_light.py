"""What a command on the journal imports is what it costs to start.

Help, and a mistake, need neither the journal nor a CRM behind it; reading the journal
needs no CRM, and an act none before there is a redeem to ask about.  How long that
takes is measured in ``bench``, here is what keeps it short.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
import redis
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.cli.journal import COMMANDS, command
from bridge.config import load_journal
from bridge.ledger import open_ledger
from bridge.model import Context, ItemKind
from bridge.redeem import Redeem
from bridge.redeem.record import Event, Line, State
from tests.running import ROOT

ASKING = {
    "apispec",
    "bridge.app",
    "bridge.mapping",
    "bridge.model.customer",
    "bridge.parts",
    "bridge.upstream.gateway",
    "demo_crm",
    "flask",
    "jinja2",
    "jmespath",
    "mappings",
    "phonenumbers",
    "requests",
    "rich.progress",
    "stdnum",
    "tenacity",
    "urllib3",
    "werkzeug",
}
"""What answers the POS, and what asks a CRM."""

HEAVY = ASKING | {
    "marshmallow",
    "prometheus_client",
    "redis",
    "redis.asyncio",
    "rich",
    "yaml",
}
"""That, and what reads the configuration and the journal, and shows it."""

CONFIG = """
sites:
  north:
    country: SE
    mapping: demo
    users: {{till: secret}}
    upstream: {{url: "http://127.0.0.1:1"}}
redis: {{url: "unix://{redis}"}}
"""

RUN = """\
import json, sys
from bridge.cli import main
try:
    main(json.loads(sys.argv[1]))
except SystemExit as ended:
    print()
    print(json.dumps([ended.code, [*sys.modules]]))
"""


def run(*arguments: str) -> tuple[int, set[str]]:
    """Return the exit status, and what was imported."""
    command = [sys.executable, "-c", RUN, json.dumps(["journal", *arguments])]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, input=""
    )
    status, modules = json.loads(done.stdout.splitlines()[-1])
    return status, set(modules)


@pytest.fixture
def config(tmp_path: Path, valkey: Path, redis_client: redis.Redis) -> Path:
    """The configuration of an empty journal."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(redis=valkey))
    return path


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_imports_nothing_heavy(name: str) -> None:
    status, modules = run(*name.split(), "--help")
    assert status == 0
    assert modules & HEAVY == set()


def test_a_mistake_is_told_without_anything_heavy() -> None:
    status, modules = run("list", "--state", "spent")
    assert status == 2
    assert modules & HEAVY == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_what_finds_nothing_imports_nothing_that_asks(config: Path, name: str) -> None:
    there = command.get_command(click.Context(command), name)
    assert there is not None
    named = [one.name for one in there.params if isinstance(one, click.Argument)]
    assert set(named) <= {"redeem_id"}, "say here what else it needs"
    status, modules = run(name, "-c", str(config), *["0" * 32 for _ in named])
    assert status in (0, 1)
    assert "redis" in modules
    assert modules & ASKING == set()


READ = ("list", "list --json", "show", "show --json", "export", "export --format csv")


@pytest.mark.parametrize("asked", READ)
def test_what_reads_the_journal_imports_nothing_that_asks(
    config: Path, asked: str
) -> None:
    redeem = kept(config)
    name, *options = asked.split()
    which = [redeem.redeem_id] if name == "show" else []
    status, modules = run(name, "-c", str(config), *options, *which)
    assert status == 0
    assert modules & ASKING == set()


@pytest.mark.parametrize("name", ["audit", "check", "close", "retry", "undo"])
def test_what_asks_is_imported_when_there_is_something_to_ask(
    config: Path, name: str
) -> None:
    redeem = kept(config)
    which = [] if name == "audit" else [redeem.redeem_id]
    _status, modules = run(name, "-c", str(config), *which)
    assert {"bridge.parts", "mappings", "requests"} <= modules
    assert "flask" not in modules


def test_what_is_behind_a_site_must_be_right_only_to_ask(config: Path) -> None:
    redeem_id = kept(config).redeem_id
    config.write_text(config.read_text().replace("mapping: demo", "mapping: nowhere"))
    for reading in (["list"], ["show", redeem_id], ["export"]):
        assert said(config, *reading).exit_code == 0
    missing = "0" * 32
    for asking in (["retry", missing], ["check", missing]):
        assert said(config, *asking).exit_code == 1
    acting = [["retry", redeem_id], ["undo", redeem_id], ["close", redeem_id]]
    for asking in (*acting, ["check", redeem_id], ["audit"]):
        done = said(config, *asking)
        assert done.exit_code == 2, asking
        assert "sites.north.mapping: there is no mapping nowhere" in done.stderr


def test_what_is_before_it_must_be_right_to_read(config: Path) -> None:
    config.write_text(config.read_text().replace("users:", "usrs:"))
    done = said(config, "list")
    assert done.exit_code == 2
    assert "sites.north.usrs" in done.stderr


def said(config: Path, name: str, *others: str) -> Result:
    return CliRunner().invoke(main, ["journal", name, "-c", str(config), *others])


def kept(config: Path) -> Redeem:
    """Write down a redeem that a worker has left."""
    journal = open_ledger(load_journal(config)).journal
    now = time.time()
    redeem = Redeem.begin(Context(site="north", store_id="s1"), "c1", (), now)
    redeem.lines = [Line(ItemKind.PROMOTION, "p1", State.SENDING, sent_at=1.0)]
    redeem.tell(Event(now, "begun"))
    assert journal.create(redeem, [], "test") is None
    journal.open(redeem, now)
    return redeem


def test_what_is_heavy_is_known_by_its_name() -> None:
    """Else the tests above would see nothing whatever is imported."""
    everything = (
        "bridge.server, bridge.cli.demo, demo_crm, mappings.rest, rich.progress"
    )
    code = f"import {everything}, sys; print(*{HEAVY!r} - {{*sys.modules}})"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

"""A Redis that answers, and takes no redeem: each reason has its word."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.errors import JournalError
from bridge.journal_ui.door.passwords import NOBODY
from bridge.journal_ui.door.sessions import Sessions
from bridge.journal_ui.settings import JournalUser
from bridge.redeem import Journal, RedisSettings, Store, connect, rehearse
from bridge.redeem.census import Census
from bridge.redeem.desk.filter import Filter
from bridge.redeem.desk.finder import Finder
from bridge.redeem.journal.server.durability import findings
from bridge.redeem.record import Event
from bridge.spi.health import Health
from tests.redeem.conftest import SETTINGS, Clock, Shop
from tests.redeem.crm import Ledger
from tests.redis_servers import Server, debian_s_redis, running, version, wait_until
from tests.relay import relayed, saying

INSTALL = Path(__file__).parents[3] / "docs" / "retailers" / "install.rst"

CONFIG = """
sites:
  north:
    country: SE
    mapping: demo
    users: {{till: env:TILL}}
    upstream: {{url: "http://127.0.0.1:9"}}
redis: {{url: "{redis}"}}
"""

MAY_NOT = {
    "run scripts": "on >pw ~* +@all -@scripting",
    "use these keys": "on >pw ~other:* +@all",
    "write": "on >pw ~* +@read +@connection +time +info +config|get",
}


def _user(stack: ExitStack, directory: Path, rules: str) -> str:
    server = stack.enter_context(running(directory))
    return with_user(server, "weak", rules)


def with_user(server: Server, name: str, rules: str) -> str:
    server.admin.execute_command("ACL", "SETUSER", name, *rules.split())
    return f"redis://{name}:pw@{server.address}/0"


def _full(stack: ExitStack, directory: Path) -> str:
    server = stack.enter_context(running(directory))
    server.admin.config_set("maxmemory", 1)
    return server.url


def _too_few(stack: ExitStack, directory: Path) -> str:
    return stack.enter_context(running(directory, min_replicas_to_write=1)).url


def _bad_disk(stack: ExitStack, directory: Path) -> str:
    server = stack.enter_context(running(directory, appendonly="no", save="3600 1"))
    shutil.rmtree(directory)
    server.admin.bgsave()
    wait_until(
        lambda: server.admin.info()["rdb_last_bgsave_status"] == "err", "the failure"
    )
    return server.url


def _replica(stack: ExitStack, directory: Path) -> str:
    master = stack.enter_context(running(directory / "master"))
    of = ("127.0.0.1", master.port)
    return stack.enter_context(running(directory / "replica", replicaof=of)).url


def _wrong_password(stack: ExitStack, directory: Path) -> str:
    return _user(stack, directory, "on >pw ~* +@all").replace(":pw@", ":no@")


def _protected(stack: ExitStack, directory: Path) -> str:
    """To its own machine it is open: so whoever asks has to come from elsewhere.

    From 7.2 on, all of 127.0.0.0/8 is its own machine: there its words have to do.
    """
    redis = stack.enter_context(
        debian_s_redis(directory, bind="0.0.0.0", protected_mode="yes")
    )
    away = relayed(redis.port, "127.0.0.9")
    if version(redis) >= (7, 2):
        away = saying(b"-DENIED Redis is running in protected mode\r\n")
    return f"redis://{stack.enter_context(away)}/0"


def _old(stack: ExitStack, directory: Path) -> str:
    """Redis 5 is nowhere to be had any more: what it said to a user's name."""
    said = b"-ERR wrong number of arguments for 'auth' command\r\n"
    return f"redis://user:pw@{stack.enter_context(saying(said))}/0"


REFUSALS: dict[str, tuple[Callable[[ExitStack, Path], str], str, str]] = {
    **{
        f"a user who may not {what}": (
            lambda stack, directory, rules=rules: _user(stack, directory, rules),
            "NoPermissionError NOPERM",
            "give it the rights that docs/retailers/install.rst lists",
        )
        for what, rules in MAY_NOT.items()
    },
    "out of memory": (_full, "OutOfMemoryError OOM", "its memory is full"),
    "too few replicas": (_too_few, "ResponseError NOREPLICAS", "min-replicas-to-write"),
    "a bad disk": (_bad_disk, "ResponseError MISCONF", "could not write to its disk"),
    "a replica": (_replica, "ReadOnlyError READONLY", "name the master"),
    "protected mode": (_protected, "ResponseError DENIED", "it is in protected mode"),
    "a Redis without users": (
        _old,
        "AuthenticationWrongNumberOfArgsError",
        "it is older than Redis 6",
    ),
    "a wrong password": (_wrong_password, "AuthenticationError", "correct redis.url"),
}


@pytest.fixture(scope="module", params=REFUSALS)
def refusing(
    request: pytest.FixtureRequest, in_memory: Path
) -> Iterator[tuple[str, str, str]]:
    make, complaint, mend = REFUSALS[request.param]
    with ExitStack() as stack:
        name = re.sub(r"\W", "-", request.param)
        yield make(stack, in_memory / name), complaint, mend


@contextmanager
def opened(url: str) -> Iterator[Journal]:
    settings = RedisSettings(url=url)
    client = connect(settings)
    try:
        yield Journal(Store(client, settings), SETTINGS)
    finally:
        client.close()


def test_a_redeem_fails_with_the_word(
    refusing: tuple[str, str, str], pool: Any
) -> None:
    url, complaint, _ = refusing
    with opened(url) as journal:
        shop = Shop(journal, Ledger(), Clock(), pool=pool)
        with pytest.raises(JournalError) as failed:
            shop.redeem("p1")
        assert failed.value.complaint == complaint
        assert shop.ledger.entries == []


def test_a_rehearsal_fails_as_well_so_the_process_is_not_ready(
    refusing: tuple[str, str, str],
) -> None:
    url, complaint, _ = refusing
    with opened(url) as journal:
        health = Health(
            lambda: rehearse(journal), [], written=lambda: journal.store.written
        )
        ready, report = health.report()
        assert not ready
        assert report["ailing"]["journal"].endswith(f"({complaint})")


def test_check_says_what_to_do(
    refusing: tuple[str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, complaint, mend = refusing
    monkeypatch.setenv("TILL", "secret")
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(redis=url))
    result = CliRunner().invoke(main, ["check", "-c", str(path)])
    assert result.exit_code == 1
    (line,) = [line for line in result.output.splitlines() if "takes no redeem" in line]
    assert line.startswith("problem redis: redis://127.0.0.1")
    assert f"({complaint}): " in line
    assert mend in line
    assert ":pw@" not in result.output


# The least rights


def least_rights() -> str:
    """Return the rules that the documentation gives a user of the bridge's own."""
    said = INSTALL.read_text("utf-8").partition("ACL SETUSER sitoo-bridge ")[2]
    return said.partition("\n\n")[0].replace(">PASSWORD", ">pw")


@pytest.fixture(params=["Valkey", "Debian's Redis"])
def restricted(request: pytest.FixtureRequest, in_memory: Path) -> Iterator[Server]:
    start = debian_s_redis if request.param == "Debian's Redis" else running
    with start(in_memory / f"restricted {request.param}") as server:
        yield server


def journal_work(journal: Journal, clock: Clock, pool: Any) -> None:
    """Do everything that the bridge does with its journal."""
    shop = Shop(journal, Ledger(), clock, pool=pool)
    first = shop.redeem("p1", "p2", checks=("b1",), key="k1")
    assert shop.redeem("p1", "p2", checks=("b1",), key="k1").version > 1
    shop.undo(first.redeem_id)
    shop.recover(2)
    finder = Finder(journal, clock, sites=["shop"])
    for wanted in (Filter(), Filter(customer_id="c1"), Filter(item_id="p1")):
        page = finder.page(wanted, 1)
        finder.page(wanted, 1, page.more)
    journal.indexes.indexed(journal.keys.day(clock()), (clock(), "gone"), 1)
    journal.events(first)
    journal.endings.count([(clock(), clock() + 1)], ["shop"])
    journal.tell(first, Event(clock(), "answered", status=200, gone_ms=0))
    journal.endings.run(journal.endings.lost(first, None))
    for stuck in (True, False):
        journal.indexes.open_ids(stuck)
    undone = journal.load(first.redeem_id)
    assert undone
    journal.rename(undone, "~c1", ["~p1", None, None])
    journal.set_aside(first.redeem_id, clock())
    Census(journal, ["shop"], clock).take()
    journal.forget(first.redeem_id)
    sessions = Sessions(journal, {"kim": JournalUser(NOBODY)}, 60)
    token = sessions.begin("kim")
    assert sessions.find(token)
    sessions.end(token)
    rehearse(journal)


def missed(server: Server) -> set[str]:
    """Return what somebody was not allowed to do, but for saying their name."""
    entries = server.admin.acl_log()
    return {entry["object"] for entry in entries} - {"client|setinfo"}


def test_what_the_documentation_allows_is_enough(restricted: Server, pool: Any) -> None:
    url = with_user(restricted, "sitoo-bridge", least_rights())
    with opened(url) as journal:
        restricted.admin.execute_command("ACL", "LOG", "RESET")
        journal_work(journal, Clock(), pool)
        said = findings(journal.store.client, journal.store.settings, time.time)
        assert all(finding.ok for finding in said), said
        assert missed(restricted) == set()


def test_and_no_more_than_that(restricted: Server, pool: Any) -> None:
    """All of it is used; WAIT and PING only by other settings than these."""
    url = with_user(restricted, "sitoo-bridge", least_rights())
    restricted.admin.flushall()
    restricted.admin.config_resetstat()
    with opened(url) as journal:
        journal_work(journal, Clock(), pool)
        findings(journal.store.client, journal.store.settings, time.time)
    used = {
        f"+{name.removeprefix('cmdstat_')}"
        for name in restricted.admin.info("commandstats")
    }
    allowed = set(re.findall(r"\+\S+", least_rights()))
    assert allowed - used == {"+ping", "+wait"}

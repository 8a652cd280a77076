"""``sitoo-bridge journal``: real redeems in a real journal, against the demo CRM."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.cli.journal.commands import FILTERS
from bridge.config import load
from bridge.deadline import Deadline
from bridge.errors import BridgeError
from bridge.model import Context, ItemKind
from bridge.parts import Parts, create_parts
from bridge.redeem import Redeem
from bridge.redeem.desk.deeds import Deeds
from bridge.redeem.record import Event, Line, State
from tests.demo_crm_process import JOHN, DemoCrm
from tests.redeem.flaky_redis import FlakyRedis
from tests.running import ROOT

CONFIG = """
sites:
  north:
    country: SE
    mapping: demo
    users: {{till: secret}}
    upstream:
      url: "{crm}"
      auth: {{kind: header, name: X-Api-Key, value: demo-crm-key}}
redis: {{url: "{redis}"}}
"""

ODD = "[bold red]p[/]\x1b[31m;DROP\u202e'\"<b>\n="


@pytest.fixture(scope="module")
def crm() -> Iterator[DemoCrm]:
    with DemoCrm() as one:
        yield one


@dataclass
class Desk:
    """One bridge's parts, and the command line over the same configuration."""

    config: Path
    parts: Parts
    crm: DemoCrm

    def __call__(self, *arguments: str, **how: Any) -> Result:
        command, *others = arguments
        given = ["journal", command, "-c", str(self.config), *others]
        return CliRunner().invoke(main, given, catch_exceptions=False, **how)

    def redeem(self, *promotions: str, store: str = "s1") -> str:
        context = Context(site="north", store_id=store, register_id="r1", staff_id="7")
        redeemer, site = self.parts.redeemer, self.parts.sites["north"]
        done = redeemer.redeem(
            site, context, JOHN, [], promotions, deadline=Deadline(8)
        )
        return done.redeem_id

    def offers(self, count: int = 1) -> list[str]:
        return self.crm.grant(JOHN, offers=count)["offers"]

    def now(self, redeem_id: str) -> Redeem:
        found = self.parts.journal.load(redeem_id)
        assert found is not None
        return found

    def left_open(
        self, *item_ids: str, stuck: bool = False, store: str = "s1"
    ) -> Redeem:
        """Write down a redeem that a worker has died over."""
        lines = [Line(ItemKind.PROMOTION, one, State.SENDING) for one in item_ids]
        for line in lines:
            line.sent_at = 1.0
        clock = self.parts.redeemer.tools.clock
        redeem = Redeem.begin(Context(site="north", store_id=store), JOHN, (), clock())
        redeem.lines, redeem.stuck = lines, stuck
        redeem.tell(Event(clock(), "begun"))
        assert self.parts.journal.create(redeem, [], "test") is None
        self.parts.journal.open(redeem, clock())
        return self.now(redeem.redeem_id)


@pytest.fixture
def desk(tmp_path: Path, valkey: Path, redis_client: redis.Redis, crm: DemoCrm) -> Desk:
    crm.reset()
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(crm=crm.url, redis=f"unix://{valkey}"))
    return Desk(path, create_parts(load(path)), crm)


STOCKHOLM = ZoneInfo("Europe/Stockholm")
"""Where the site is."""


def in_stockholm(at: float) -> str:
    return f"{datetime.fromtimestamp(at, STOCKHOLM):%Y-%m-%d %H:%M:%S %Z}"


SURE = ("--reason", "the customer called", "--who", "anna", "--yes")


# Finding


def test_lists_newest_first_and_goes_on(desk: Desk) -> None:
    made = [desk.redeem(one) for one in desk.offers(3)]
    first = desk("list", "--limit", "2", "--json")
    page = json.loads(first.stdout)
    assert [one["redeem_id"] for one in page["redeems"]] == [made[2], made[1]]
    rest = desk("list", "--after", page["more"], "--json")
    assert [one["redeem_id"] for one in json.loads(rest.stdout)["redeems"]] == made[:1]
    told = desk("list", "--limit", "2")
    assert f"--after {page['more']}" in told.stderr


@pytest.mark.parametrize(
    ("found", "missed"),
    [
        (["--state", "redeemed"], ["--state", "stuck"]),
        (["--customer", JOHN], ["--customer", "somebody"]),
        (["--store", "s1"], ["--store", "s2"]),
        (["--register", "r1"], ["--register", "r2"]),
        (["--staff", "7"], ["--staff", "8"]),
        (["--from", "2020-01-01"], ["--to", "2020-01-01"]),
    ],
)
def test_filters(desk: Desk, found: list[str], missed: list[str]) -> None:
    redeem_id = desk.redeem(*desk.offers())
    hit, miss = desk("list", *found), desk("list", *missed)
    assert (hit.exit_code, miss.exit_code) == (0, 1)
    assert redeem_id in hit.stdout
    assert (miss.stdout, miss.stderr) == ("", "sitoo-bridge: Nothing was found.\n")


def test_finds_by_item_and_by_first_digits(desk: Desk) -> None:
    one, other = desk.offers(2)
    mine, _ = desk.redeem(one), desk.redeem(other)
    spoken = f" {mine[:4]} {mine[4:8].lower()}"
    for asked in (
        ["--item", one],
        ["--redeem", mine[:8].lower()],
        ["--redeem", spoken],
    ):
        found = json.loads(desk("list", *asked, "--json").stdout)["redeems"]
        assert [each["redeem_id"] for each in found] == [mine]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["list", "--redeem", "xyz"], "--redeem: A redeem id has"),
        (["list", "--from", "yesterday"], "2026-11-24"),
        (["list", "--from", "2026-11-24 14h"], "2026-11-24"),
        (["list", "--from", "2026-11-25", "--to", "2026-11-24"], "later than"),
        (["list", "--site", "south"], "no site “south”"),
        (["list", "--outcome", "unhappy"], "--outcome"),
        (["list", "--after", "there"], "no such place"),
        (["show", "../../x"], "REDEEM_ID"),
        *[([act, ""], "REDEEM_ID: A redeem id has") for act in ("show", "check")],
        *[([act, " ", *SURE], "REDEEM_ID") for act in ("retry", "undo", "close")],
        *[(["list", f"--{name}", ""], f"--{name}: This is empty") for name in FILTERS],
        (["export", "--customer", " "], "--customer: This is empty"),
        (["people", "--person", ""], "--person: This is empty"),
        (["audit", "--store", ""], "--store: This is empty"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    desk: Desk, asked: list[str], said: str
) -> None:
    result = desk(*asked)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_shows_one_whole(desk: Desk) -> None:
    (offer,) = desk.offers()
    redeem_id = desk.redeem(offer)
    shown = desk("show", f"{redeem_id[:4].lower()} {redeem_id[4:8]}")
    assert shown.exit_code == 0
    first = shown.stdout.splitlines()[0]
    assert first.startswith("The item has been spent since "), first
    for part in (redeem_id, offer, JOHN, '{"spend": ', "the redeem is complete"):
        assert part in shown.stdout
    told = json.loads(desk("show", redeem_id, "--json").stdout)
    assert (told["state"], told["sentence"]) == ("redeemed", first)
    (item,) = told["items"]
    assert (item["id"], item["ref"]) == (offer, f"{redeem_id}-1")
    assert told["events"][0]["what"] == "begun"


def test_says_that_there_is_no_such_redeem(desk: Desk) -> None:
    result = desk("show", "F" * 32)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "There is no such redeem" in result.stderr


def test_several_with_the_same_digits_are_not_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = iter(["ABC1" + "0" * 28, "ABC2" + "0" * 28])
    monkeypatch.setattr(
        "bridge.redeem.record.secrets.token_hex", lambda _: next(tokens)
    )
    desk.left_open("a")
    desk.left_open("b")
    monkeypatch.undo()
    result = desk("undo", "ABC", *SURE)
    assert result.exit_code == 1
    assert "give more digits" in result.stderr


def test_shows_ids_as_text_whatever_is_in_them(desk: Desk, tmp_path: Path) -> None:
    redeem = desk.left_open(ODD, store=ODD)
    out = tmp_path / "out.csv"
    desk("export", "--format", "csv", "--output", str(out))
    for text in (
        desk("list").stdout,
        desk("show", redeem.redeem_id).stdout,
        out.read_text("utf-8"),
    ):
        assert text.count("[bold red]p[/]\\x1b[31m;DROP\\u202e'") >= 2
        assert "\x1b" not in text
        assert "\u202e" not in text
    facts = desk("show", redeem.redeem_id).stdout
    assert "Store:    [bold red]p[/]" in facts
    printed = desk("list", "--json").stdout
    assert printed.isascii()
    told = json.loads(printed)
    assert told["redeems"][0]["items"][0]["id"] == ODD


def test_without_a_journal_says_so(desk: Desk, tmp_path: Path) -> None:
    gone = f"unix://{tmp_path}/nobody.sock"
    desk.config.write_text(CONFIG.format(crm=desk.crm.url, redis=gone))
    out = tmp_path / "out.jsonl"
    for asked in (
        ["list"],
        ["show", "F" * 32],
        ["undo", "F" * 32, *SURE],
        ["export", "--output", str(out)],
        ["audit"],
    ):
        result = desk(*asked)
        assert result.exit_code == 3, asked
        assert result.stderr.startswith("sitoo-bridge: The journal cannot be reached")
        assert len(result.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


# Acting


def test_undo_gives_back_and_says_who(desk: Desk) -> None:
    (offer,) = desk.offers()
    redeem_id = desk.redeem(offer)
    done = desk("undo", redeem_id, *SURE)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("Nothing is spent: ")
    assert in_stockholm(desk.now(redeem_id).settled_at) in done.stdout
    assert offer not in desk.crm.spent()
    redeem = desk.now(redeem_id)
    events = desk.parts.journal.events(redeem)
    (told,) = [one for one in events if one.what == "undo by hand"]
    assert (told.by, told.text) == ("anna", "the customer called")
    (deed,) = Deeds(desk.parts.journal).page(10).deeds
    assert (deed.who, deed.what, deed.redeem_id) == ("anna", "undo by hand", redeem_id)
    again = desk("undo", redeem_id, *SURE)
    assert again.exit_code == 1
    assert "There is nothing to do" in again.stderr


def test_retry_settles_what_was_interrupted(desk: Desk) -> None:
    (offer,) = desk.offers()
    redeem = desk.left_open(offer)
    assert desk("retry", redeem.redeem_id, *SURE).exit_code == 0
    assert desk.now(redeem.redeem_id).settled


def test_a_crm_that_is_away_is_exit_3_and_it_stays_open(desk: Desk) -> None:
    redeem = desk.left_open(*desk.offers())
    desk.crm.fault("503", times=None)
    result = desk("retry", redeem.redeem_id, *SURE)
    desk.crm.clear_faults()
    assert result.exit_code == 3, result.output
    assert "Not finished, it is tried again by itself" in result.stderr
    assert "Traceback" not in result.output
    assert not desk.now(redeem.redeem_id).settled


def test_close_states_what_was_found(desk: Desk) -> None:
    redeem = desk.left_open("a", "b=c:d", stuck=True)
    found = ("--found", "promotion:b=c:d=not-spent", "--found", "1=spent")
    unsure = desk("close", redeem.redeem_id, *SURE, *found)
    assert unsure.exit_code == 2
    assert "The CRM says: promotion a is not spent" in unsure.stderr
    assert not desk.now(redeem.redeem_id).settled
    closed = desk("close", redeem.redeem_id, *SURE, *found, "--despite-crm")
    assert closed.exit_code == 0, closed.output
    assert "promotion a is spent; promotion b=c:d is not spent" in closed.stdout
    now = desk.now(redeem.redeem_id)
    assert (now.closed_by, [line.state for line in now.lines]) == (
        "anna",
        [State.REDEEMED, State.UNDONE],
    )
    assert desk.parts.journal.counts() == (0, 0)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "Say what was found of promotion a, with --found 1=WHAT"),
        (["1=spent"], "of promotion b"),
        (["1=spent", "promotion:a=spent", "2=spent"], "once for each item"),
        (["1=gone", "2=spent"], "ITEM=WHAT"),
        (["promotion:z=spent"], "ITEM=WHAT"),
    ],
)
def test_close_wants_to_know_about_each_item(
    desk: Desk, found: list[str], said: str
) -> None:
    redeem = desk.left_open("a", "b", stuck=True)
    options = [text for one in found for text in ("--found", one)]
    result = desk("close", redeem.redeem_id, *SURE, *options)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert desk.now(redeem.redeem_id) == redeem


def test_only_a_stuck_redeem_is_closed(desk: Desk) -> None:
    redeem = desk.left_open("a")
    result = desk("close", redeem.redeem_id, *SURE, "--found", "1=spent")
    assert result.exit_code == 1
    assert "Only a stuck redeem" in result.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--reason", "why", "--who", "anna"], "add --yes"),
        (["--yes", "--who", "anna"], "Say why"),
        (["--reason", " \n", "--yes", "--who", "anna"], "Say why"),
        (["--reason", "why", "--who", "a\x1b", "--yes"], "--who"),
    ],
)
@pytest.mark.parametrize("action", ["undo", "retry", "close"])
def test_nothing_happens_without_a_reason_and_a_yes(
    desk: Desk, action: str, given: list[str], said: str
) -> None:
    redeem = desk.left_open("a", stuck=True)
    found = ["--found", "1=spent"] if action == "close" else []
    result = desk(action, redeem.redeem_id, *given, *found)
    assert result.exit_code == 2
    assert said in result.stderr
    assert desk.now(redeem.redeem_id).version == redeem.version


def test_what_has_changed_since_it_was_looked_at_is_left_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody undoes it on a page while somebody else is asked at a prompt."""
    (offer,) = desk.offers()
    redeem_id = desk.redeem(offer)

    def meanwhile(self: object, question: str, yes: bool) -> None:
        redeem = desk.now(redeem_id)
        redeem.tell(Event(1.0, "asked again"))
        desk.parts.journal.save(redeem, "somebody")

    monkeypatch.setattr("bridge.cli.journal.acts.Act.confirm", meanwhile)
    result = desk("undo", redeem_id, *SURE)
    assert result.exit_code == 1
    assert "has changed since you looked at it: nothing was done" in result.stderr
    assert offer in desk.crm.spent()


# In a terminal


def typed(arguments: list[str], *answers: str) -> tuple[int, str]:
    """Run a command in a terminal and answer whatever it asks; return what it shows."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bridge.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        os.write(ours, "".join(f"{one}\n" for one in answers).encode())
        shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return process.returncode, shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    assert select.select([terminal], [], [], 120)[0], "it waits for something"
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody has the other end any more
        return b""


def test_asks_in_a_terminal(desk: Desk) -> None:
    redeem = desk.left_open("a", "b", stuck=True)
    close = ["journal", "close", "-c", str(desk.config), redeem.redeem_id]
    status, shown = typed(close, "looked it up", "spent", "not-spent", "n")
    assert (status, "Nothing was done." in shown) == (1, True), shown
    assert desk.now(redeem.redeem_id) == redeem
    status, shown = typed(close, "looked it up", "spent", "not-spent", "y", "y")
    assert status == 0, shown
    assert shown.index("Stuck, a person has to look at it") < shown.index("Why:")
    assert "What does the CRM say of promotion b" in shown
    assert desk.now(redeem.redeem_id).settled


def test_a_narrow_terminal_cuts_no_id(desk: Desk) -> None:
    item_id = "x" * 200
    redeem = desk.left_open(item_id)
    status, shown = typed(["journal", "list", "-c", str(desk.config)])
    assert status == 0
    for whole in (redeem.redeem_id, JOHN, item_id):
        assert whole in shown


def test_a_terminal_sees_how_far_an_audit_is(desk: Desk) -> None:
    desk.redeem(*desk.offers())
    audit = ["journal", "audit", "-c", str(desk.config), "--rate", "1000"]
    status, shown = typed(audit)
    assert status == 0
    assert "1 redeems" in shown
    assert desk("audit").stderr == ""


# Exporting and auditing


def test_exports_everything(desk: Desk, tmp_path: Path) -> None:
    made = [desk.redeem(*desk.offers(2)) for _ in range(3)]
    lines = desk("export").stdout.splitlines()
    assert [json.loads(line)["redeem_id"] for line in lines] == made[::-1]
    out = tmp_path / "out.csv"
    done = desk("export", "--format", "csv", "--output", str(out))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "exported 3\n")
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["redeem_id"] for row in rows] == [i for i in made[::-1] for _ in "12"]
    assert {row["item_state"] for row in rows} == {"redeemed"}
    assert json.loads(rows[0]["item_receipt"])["spend"]


@pytest.fixture
def cut(desk: Desk, valkey: Path, tmp_path: Path) -> Iterator[int]:
    """Let the journal be gone once the first hundred redeems are read; say how many."""
    there = [desk.left_open(f"p{number}").redeem_id for number in range(101)]
    flaky = FlakyRedis(valkey, tmp_path / "flaky.sock")
    flaky.end_at(b"ZREVRANK")  # where the next hundred begin
    redis = f"{{url: 'unix://{flaky.path}', timeout_seconds: 0.2}}"
    text = desk.config.read_text().partition("redis:")[0]
    desk.config.write_text(f"{text}redis: {redis}\n")
    yield len(there) - 1
    flaky.close()


def test_an_export_that_is_cut_off_says_so_in_its_last_line(
    desk: Desk, cut: int
) -> None:
    result = desk("export", "--format", "csv")
    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert result.exit_code == 3
    assert "exported" not in result.stderr
    assert len(rows) == 1 + cut + 1
    assert rows[-1][0].startswith("NOT WHOLE: the journal could not be read to the end")
    assert len(rows[-1]) == len(rows[0])


def test_nobody_takes_lines_that_are_cut_off_for_all(desk: Desk, cut: int) -> None:
    result = desk("export")
    *lines, last = map(json.loads, result.stdout.splitlines())
    assert (result.exit_code, len(lines)) == (3, cut)
    assert last["error"].startswith("NOT WHOLE: ")


def test_a_file_stays_as_it_was_when_an_export_is_cut_off(
    desk: Desk, cut: int, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    out.write_text("as it was")
    assert desk("export", "--format", "csv", "--output", str(out)).exit_code == 3
    assert out.read_text() == "as it was"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_names_what_it_cannot_read(desk: Desk, form: str) -> None:
    gone, there = desk.left_open("a"), desk.left_open("b")
    client, key = desk.parts.journal.store.client, desk.parts.journal.keys.redeem
    client.hset(key(gone.redeem_id), "body", "{}")
    result = desk("export", "--format", form)
    assert result.exit_code == 1
    said = "NOT WHOLE: 1 redeem cannot be read and may be missing here: "
    assert f"{said}{gone.redeem_id[:8]}" in result.stderr
    assert f"{said}{gone.redeem_id[:8]}" in result.stdout.splitlines()[-1]
    assert there.redeem_id in result.stdout


def test_an_audit_names_what_it_cannot_read(desk: Desk) -> None:
    gone, _there = (desk.redeem(one) for one in desk.offers(2))
    client, key = desk.parts.journal.store.client, desk.parts.journal.keys.redeem
    client.hset(key(gone), "body", "{}")
    result = desk("audit", "--rate", "1000")
    assert result.exit_code == 1
    assert f"may be missing here: {gone[:8]}" in result.stderr
    assert "1 items compared, 0 disagreements." in result.stdout
    said = json.loads(desk("audit", "--rate", "1000", "--json").stdout)
    assert (said["unread"], said["agreements"]) == ([gone], 1)


def test_no_spreadsheet_calculates_an_id(desk: Desk) -> None:
    desk.left_open("=1+1")
    assert ",'=1+1," in desk("export", "--format", "csv").stdout


def test_an_export_that_cannot_be_written_is_said_in_a_sentence(desk: Desk) -> None:
    result = desk("export", "--output", "/no/such/directory/out")
    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr


def test_an_audit_that_finds_nothing_wrong(desk: Desk) -> None:
    kept, back = desk.redeem(*desk.offers(2)), desk.redeem(*desk.offers())
    desk("undo", back, *SURE)
    desk.left_open("a")
    result = desk("audit", "--rate", "1000")
    assert result.exit_code == 0, result.output
    assert "3 items compared, 0 disagreements." in result.stdout
    assert "1 items not compared: it is open" in result.stdout
    assert desk.now(kept).settled


def behind_its_back(desk: Desk) -> tuple[str, str]:
    """Give back what the journal has as spent, and spend what it has as undone."""
    gone, taken = desk.offers(2)
    one, other = desk.redeem(gone), desk.redeem(taken)
    desk("undo", other, *SURE)
    receipt = desk.now(one).lines[0].receipt
    assert receipt is not None
    path = f"/contacts/{JOHN}/offers"
    release = {"reference": f"{one}-1", "spend": receipt["spend"]}
    for where, body in (
        (f"{path}/{gone}/release", release),
        (f"{path}/{taken}/spend", {"reference": f"{other}-1"}),
    ):
        desk.crm.call("POST", where, json=body).raise_for_status()
    return one, other


def test_an_audit_reports_every_disagreement(desk: Desk) -> None:
    one, other = behind_its_back(desk)
    revision = desk.crm.revision()
    result = desk("audit", "--rate", "1000", "--json")
    assert result.exit_code == 1
    said = json.loads(result.stdout)["disagreements"]
    assert {(each["redeem_id"], each["journal"], each["crm"]) for each in said} == {
        (one, "redeemed", "not spent"),
        (other, "undone", "spent"),
    }
    begun = desk.now(one).created_at
    there = datetime.fromtimestamp(begun, STOCKHOLM)
    assert there.isoformat(timespec="milliseconds") in {
        each["local_time"] for each in said
    }
    for_people = desk("audit", "--rate", "1000").stdout
    beside = f"({datetime.fromtimestamp(begun, UTC):%H:%M:%S} UTC)"
    assert f"{in_stockholm(begun)} {beside}" in for_people
    assert f"{one}-1" in for_people
    assert "the journal says spent, the CRM says not spent" in for_people
    assert desk.crm.revision() == revision


def test_an_audit_of_a_crm_that_is_away(desk: Desk) -> None:
    desk.redeem(*desk.offers())
    desk.crm.fault("503", times=None)
    result = desk("audit")
    desk.crm.clear_faults()
    assert result.exit_code == 3
    assert "1 items not compared: The CRM" in result.stdout


def test_errors_of_the_bridge_have_a_status() -> None:
    from bridge.cli.journal import status_of
    from bridge.errors import JournalError, Refused, Unavailable
    from bridge.redeem.journal.server.complaints import Unreadable

    statuses: Callable[[BridgeError], int] = status_of
    errors = (JournalError(), Unavailable(), Refused(), Unreadable())
    assert [statuses(error) for error in errors] == [3, 3, 1, 1]

"""``sitoo-bridge journal people``: the list of the pages, in a terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import redis
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.config import load_journal
from bridge.ledger import open_ledger
from bridge.model import Context, ItemKind
from bridge.redeem import Journal, Redeem
from bridge.redeem.desk import deeds
from bridge.redeem.desk.asked import DEEDS
from bridge.redeem.desk.deeds import KIND, Deeds
from bridge.redeem.desk.phrases import DONE
from bridge.redeem.record import Line, State

CONFIG = """
sites:
  north:
    country: SE
    mapping: demo
    users: {{till: secret}}
    upstream: {{url: "http://127.0.0.1:1"}}
redis: {{url: "unix://{redis}"}}
"""

SUMMER = 1_780_308_000.25
"""2026-06-01 10:00 UTC, which is noon in Stockholm."""


class Office:
    """Where people do something now and then, and somebody asks who did what."""

    def __init__(self, config: Path, journal: Journal) -> None:
        self.config = config
        self.journal = journal
        self.now = SUMMER
        self.deeds = Deeds(journal, lambda: self.now)

    def did(self, who: str, what: str, redeem_id: str = "") -> None:
        self.deeds.write(what, who, redeem_id)
        self.now += 1

    def left_open(self) -> str:
        """Write down a redeem that nobody has finished, and return its id."""
        redeem = Redeem.begin(Context(site="north"), "c1", (), SUMMER)
        redeem.lines = [Line(ItemKind.PROMOTION, "p1", State.SENDING, sent_at=1.0)]
        assert self.journal.create(redeem, [], "test") is None
        self.journal.open(redeem, SUMMER)
        return redeem.redeem_id

    def ask(self, *arguments: str) -> Result:
        given = ["journal", "people", "-c", str(self.config), *arguments]
        return CliRunner().invoke(main, given, catch_exceptions=False)

    def told(self, *arguments: str) -> list[tuple[str, str]]:
        found = json.loads(self.ask("--json", *arguments).stdout)["deeds"]
        return [(one["who"], one["what"]) for one in found]


@pytest.fixture
def office(tmp_path: Path, valkey: Path, redis_client: redis.Redis) -> Office:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(redis=valkey))
    return Office(path, open_ledger(load_journal(path)).journal)


def test_who_did_what_to_which_redeem_and_how_it_stands(office: Office) -> None:
    redeem_id = office.left_open()
    office.did("anna", "tried by hand", redeem_id)
    office.did("olga", "exported")
    done = office.ask()
    assert done.exit_code == 0
    lines = [re.split(r" {2,}", line.strip()) for line in done.stdout.splitlines()]
    heading, *rows = lines
    assert heading == ["When", "Who", "What", "Redeem", "Now"]
    assert rows == [
        ["2026-06-01 12:00:01 CEST", "olga", "saved a list as CSV"],
        [
            *("2026-06-01 12:00:00 CEST", "anna", "tried it at once"),
            *(redeem_id, "open"),
        ],
    ]


def test_programs_get_words_that_stay(office: Office) -> None:
    redeem_id = office.left_open()
    office.did("anna", "checked", redeem_id)
    assert json.loads(office.ask("--json").stdout) == {
        "deeds": [
            {
                "at": "2026-06-01T10:00:00.250+00:00",
                "local_time": "2026-06-01T12:00:00.250+02:00",
                "who": "anna",
                "what": "checked",
                "kind": "acts",
                "redeem_id": redeem_id,
                "state": "open",
            }
        ],
        "more": "",
    }


def test_what_is_no_longer_kept_is_listed_without_a_state(office: Office) -> None:
    office.did("anna", "closed", "0" * 32)
    (one,) = json.loads(office.ask("--json").stdout)["deeds"]
    assert (one["redeem_id"], one["state"]) == ("0" * 32, None)


@pytest.mark.parametrize("kind", DEEDS)
def test_each_kind_is_found_by_itself(office: Office, kind: str) -> None:
    for what in KIND:
        office.did("anna", what)
    found = {what for _who, what in office.told("--kind", kind)}
    assert found == {what for what in KIND if KIND[what] == kind}


def test_everything_that_people_do_has_words() -> None:
    assert set(DONE) == set(KIND)


def test_one_person_is_found_among_others(office: Office) -> None:
    office.did("anna", "signed in")
    office.did("olga", "signed in")
    office.did("anna", "exported")
    assert office.told("--person", "anna") == [
        ("anna", "exported"),
        ("anna", "signed in"),
    ]


def test_a_list_goes_on_where_it_ended(office: Office) -> None:
    for name in ("anna", "olga", "rune"):
        office.did(name, "signed in")
    first = office.ask("--limit", "2")
    more = first.stderr.split("--after ")[1].strip()
    assert office.told("--after", more) == [("anna", "signed in")]


def test_one_person_is_looked_for_to_the_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deeds, "SCAN_AT_MOST", 2)
    office.did("anna", "signed in")
    for _ in range(5):
        office.did("olga", "exported")
    assert office.told("--person", "anna") == [("anna", "signed in")]


def test_nothing_found_is_exit_1(office: Office) -> None:
    done = office.ask("--person", "nobody")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Nothing was found" in done.stderr


def test_a_place_that_no_list_named_is_a_mistake(office: Office) -> None:
    done = office.ask("--after", "somewhere")
    assert done.exit_code == 2
    assert "There is no such place in the list" in done.stderr


def test_a_name_cannot_command_the_terminal(office: Office) -> None:
    office.did("\x1b[31manna", "signed in")
    assert "\x1b" not in office.ask().stdout
    assert "\x1b" not in office.ask("--json").stdout

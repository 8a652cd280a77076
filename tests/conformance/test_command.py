"""``sitoo-bridge conformance`` at the real bridge, and what CI makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.embedded import EmbeddedValkey
from tests.conformance.stall import LOGIN, Stall
from tests.demo_crm_process import JOHN, DemoCrm
from tests.end_to_end.service import POS, Service


def conformance(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(
        main, ["conformance", *arguments], input=typed, catch_exceptions=False
    )


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("service")
    with DemoCrm() as crm, Service(directory, crm, EmbeddedValkey()) as service:
        yield service


def test_the_bridge_agrees_with_the_reference_in_everything(bridge: Service) -> None:
    granted = bridge.crm.grant(JOHN, offers=2, vouchers=1)
    before = bridge.crm.spent()
    named = [f"--promotion={id_}" for id_ in granted["offers"]]
    named += [f"--bonus-check={id_}" for id_ in granted["vouchers"]]
    result = conformance(
        *(bridge.url, "-u", ":".join(POS), "--allow-writes", "--json"),
        *("--key", "mobile:0701112233", "--customer", JOHN, *named),
    )
    found = {one["title"]: one for one in json.loads(result.output)["cases"]}
    others = [one for one in found.values() if one["verdict"] != "agrees"]
    assert others == []
    assert result.exit_code == 0
    assert bridge.crm.spent() == before


@pytest.fixture(scope="module")
def stall() -> Iterator[Stall]:
    stall = Stall("partly", "undone already", "blank error")
    with stall.serving():
        yield stall


ARGUMENTS = ("-u", LOGIN, "--allow-writes", "--key", "mobile:+46701112233")


def test_a_table_has_the_reference_beside_what_was_seen(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    result = conformance(stall.origin, *ARGUMENTS)
    assert result.exit_code == 1
    (line,) = [
        line for line in result.output.splitlines() if "A good item with a bad" in line
    ]
    assert "409: none of it" in line
    assert "409, an Error, but the good one is redeemed" in line
    assert "deviates" in line
    assert "Search, look up, then add *" in result.output
    assert LOGIN.partition(":")[2] not in result.output


def test_what_needs_leave_to_write_is_only_counted(stall: Stall) -> None:
    result = conformance(stall.origin, "-u", LOGIN)
    assert "more cases need --allow-writes" in result.output
    assert "Redeem, see it, undo" not in result.output


def test_ci_servers_get_their_xml(stall: Stall, tmp_path: Path) -> None:
    file = tmp_path / "report.xml"
    result = conformance(stall.origin, *ARGUMENTS, "--json", "--junit", str(file))
    summary = json.loads(result.output)["summary"]
    suite = ElementTree.parse(file).getroot()
    assert int(suite.attrib["tests"]) == len(suite) == sum(summary.values())
    for name, verdict in (("failures", "deviates"), ("skipped", "not tried")):
        assert int(suite.attrib[name]) == summary[verdict]
    assert len(suite.findall("testcase/failure")) == summary["deviates"] >= 2
    assert len(suite.findall("testcase/skipped")) == summary["not tried"]
    failure = suite.find("testcase[@name='A good item with a bad one']/failure")
    assert failure is not None
    assert "The reference says: 409: none of it" in (failure.text or "")
    assert LOGIN.partition(":")[2] not in file.read_text("utf-8")


@pytest.mark.parametrize("where", ["env", "file"])
def test_a_password_may_stand_elsewhere(
    stall: Stall, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, _, password = LOGIN.partition(":")
    (tmp_path / "password").write_text(password + "\n", "utf-8")
    monkeypatch.setenv("SPI_PASSWORD", password)
    place = {"env": "env:SPI_PASSWORD", "file": f"file:{tmp_path}/password"}[where]
    assert conformance(stall.origin, "-u", f"{user}:{place}").exit_code == 1


def test_a_password_is_asked_for_without_showing_it(stall: Stall) -> None:
    user, _, password = LOGIN.partition(":")
    result = conformance(stall.origin, "-u", user, typed=password + "\n")
    assert result.exit_code == 1
    assert "Password" in result.stderr
    assert password not in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-u", "pos:wrong"), "401: it does not take these credentials"),
        (("-u", "pos:env:NOT_SET"), "NOT_SET is not set"),
        ((), "Missing option '-u'"),
        (("-u", LOGIN, "--key", "shoe_size:42"), "must be TYPE:KEY"),
    ],
)
def test_what_could_not_be_tried_is_2(
    stall: Stall, arguments: tuple[str, ...], words: str
) -> None:
    result = conformance(stall.origin, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9", "is this where it listens?"),
        ("ftp://example.com", "must begin with https://"),
        ("https://pos:secret@example.com", "credentials belong to -u"),
    ],
)
def test_an_address_where_nothing_is_2(url: str, words: str) -> None:
    result = conformance(url, "-u", LOGIN)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "secret@" not in result.stderr

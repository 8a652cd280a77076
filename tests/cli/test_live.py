"""``sitoo-bridge check --live``: what a till would meet, tried without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.errors import OutcomeUnknown, Refused, Unavailable
from bridge.model import Item, ItemKind
from mappings import demo
from tests.demo_crm_process import JOHN, JOHNS_OFFER, DemoCrm

CONFIG = """
sites:
  north:
    country: SE
    mapping: demo
    users: {{till: env:TILL}}
    upstream:
      url: "{crm}"
      auth: {{kind: header, name: X-Api-Key, value: env:KEY}}
redis: {{url: "unix://{valkey}"}}
"""
JOHNS = "north:email:john.doe@example.com"
OFFER = f"promotion:{JOHNS_OFFER}"

Check = Callable[..., Result]


@pytest.fixture(scope="module")
def running() -> Iterator[DemoCrm]:
    with DemoCrm() as crm:
        yield crm


@pytest.fixture
def crm(running: DemoCrm) -> DemoCrm:
    running.reset()
    return running


@pytest.fixture
def check(
    crm: DemoCrm, valkey: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Check:
    monkeypatch.setenv("TILL", "secret")
    monkeypatch.setenv("KEY", "demo-crm-key")
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(crm=crm.url, valkey=valkey))

    def run(*options: str) -> Result:
        return CliRunner().invoke(main, ["check", "-c", str(path), *options])

    return run


def spends(crm: DemoCrm) -> int:
    said = crm.call("GET", f"/spends?item={JOHNS_OFFER}").json()
    return len(said["spends"])


def steps(result: Result) -> list[str]:
    """Return what was said of each step, without how long it took."""
    lines = [line.partition("sites.north: ")[2] for line in result.output.splitlines()]
    return [line.partition(",")[0] for line in lines if " s" in line]


def test_a_customer_is_read_and_nothing_is_redeemed(check: Check, crm: DemoCrm) -> None:
    result = check("--live", JOHNS)
    assert result.exit_code == 0, result.output
    for verb in ("consents", "additional_options", "search", "get", "transactions"):
        assert f"sites.north: {verb}: " in result.output
    assert OFFER in result.output
    assert "redeem_item" not in result.output
    for personal in ("john.doe", "John", "Doe", JOHN):
        assert personal not in result.output


def test_the_key_may_be_typed_as_at_a_till(check: Check) -> None:
    result = check("--live", "north:email: John.DOE@example.com")
    assert "search: 1 found" in result.output, result.output


def test_an_item_that_is_named_is_redeemed_and_given_back(check: Check) -> None:
    for _ in range(2):
        result = check("--live", JOHNS, "--redeem", OFFER)
        assert result.exit_code == 0, result.output
        said = steps(result)[-4:]
        assert said[0].startswith("redeem_item: done as ")
        assert said[1:] == [
            "find_receipt: redeemed",
            "undo_item: given back",
            "find_receipt: not redeemed",
        ]


def test_what_the_crm_refuses_is_a_problem(check: Check) -> None:
    result = check("--live", JOHNS, "--redeem", "promotion:nothing")
    assert result.exit_code == 1
    assert "problem sites.north: redeem_item: Can't redeem" in result.output
    assert "by hand" not in result.output, "nothing was redeemed"


@pytest.mark.parametrize(
    ("live", "said"),
    [
        ("north:email:nobody@example.com", "nobody has this key"),
        ("south:email:john.doe@example.com", "sites.south: there is none"),
    ],
)
def test_nothing_to_try_it_on_is_a_problem(check: Check, live: str, said: str) -> None:
    result = check("--live", live)
    assert result.exit_code == 1
    assert said in result.output


def test_what_cannot_be_given_back_is_not_redeemed(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = frozenset({ItemKind.PROMOTION})
    monkeypatch.setattr(demo.Mapping, "irreversible", kept)
    result = check("--live", JOHNS, "--redeem", OFFER)
    assert result.exit_code == 1
    assert "cannot give back a promotion" in result.output
    assert "redeem_item" not in result.output


def test_a_crm_whose_list_lags_is_a_problem(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo.Mapping, "find_receipt", lambda *_: None)
    result = check("--live", JOHNS, "--redeem", OFFER)
    assert result.exit_code == 1
    assert "does not say at once that the item is redeemed" in result.output
    assert "undo_item: given back" in result.output


def test_an_item_that_stays_redeemed_is_a_problem(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo.Mapping, "undo_item", lambda *_: None)
    result = check("--live", JOHNS, "--redeem", OFFER)
    assert result.exit_code == 1
    assert "still has the item as redeemed" in result.output


def test_an_answer_that_is_lost_names_what_to_look_for(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise OutcomeUnknown

    monkeypatch.setattr(demo.Mapping, "undo_item", lost)
    result = check("--live", JOHNS, "--redeem", OFFER)
    ref = result.output.partition("done as ")[2].partition(",")[0]
    assert len(ref) == 34
    assert f"Look in the CRM for {ref}" in result.output


def test_a_redeem_whose_answer_is_lost_names_what_to_look_for(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise OutcomeUnknown

    monkeypatch.setattr(demo.Mapping, "redeem_item", lost)
    result = check("--live", JOHNS, "--redeem", OFFER)
    assert "Look in the CRM for " in result.output


@pytest.mark.parametrize("refuses", [False, True])
def test_a_crm_that_prepares_is_asked_to(
    check: Check, crm: DemoCrm, monkeypatch: pytest.MonkeyPatch, refuses: bool
) -> None:
    """What it refuses then is not redeemed."""

    def prepare(_: object, refs: dict[Item, str]) -> dict[Item, Refused]:
        return {item: Refused("Can't redeem: why.") for item in refs if refuses}

    monkeypatch.setattr(demo.Mapping, "prepare", prepare)
    result = check("--live", JOHNS, "--redeem", OFFER)
    assert result.exit_code == refuses
    assert "prepare: looked at" in result.output
    assert ("prepare: Can't redeem: why." in result.output) == refuses
    assert ("redeem_item" in result.output) != refuses


def test_purchases_are_read_to_the_end(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may come one by one, and the last one may be what is wrong."""

    def transactions(*_: object) -> Iterator[object]:
        yield object()
        raise Unavailable

    monkeypatch.setattr(demo.Mapping, "transactions", transactions)
    result = check("--live", JOHNS)
    assert result.exit_code == 1
    assert "problem sites.north: transactions: " in result.output


def test_an_answer_of_another_shape_is_a_problem(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a CRM may give that a mapping was never tried with."""
    monkeypatch.setitem(demo.OFFER, "promotion_id", "number")
    monkeypatch.setattr(demo, "benefit", lambda given: given["cents"] / 0)
    monkeypatch.setitem(demo.READ, "promotion_type", demo.benefit)
    result = check("--live", JOHNS)
    assert result.exit_code == 1
    assert "not as the mapping expects it (test_live.py, line" in result.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--redeem", OFFER], "--redeem needs --live"),
        (["--live", "north"], "--live: SITE:KEY_TYPE:KEY"),
        (["--live", "north:shoe_size:42"], "--live: SITE:KEY_TYPE:KEY"),
        (["--live", JOHNS, "--redeem", "voucher:1"], "--redeem: KIND:ID"),
        (["--live", JOHNS, "--redeem", "promotion:"], "--redeem: KIND:ID"),
    ],
)
def test_a_mistake_in_the_command_line(
    check: Check, options: list[str], said: str
) -> None:
    result = check(*options)
    assert result.exit_code == 2
    assert said in result.output

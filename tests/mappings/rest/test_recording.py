"""A staging CRM recorded: nobody's data in it, and a file is held against it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.cli.mapping.described.pseudonyms import SHORTEST, STAMP, pieces
from bridge.model import ItemKind, SearchKeyType
from bridge.testing import Call, Refusal, described
from bridge.testing.local import LocalHandler, LocalServer
from tests.demo_crm_process import JOHN, DemoCrm
from tests.mappings.demo.test_contract import ASA
from tests.mappings.rest.described import DEMO, ROOT
from tests.mappings.rest.small import Answers

CONFIG = """\
sites:
  shop:
    country: SE
    mapping: rest
    options: {{file: {file}}}
    users: {{pos: choose-one-long}}
    upstream:
      url: {url}
      auth: {{kind: header, name: X-Api-Key, value: env:CRM_KEY}}
redis: {{url: "redis://127.0.0.1:1"}}
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Record or check a file with this text, before a CRM at this address."""
    monkeypatch.setenv("CRM_KEY", "demo-crm-key")
    file, config = tmp_path / "crm.yaml", tmp_path / "config.yaml"

    def command(name: str, text: str, *more: str, url: str = "") -> Result:
        file.write_text(text, "utf-8")
        config.write_text(CONFIG.format(file=file, url=url), "utf-8")
        given = ["-c", str(config)] if url else ["--recorded", str(kept(tmp_path))]
        return CliRunner().invoke(main, ["mapping", name, str(file), *given, *more])

    return command


def kept(directory: Path) -> Path:
    return directory / "crm.recorded.json"


FILE = DEMO.read_text("utf-8")

READ = (
    *("--key", "member_number:10013", "--key", "email:john.doe@example.com"),
    *("--lookup", "mobile:+46701112233"),
)


@pytest.fixture
def recorded(running: DemoCrm, run: Run, tmp_path: Path) -> dict[str, Any]:
    running.reset()
    result = run("record", FILE, *READ, url=running.url)
    assert result.exit_code == 0, result.output
    content: dict[str, Any] = json.loads(kept(tmp_path).read_text("utf-8"))
    return content


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, name)
    elif value is not None and not isinstance(value, bool):
        yield name, str(value)


def words(text: str) -> set[str]:
    """Return the words in a text by which somebody could be known."""
    return {
        piece.lower()
        for piece, is_word in pieces(text)
        if is_word and len(piece) >= SHORTEST and piece.strip("0")
    }


def test_a_crm_is_recorded_and_the_file_stands_it(
    recorded: dict[str, Any], run: Run
) -> None:
    verbs = [one["verb"] for one in recorded["reads"]]
    assert {*verbs} == {
        *("probe", "consents", "additional_options", "search", "get"),
        *("transactions", "lookup", "find_receipt"),
    }
    (card, nobody) = (one for one in recorded["reads"] if one["verb"] == "get")
    assert card["answered"]["customer_id"] == card["given"][0] != ASA
    assert card["answered"]["gender"] == "female"
    assert len(card["answered"]["promotions"]) == 5
    assert nobody["answered"]["statuscode"] == 404
    checked = run("check", FILE)
    assert checked.exit_code == 0, checked.output
    assert f"{len(verbs)} reads are as recorded" in checked.output


def test_nothing_of_what_the_crm_said_is_kept(
    recorded: dict[str, Any], running: DemoCrm
) -> None:
    vocabulary = described(DEMO)[0].vocabulary
    said = [
        running.call("GET", f"/contacts/{one}{part}").json()
        for one in (ASA, JOHN)
        for part in ("", "/offers", "/vouchers", "/points")
    ]
    said += [
        running.call("GET", path).json()
        for path in (f"/contacts/{ASA}/purchases", "/agreements", "/attributes")
    ]
    planted, days = set(), set()
    for name, text in leaves(said):
        if STAMP.fullmatch(text):
            days.add(text[:10])
            continue
        if (name, text) in vocabulary.words or name in vocabulary.codes:
            continue
        planted |= words(text)
    assert len(planted) > 150
    asked = [one for read in recorded["reads"] for one in read["asked"]]
    given = [read["given"] for read in recorded["reads"]]
    for _, text in leaves([[one.get("answer") for one in asked], given]):
        if STAMP.fullmatch(text):
            assert text[:10] not in days
            continue
        if text not in [*SearchKeyType, *ItemKind]:
            assert not words(text) & planted, text
    own = words(FILE)
    for one in asked:
        assert not (words(one["request"]) - own) & planted, one["request"]


def test_nothing_of_the_seed_is_kept(recorded: dict[str, Any], tmp_path: Path) -> None:
    seed = [
        json.loads((ROOT / "demo_crm" / "seed" / f"{name}.json").read_text("utf-8"))
        for name in ("contacts", "catalogue")
    ]
    text = kept(tmp_path).read_text("utf-8")
    long = {one for _, one in leaves(seed) if len(one) >= 8}
    assert len(long) > 100
    assert [one for one in long if one in text] == []
    for secret in ("demo-crm-key", "X-Api-Key", "127.0.0.1"):
        assert secret not in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("path: /contacts/${customer_id}/offers", "path: /offers", "asks GET /offers,"),
        ("name_first: givenName", "name_first: givnName", "name_first was"),
        (
            "{1: male, 2: female",
            "{1: female, 2: male",
            'gender was "female", is "male"',
        ),
        ("{value: cents, form: cents}", "cents", "cart_amount was"),
        ("    next: {link: next}\n", "", ""),
        ("consents:\n  path: /agreements\n  rows", "consents_:\n  rows", ""),
        ("text: There is no such customer.", "text: Nobody.", "errortext was"),
    ],
)
def test_a_file_that_does_otherwise_is_found(
    recorded: dict[str, Any], run: Run, old: str, new: str, said: str
) -> None:
    changed = FILE.replace(old, new)
    result = run("check", changed)
    if not said:
        assert result.exit_code == (0 if changed == FILE else 2)
        return
    assert changed != FILE
    assert result.exit_code == 1, result.output
    assert said in result.output


def test_what_is_not_offered_any_more_is_said(
    recorded: dict[str, Any], run: Run
) -> None:
    begin, end = FILE.index("lookup:\n"), FILE.index("redeem:\n")
    result = run("check", FILE[:begin] + FILE[end:])
    assert result.exit_code == 1
    assert "lookup: is recorded, and not in the file any more" in result.output


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", "{", "{}", '{"country": "SE", "reads": 1}', "[" * 100_000),
        '{"country": "SE", "reads": [{"verb": "create", "given": []}]}',
        '{"country": "SE", "reads": [{"verb": "search", "given": ["shoe", "44"], '
        '"asked": [], "answered": null}]}',
        '{"country": "SE", "reads": [{"verb": "get", "given": [7], "asked": [], '
        '"answered": null}]}',
        '{"country": "SE", "reads": [{"verb": "get", "given": [], "asked": [], '
        '"answered": null}]}',
        None,
    ],
)
def test_what_is_no_recording_is_said(
    run: Run, tmp_path: Path, content: str | None
) -> None:
    if content is None:
        kept(tmp_path).mkdir()
    else:
        kept(tmp_path).write_text(content)
    result = run("check", FILE)
    assert result.exit_code == 2, result.output
    assert str(kept(tmp_path)) in result.output
    assert "Traceback" not in result.output


SMALL = """\
title: Small
customer: {fields: {customer_id: id, name_first: name, status: {fields: {color: "'red'",
           text: "join(' ', [note, 'points'])"}}}}
search: {path: /find, method: POST, reads: true, body: {q: "mail=${key}"},
         by: {email: mail}, rows: found}
get: {path: "/people/${customer_id}"}
transactions:
  path: /people/${customer_id}/sales
  next: {NEXT}
  rows: rows
  fields: {date_created: at, store_name: shop, currency_code: "'SEK'",
           items: {value: lines, fields: {sku: s, product_name: s, quantity: n,
                   total: t, vat: v, vat_value: r}}}
"""


class Small(Answers):
    """People with small numbers, and two pages of sales."""

    following: Any = None

    def answer(self, call: Call) -> Any:
        self.calls.append(call)
        if call.path == "/api/find":
            nobody = "nobody" in call.body["q"]
            return {"found": [] if nobody else [{"id": 7, "name": "Åsa", "note": "9"}]}
        if not call.path.startswith("/api/people/7"):
            raise Refusal(404)
        if call.path.endswith("/sales"):
            second = bool(call.query)
            sale = {"at": f"2026-0{4 - second}-03T10:11:12Z", "shop": "Kungsgatan"}
            following = None if second else self.following.replace("URL", self.url)
            return {"rows": [{**sale, "lines": []}], "next": following}
        return {"id": 7, "name": "Åsa", "note": "2500"}


@pytest.mark.parametrize(
    ("paging", "following"),
    [
        ("{link: next}", "URL/api/people/7/sales?after=%C3%85sa%2F1"),
        ("{link: next}", "/api/people/7/sales?after=1"),
        ("{link: next}", "/people/7/sales?after=1"),
        ("{cursor: next, name: after}", "eyJpZCI6N30="),
    ],
)
def test_small_numbers_pages_and_posts(
    run: Run, tmp_path: Path, paging: str, following: str
) -> None:
    text = SMALL.replace("{NEXT}", paging)
    with Small() as crm:
        crm.following = following
        result = run("record", text, "--key", "email:asa@acme.se", url=f"{crm.url}/api")
    assert result.exit_code == 0, result.output
    content = json.loads(kept(tmp_path).read_text("utf-8"))
    sales = [one for one in content["reads"] if one["verb"] == "transactions"]
    assert len(sales[0]["asked"]) == len(sales[0]["answered"]) == 2
    (customer_id,) = sales[0]["given"]
    assert customer_id != "7"
    assert sales[0]["asked"][0]["request"] == f"GET /people/{customer_id}/sales"
    found = content["reads"][0]["asked"][0]
    assert found["body"]["q"].startswith("mail=")
    assert "acme" not in found["body"]["q"]
    said = kept(tmp_path).read_text("utf-8")
    assert "/api/" not in said
    assert "Åsa" not in said
    checked = run("check", text)
    assert checked.exit_code == 0, checked.output


class Linked(LocalHandler):
    """One person with two pages of sales, and a header that leads from one to two."""

    def do_GET(self) -> None:
        at = f"http://127.0.0.1:{self.server.server_port}{self.path}?after=Kungsgatan"
        headers = [("Content-Type", "application/json"), ("X-Key", "hemlig-nyckel")]
        sales: Any = [{"at": "2026-04-03T10:00:00Z", "shop": "Kungsgatan", "lines": []}]
        if not self.path.startswith("/people/7"):
            self.send(404, headers, b"{}")
            return
        if "/sales?" not in self.path:
            headers.append(("Link", f'<{at}>; rel="next", <{at}&last>; rel="last"'))
        body = {"rows": sales} if "/sales" in self.path else {"id": 7, "name": "Åsa"}
        self.send(200, headers, json.dumps(body).encode())

    def do_POST(self) -> None:
        nobody = b"nobody" in self.body()
        found = [] if nobody else [{"id": 7, "name": "Åsa"}]
        self.send(200, [], json.dumps({"found": found}).encode())


def test_a_link_header_is_kept_and_no_other(run: Run, tmp_path: Path) -> None:
    text = SMALL.replace("{NEXT}", "{link_header: true}").replace("[note, ", "[name, ")
    server = LocalServer(Linked)
    with server.serving():
        result = run("record", text, "--key", "email:asa@acme.se", url=server.origin)
    assert result.exit_code == 0, result.output
    said = kept(tmp_path).read_text("utf-8")
    (sales, _) = (
        one for one in json.loads(said)["reads"] if one["verb"] == "transactions"
    )
    first, second = sales["asked"]
    _, _, path = second["request"].partition(" ")
    assert first["link"] == f'<https://crm.example{path}>; rel="next"'
    for word in ("hemlig", "Kungsgatan", "127.0.0.1", "last"):
        assert word not in said
    assert run("check", text).exit_code == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"method: POST, reads: true": "method: POST"}, "if it changes nothing, say"),
        ({"path: /find": "path: /lost"}, "Nobody was found"),
        (
            {
                "{link: next}": "{page: 1, name: after, "
                "more: \"starts_with(rows[0].shop, 'Kungs') && next\"}"
            },
            "the file asks otherwise",
        ),
        ({"rows: found": "rows: hits"}, "Nothing was written"),
    ],
)
def test_what_cannot_be_recorded_leaves_nothing_behind(
    run: Run, tmp_path: Path, change: dict[str, str], said: str
) -> None:
    text = SMALL.replace("{NEXT}", "{link: next}")
    for old, new in change.items():
        text = text.replace(old, new)
    with Small() as crm:
        crm.following = "/api/people/7/sales?after=1"
        result = run("record", text, "--key", "email:asa@acme.se", url=f"{crm.url}/api")
    assert result.exit_code == 1, result.output
    assert said in " ".join(result.output.split())
    assert not kept(tmp_path).exists()
    assert "Traceback" not in result.output


@pytest.mark.parametrize("key", ["asa@acme.se", "shoe:44", "email:"])
def test_a_key_that_is_none(run: Run, key: str) -> None:
    result = run("record", FILE, "--key", key, url="http://127.0.0.1:1")
    assert result.exit_code == 2
    assert "a key is KIND:KEY, of " in result.output

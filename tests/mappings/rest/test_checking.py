"""What is wrong with a file is said before it runs: all of it, each with its line."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from sphinx.pycode import ModuleAnalyzer

from bridge.config import read_draft
from bridge.errors import ConfigError
from bridge.mapping import offers
from mappings.rest.description import parts, shape, verbs
from tests.mappings.rest.described import DEMO, ROOT
from tests.mappings.rest.small import compiled

KINDS = [
    kind
    for module in (parts, shape, verbs)
    for kind in vars(module).values()
    if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
]

GOOD = """\
title: Small
customer:
  fields:
    customer_id: id
    gender: {value: sex, table: {1: male}}
get:
  path: /people/${customer_id}
"""

REDEEM = """\
redeem:
  redeem_item: {method: POST, path: "/spend/${item.item_id}", receipt: {no: id}}
  find_receipt: {path: /spent, rows: rows, receipt: {no: id}}
  undo_item: {method: DELETE, path: "/spend/${receipt.no}"}
"""

LISTED = "path: /t, rows: r, next: {page: 1, name: p}, fields: {}"


def problems(directory: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        compiled(directory, text)
    file = str(directory / "crm.yaml")
    said = [problem.partition(f"{file}: ")[2] for problem in raised.value.problems]
    assert all(said), raised.value.problems
    return said


def test_what_a_file_has_is_what_the_mapping_offers(tmp_path: Path) -> None:
    made = compiled(tmp_path, GOOD)
    assert made.title == "Small"
    assert offers(made, "get")
    assert not any(offers(made, one) for one in ("search", "redeem_item", "probe"))
    assert offers(compiled(tmp_path, GOOD + REDEEM), "undo_item")


def test_a_file_may_say_where_the_crm_shows_a_customer(tmp_path: Path) -> None:
    assert compiled(tmp_path, GOOD).crm_page("17") == ""
    made = compiled(tmp_path, f"{GOOD}crm_url: /people/${{customer_id}}/card\n")
    assert made.crm_page("17") == "/people/17/card"
    assert made.crm_page("a/b?c") == "/people/a%2Fb%3Fc/card"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: Small\n", "", "title: is missing: it must be text"),
        ("get:", "gett:", "gett: is not known: did you mean get? (line 6)"),
        ("id\n", "id[\n", "customer.fields.customer_id: is no expression"),
        ("id\n", "nope(id)\n", "there is no function nope() (line 4)"),
        ("id\n", "length(id, id)\n", "length() takes 1 arguments, not 2 (line 4)"),
        ("customer_id: id", "custmer_id: id", "did you mean customer_id? (line 4)"),
        ("value: sex", "valu: sex", "gender.valu: is not known: did you mean value?"),
        ("{1: male}", "genders", "there is no table genders in tables (line 5)"),
        ("${customer_id}", "${customer}", "nothing fills ${customer}: did you mean"),
        ("${customer_id}", "${ref}", "get.path: nothing fills ${ref}"),
        ("${customer_id}", "${customer_id", "has a ${ without its } (line 7)"),
        ("/people", "//evil.example", "get.path: must begin with one / (line 7)"),
        ("/people", "http://evil.example", "get.path: must begin with one /"),
        ("/people", "people", "get.path: must begin with one /"),
        ("/people", "/a/../b", "get.path: must not go up"),
        ("/people", "/a/%2e%2E/b", "get.path: must not go up"),
        ("/people", "/a%2F..%2fb", "get.path: must not go up"),
        ("/people", "/a/..;x/b", "get.path: must not go up"),
        ("/people/", "/people?x=", "get.path: must begin with one / and have no ?"),
        ("  path", "  headers: {Host: x}\n  path", "get.headers.Host: cannot be set"),
        ("  path", "  headers: {authorization: x}\n  path", "cannot be set here"),
        ("  path", "  headers: {Content-Type: text/xml}\n  path", "a kind of JSON"),
        ("  path", "  method: FETCH\n  path", "get.method: must be one of GET"),
        ("  path", "  body: {a: 1}\n  path", "get.body: a GET has none"),
        ("title: Small", "title: 7", "title: must be text (line 1)"),
        ("get:", "crm_url: https://x/\nget:", "crm_url: must begin with one /"),
        ("get:", "crm_url: /a?id=1\nget:", "must begin with one / and have no ?"),
        ("get:", "crm_url: /a/${email}\nget:", "crm_url: nothing fills ${email}"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    found = problems(tmp_path, GOOD.replace(old, new, 1))
    wanted = said.removesuffix(")") if "(line" in said else said
    assert any(_has(one, wanted) for one in found), found
    assert all("(line" in one or "is missing" in one for one in found)


def _has(problem: str, said: str) -> bool:
    text, _, line = said.partition(" (line")
    return text in problem and (not line or f"(line{line}" in problem)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  undo_item", "  undo", "redeem.undo_item: is missing"),
        ("rows: rows, ", "", "must have either rows or a record"),
        ("{no: id}}\n  undo", "{nr: id}}\n  undo", "the same names as redeem_item's"),
        ("redeem:", "redeem:\n  kinds: {cheque: {}}", "redeem.kinds.cheque"),
        ("redeem:", "redeem:\n  holds: ${reff}", "redeem.holds: nothing fills"),
        ("${item.item_id}", "${receipt.no}", "nothing fills ${receipt}"),
        (
            "redeem:",
            "redeem:\n  prepare: {method: POST, path: /look}",
            "redeem.prepare: must only read",
        ),
        (
            "redeem:",
            "redeem:\n  prepare: {before: [{name: a, method: PUT, path: /a}], path: /}",
            "redeem.prepare: must only read",
        ),
    ],
)
def test_what_is_wrong_with_redeeming(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in REDEEM
    assert any(
        said in one for one in problems(tmp_path, GOOD + REDEEM.replace(old, new, 1))
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("search: {path: /p, rows: r, by: {name: n}}", "search.by.name: is not known"),
        ("search: {path: /p, by: {email: n}}", "search.rows: is missing"),
        ("create: {method: POST, path: /p, body: 1}", "written: is missing"),
        ("written: {status: x}", "written.status: is not known"),
        ("written: {gender: {to: x, table: nope}}", "there is no table nope"),
        ("written: {email: a.b, mobile: a}", "something else is written to this"),
        ("consents: {path: /c, rows: r, fields: {name: n}}", "consent_id is missing"),
        ("consents: {fixed: [{consent_id: a}]}", "consents.fixed[0]: is no Consent"),
        ("refusals: {codes: {A: No.}}", "refusals.code: is missing"),
        ("refusals: {about: {value: a}}", "must not repeat what the CRM says"),
        (
            "refusals: {code: c, codes: {A: 'No ${code}.'}}",
            "refusals.codes.A: nothing fills ${code}",
        ),
        ("signals: {throttled: {often: x}}", "is no HTTP status"),
        (
            "transactions: {path: /t, rows: r, next: {page: 1, link: n}, fields: {}}",
            "transactions.next: must have one of",
        ),
        *(
            (f"transactions: {{{how}, {LISTED}}}", said)
            for how, said in (
                ("method: PUT", "next: only a GET or a POST has pages"),
                ("method: POST, body: {}", "reads: must be true of a POST"),
                ("method: POST, reads: true, body: [1]", "body: must be a section"),
                ("method: POST, reads: true", "body: must be a section"),
            )
        ),
    ],
)
def test_what_is_wrong_with_the_rest(tmp_path: Path, more: str, said: str) -> None:
    found = problems(tmp_path, f"{GOOD}{more}\n")
    assert any(said in one for one in found), found


def test_the_spi_decides_what_an_object_needs(tmp_path: Path) -> None:
    text = GOOD + "  body: 1\n"
    assert problems(tmp_path, text) == ["get.body: a GET has none (line 8)"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &a [*a]\n", "nested too deeply"),
        ("a: " + "[" * 500 + "]" * 500, "nested too deeply"),
        (
            "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
            ),
            "far too long",
        ),
        ("", "mapping new NAME --rest"),
        ("- a\n", "must have keys"),
        ("a: b: c\n", "is not valid YAML"),
        ("a: !!python/object/apply:os.system [x]\n", "is not valid YAML"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        compiled(tmp_path, text)


CONFIG = """\
sites:
  shop:
    country: SE
    mapping: rest
    options: {{file: {file}}}
    users: {{till: secret}}
    upstream: {{url: "http://127.0.0.1:1"}}
redis: {{url: "redis://127.0.0.1"}}
"""


def test_the_configuration_says_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    config, file = tmp_path / "config.yaml", tmp_path / "crm.yaml"
    config.write_text(CONFIG.format(file=file), "utf-8")
    file.write_text(GOOD.replace("get:", "got:"), "utf-8")
    (said,) = read_draft(config).problems
    assert said.startswith(f"sites.shop.options.file: {file}: got: is not known")
    assert said.endswith("(line 6) (line 5)")


def test_the_configuration_says_what_does_not_compile(tmp_path: Path) -> None:
    config, file = tmp_path / "config.yaml", tmp_path / "crm.yaml"
    config.write_text(CONFIG.format(file=file), "utf-8")
    file.write_text(GOOD.replace("${customer_id}", "${id}"), "utf-8")
    (said,) = read_draft(config).problems
    assert "get.path: nothing fills ${id}" in said


def test_the_example_is_right(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(file=DEMO), "utf-8")
    draft = read_draft(config)
    assert draft.problems == ()
    assert draft.sites[0].mapping_class.title == "Demo CRM"


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_explained(kind: type) -> None:
    """The reference is made of the declarations, and has them all."""
    page = (ROOT / "docs" / "reference" / "rest.rst").read_text("utf-8")
    assert f".. keys:: {kind.__module__}.{kind.__qualname__}\n" in page
    explained = ModuleAnalyzer.for_module(kind.__module__).find_attr_docs()
    for name in vars(kind)["__annotations__"]:
        assert explained.get((kind.__name__, name)), name

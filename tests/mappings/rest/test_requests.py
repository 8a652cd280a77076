"""What a file makes of its requests: quoted, in a row, page by page, at one host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.errors import (
    AccessRefused,
    Missing,
    NotFound,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
)
from bridge.model import Item, ItemKind, SearchKey, SearchKeyType
from bridge.testing import Refusal
from tests.mappings.rest.small import connected

CARD = """\
title: Small
customer: {fields: {customer_id: id, name_first: name}}
get: {path: "/people/${customer_id}"}
"""

SALES = (
    CARD
    + """\
transactions:
  path: /sales
  query: {of: "${customer_id}"}
  rows: rows
  fields: {date_created: at, store_name: shop, currency_code: "'SEK'",
           items: {value: lines, fields: {sku: s, product_name: s, quantity: n,
                   total: t, vat: v, vat_value: r}}}
"""
)


def sale(at: int) -> dict[str, Any]:
    return {"at": at, "shop": "Here", "lines": []}


@pytest.mark.parametrize(
    "odd",
    ["a/b", "a?b=c", "a#b", "a%2Fb", "@evil.example", "http://evil/", "å ö", "{x}"],
)
def test_an_id_is_one_segment_whatever_is_in_it(tmp_path: Path, odd: str) -> None:
    with connected(tmp_path, CARD, {"id": odd, "name": "A"}) as (mapping, crm):
        assert mapping.get(odd).customer_id == odd
    (call,) = crm.calls
    assert call.path.count("/") == 2
    assert call.query == {}


@pytest.mark.parametrize("nobody", ["", ".", ".."])
def test_what_would_be_another_path_is_nobodys_id(tmp_path: Path, nobody: str) -> None:
    with connected(tmp_path, CARD) as (mapping, crm), pytest.raises(NotFound):
        mapping.get(nobody)
    assert crm.calls == []


@pytest.mark.parametrize(
    ("following", "pages", "queries"),
    [
        (
            "{link: next}",
            [{"next": "/sales?p=2"}, {"next": None}],
            [{"of": "7"}, {"p": "2"}],
        ),
        (
            "{cursor: meta.after, name: after}",
            [{"meta": {"after": "x&y"}}, {}],
            [{"of": "7"}, {"of": "7", "after": "x&y"}],
        ),
        (
            "{page: 1, name: page, more: more}",
            [{"more": True}, {"more": False}],
            [{"of": "7"}, {"of": "7", "page": "2"}],
        ),
        (
            "{offset: 0, name: skip}",
            [{}, {"rows": []}],
            [{"of": "7"}, {"of": "7", "skip": "1"}],
        ),
    ],
)
def test_the_ways_of_paging(
    tmp_path: Path, following: str, pages: Any, queries: Any
) -> None:
    answers = [{"rows": [sale(at)], **page} for at, page in enumerate(pages)]
    shown = sum(len(answer["rows"]) for answer in answers)
    text = f"{SALES}  next: {following}\n"
    with connected(tmp_path, text, *answers) as (mapping, crm):
        assert len([*mapping.transactions("7")]) == shown
    assert [call.query for call in crm.calls] == queries


@pytest.mark.parametrize(
    "elsewhere",
    [
        *(
            "http://127.0.0.1:1/x",
            "https://evil.example/",
            "http://[evil",
            "HTTPS://HOST",
        ),
        *(
            "http://evil.example@HOST/x",
            "http://evil.example\\@HOST/x",
            "http://HOST:x/",
        ),
        *("http://HOST.evil.example/x", "ftp://HOST/x", "http://HOST\\.evil.example/x"),
    ],
)
def test_a_link_to_another_host_is_not_followed(tmp_path: Path, elsewhere: str) -> None:
    page = {"rows": [], "next": ""}
    text = f"{SALES}  next: {{link: next}}\n"
    with connected(tmp_path, text, page) as (mapping, crm):
        page["next"] = elsewhere.replace("HOST", crm.url.removeprefix("http://"))
        with pytest.raises(Unavailable, match="another address"):
            [*mapping.transactions("7")]
    assert len(crm.calls) == 1


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("HTTP://HOST/sales?p=2", "/sales"),
        ("http://HOST?p=2", "/"),
        ("http://HOST/sales?p=2#second", "/sales"),
        ("/sales?p=2", "/sales"),
        ("//evil.example/sales?p=2", "/evil.example/sales"),
        ("\\\\evil.example?p=2", "/%5C%5Cevil.example"),
        ("@evil.example?p=2", "/@evil.example"),
    ],
)
def test_a_link_to_the_same_host_is_followed(
    tmp_path: Path, link: str, path: str
) -> None:
    page = {"rows": [sale(1)], "next": ""}
    text = f"{SALES}  next: {{link: next}}\n"
    with connected(tmp_path, text, page, {"rows": []}) as (mapping, crm):
        page["next"] = link.replace("HOST", crm.url.removeprefix("http://"))
        assert len([*mapping.transactions("7")]) == 1
    assert (crm.calls[1].path, crm.calls[1].query) == (path, {"p": "2"})


POSTED = """\
  method: POST
  reads: true
  headers: {X-Version: "7"}
  body: {of: "${customer_id}", first: 2}
"""

DOCUMENT = """\
  graphql: "query($of: ID!, $after: String) { sales }"
  reads: true
  variables: {of: "${customer_id}"}
"""


def asking(text: str) -> str:
    return SALES.replace('  query: {of: "${customer_id}"}\n', text)


@pytest.mark.parametrize(
    ("following", "pages", "bodies"),
    [
        (
            "{cursor: meta.after, name: after}",
            [{"meta": {"after": 17}}, {"meta": {"after": None}}],
            [{}, {"after": 17}],
        ),
        (
            "{cursor: meta.after, name: after, more: meta.more}",
            [
                {"meta": {"after": "x", "more": True}},
                {"meta": {"after": "y", "more": False}},
            ],
            [{}, {"after": "x"}],
        ),
        ("{page: 1, name: page, more: more}", [{"more": True}, {}], [{}, {"page": 2}]),
        ("{offset: 0, name: first}", [{}, {"rows": []}], [{}, {"first": 1}]),
        ("{link: next}", [{"next": "/more?p=2"}, {}], [{}, {}]),
    ],
)
def test_pages_of_a_post(
    tmp_path: Path, following: str, pages: Any, bodies: Any
) -> None:
    answers = [{"rows": [sale(at)], **page} for at, page in enumerate(pages)]
    text = f"{asking(POSTED)}  next: {following}\n"
    with connected(tmp_path, text, *answers) as (mapping, crm):
        assert len([*mapping.transactions("7")]) == sum(
            len(one["rows"]) for one in answers
        )
    first = {"of": "7", "first": 2}
    assert [call.body for call in crm.calls] == [{**first, **one} for one in bodies]
    assert {call.method for call in crm.calls} == {"POST"}
    assert {call.headers["x-version"] for call in crm.calls} == {"7"}


def test_pages_of_a_graphql_document(tmp_path: Path) -> None:
    more = "{cursor: info.endCursor, more: info.hasNextPage, name: after}"
    pages = [
        {"rows": [sale(1)], "info": {"hasNextPage": True, "endCursor": "e1"}},
        {"rows": [sale(2)], "info": {"hasNextPage": False, "endCursor": "e2"}},
    ]
    text = f"{asking(DOCUMENT)}  next: {more}\n"
    with connected(tmp_path, text, *pages) as (mapping, crm):
        assert len([*mapping.transactions("7")]) == 2
    first, second = (call.body for call in crm.calls)
    assert first["query"] == second["query"]
    assert first["variables"] == {"of": "7"}
    assert second["variables"] == {"of": "7", "after": "e1"}


def test_headers_are_sent_with_every_page(tmp_path: Path) -> None:
    text = SALES.replace("  query:", '  headers: {X-Version: "7"}\n  query:')
    pages = [{"rows": [sale(1)], "next": "/sales?p=2"}, {"rows": []}]
    with connected(tmp_path, f"{text}  next: {{link: next}}\n", *pages) as made:
        [*made[0].transactions("7")]
    assert [call.headers.get("x-version") for call in made[1].calls] == ["7", "7"]


@pytest.mark.parametrize("odd", [{"a": 1}, [1]])
def test_a_cursor_that_is_none_is_an_odd_answer(tmp_path: Path, odd: Any) -> None:
    text = f"{asking(POSTED)}  next: {{cursor: next, name: after}}\n"
    with (
        connected(tmp_path, text, {"rows": [], "next": odd}) as (mapping, crm),
        pytest.raises(Unavailable),
    ):
        [*mapping.transactions("7")]
    assert len(crm.calls) == 1


WRITTEN = (
    CARD
    + """\
written: {name_first: name, email: contact.mail, mobile: contact.cell}
create:
  method: POST
  path: /people
  body:
    data: {type: person, attributes: "${written}"}
    tags: [pos, "${context.store_id}"]
  record: data
"""
)


def test_what_is_written_goes_where_the_file_says(tmp_path: Path) -> None:
    made = {"data": {"id": "7", "name": "Å"}}
    with connected(tmp_path, WRITTEN, made) as (mapping, crm):
        created = mapping.create({"name_first": "Å", "email": 'a"@example.com'})
    assert (created.customer_id, created.promotions, created.bonus_checks) == (
        "7",
        [],
        [],
    )
    assert crm.calls[0].body == {
        "data": {
            "type": "person",
            "attributes": {"name": "Å", "contact": {"mail": 'a"@example.com'}},
        },
        "tags": ["pos", "200"],
    }


SPEND = """\
title: Small
redeem:
  holds: points ${item.customer_id}
  kinds: {bonus_check: {word: cheque}}
  redeem_item:
    before:
      - {name: wallet, path: "/wallets/${item.customer_id}"}
      - {name: hold, method: POST, path: /holds, body: {wallet: "${steps.wallet.id}"}}
    method: POST
    path: /holds/${steps.hold.id}/confirm
    body: {what: "${item.word}", id: "${item.item_id}", ref: "${ref}"}
    receipt: {no: no}
  find_receipt: {path: "/holds", query: {ref: "${ref}"}, record: hold,
                 where: "state == 'SPENT'", receipt: {no: no}, missing: unspent}
  undo_item: {method: DELETE, path: "/holds/${receipt.no}"}
refusals:
  code: code
  codes: {SPENT: Already redeemed., SLOW: {error: throttled}}
  rules: [{status: 418, when: "tea", error: refused, text: No coffee.}]
"""
CHECK = Item(ItemKind.BONUS_CHECK, "C1", "7")


def test_requests_in_a_row(tmp_path: Path) -> None:
    answers = ({"id": 5}, {"id": "h/1"}, {"no": 12})
    with connected(tmp_path, SPEND, *answers) as (mapping, crm):
        assert mapping.redeem_item(CHECK, "R") == {"no": 12}
        assert mapping.holds(CHECK) == "points 7"
    assert crm.asked == ["GET /wallets/7", "POST /holds", "POST /holds/h%2F1/confirm"]
    assert crm.calls[1].body == {"wallet": 5}
    assert crm.calls[2].body == {"what": "cheque", "id": "C1", "ref": "R"}


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([Refusal(409, {"code": "SPENT"})], Refused),
        ([Refusal(418, {"tea": True})], Refused),
        ([Refusal(400, {"code": "SLOW"})], Throttled),
        ([{"id": None}], Unavailable),  # nothing is sent that would need it
        ([{"id": 5}, Refusal(404, {"code": "?"})], Missing),
        # From here on something is done, so no refusal says that nothing is.
        ([{"id": 5}, {"id": 6}, Refusal(409, {"code": "SPENT"})], OutcomeUnknown),
        ([{"id": 5}, {"id": 6}, Refusal(404)], OutcomeUnknown),
        ([{"id": 5}, {}], OutcomeUnknown),
        ([{"id": 5}, {"id": 6}, {}], OutcomeUnknown),
        ([{"id": 5}, {"id": 6}, {"no": {}}], OutcomeUnknown),
        ([{"id": 5}, {"id": 6}, []], OutcomeUnknown),
    ],
)
def test_the_truth_of_a_row_that_breaks(
    tmp_path: Path, answers: Any, error: type[Exception]
) -> None:
    with connected(tmp_path, SPEND, *answers) as (mapping, _):
        with pytest.raises(error) as raised:
            mapping.redeem_item(CHECK, "R")
        assert raised.type is error or not issubclass(error, Refused)
        assert not isinstance(raised.value, Refused) or issubclass(error, Refused)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"hold": {"state": "SPENT", "no": 3}}, {"no": 3}),
        ({"hold": {"state": "OPEN"}}, None),
        (Refusal(404, {"code": "?"}), None),
        ({"hold": {"state": "SPENT"}}, Unavailable),
        ({"hold": None}, Unavailable),
        ({"hold": []}, Unavailable),
        ({}, Unavailable),
        (Refusal(409), Refused),
    ],
)
def test_nothing_is_guessed(tmp_path: Path, answer: Any, found: Any) -> None:
    with connected(tmp_path, SPEND, answer) as (mapping, _):
        if isinstance(found, type):
            with pytest.raises(found):
                mapping.find_receipt(CHECK, "R")
        else:
            assert mapping.find_receipt(CHECK, "R") == found


def test_a_kind_that_the_crm_does_not_keep_is_refused(tmp_path: Path) -> None:
    with connected(tmp_path, SPEND) as (mapping, crm):
        with pytest.raises(Refused, match="no such kind among"):
            mapping.redeem_item(Item(ItemKind.PROMOTION, "P", "7"), "R")
        assert crm.calls == []


GRAPHQL = """\
title: Graph
customer:
  fields: {customer_id: id, name_first: first}
search:
  path: /graphql
  graphql: "query Find($mail: String!) { people(mail: $mail) { id first } }"
  variables: {mail: "${key}"}
  reads: true
  by: {email: email}
  rows: data.people
signals: {faults: [errors], throttled: {200: THROTTLED}}
refusals:
  code: errors[0].extensions.code
  codes: {FORBIDDEN: {error: no_access, text: Not for us.}}
"""
KEY = SearchKey(SearchKeyType.EMAIL, 'a"}{@example.com')


def test_graphql(tmp_path: Path) -> None:
    found = {"data": {"people": [{"id": "7", "first": "A"}]}}
    with connected(tmp_path, GRAPHQL, found) as (mapping, crm):
        assert [one.name_first for one in mapping.search(KEY)] == ["A"]
        assert mapping.search(SearchKey(SearchKeyType.MOBILE, "+46")) == []
    assert crm.calls[0].body["variables"] == {"mail": KEY.key}
    assert crm.calls[0].body["query"].startswith("query Find(")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"errors": [{"extensions": {"code": "FORBIDDEN"}}]}, AccessRefused),
        ({"errors": [{"message": "THROTTLED"}]}, Throttled),
        ({"errors": [{}], "data": {"people": []}}, Unavailable),
        ({"data": None}, Unavailable),
        ({"data": {"people": [None]}}, Unavailable),
    ],
)
def test_errors_inside_a_200(
    tmp_path: Path, answer: Any, error: type[Exception]
) -> None:
    with connected(tmp_path, GRAPHQL, answer) as (mapping, _), pytest.raises(error):
        mapping.search(KEY)


FILTERED = (
    CARD
    + """\
search:
  path: /profiles
  query: {filter: 'equals(${field},${json(key)})'}
  headers: {content-type: application/vnd.api+json, revision: "2026-07-15"}
  by: {email: email, mobile: phone_number}
  rows: data
"""
)


def test_what_is_typed_does_not_end_a_filters_quotes(tmp_path: Path) -> None:
    typed = SearchKey(SearchKeyType.EMAIL, 'a"),greater-than(created,"\\')
    with connected(tmp_path, FILTERED, {"data": []}) as (mapping, crm):
        assert mapping.search(typed) == []
    (call,) = crm.calls
    assert call.query["filter"] == (
        'equals(email,"a\\"),greater-than(created,\\"\\\\")'
    )
    assert call.headers["content-type"] == "application/vnd.api+json"
    assert call.headers["revision"] == "2026-07-15"


NOBODY = """\
title: Small
customer: {fields: {customer_id: id, name_first: name}}
get:
  path: /people
  query: {id: "${customer_id}"}
  refused:
    - {when: "rows == `[]`", error: missing, text: There is no such customer.}
    - {when: "starts_with(rows[0].state, 'left')", text: They have left.}
  record: rows[0]
"""


def test_an_answer_like_any_other_can_be_a_refusal(tmp_path: Path) -> None:
    one = {"id": "1", "name": "A", "state": "member"}
    answers: list[Any] = [
        {"rows": [one]},
        {"rows": []},
        {"rows": [{**one, "state": "left in May"}]},
        {"rows": [{**one, "state": 3}]},
        {"rows": None},
    ]
    with connected(tmp_path, NOBODY, *answers) as (mapping, _):
        assert mapping.get("1").name_first == "A"
        with pytest.raises(Missing, match="no such customer"):
            mapping.get("1")
        with pytest.raises(Refused, match="They have left"):
            mapping.get("1")
        for _odd in range(2):
            with pytest.raises(Unavailable):
                mapping.get("1")


SPENT = """\
title: Small
redeem:
  redeem_item:
    before:
      - {name: lock, method: POST, path: /locks, refused: [{when: full, text: Full.}]}
    method: POST
    path: /spends
    refused:
      - {when: spent, text: It is spent.}
  find_receipt: {path: /spends, rows: rows}
  undo_item: {method: DELETE, path: "/spends/${ref}"}
"""


PREPARED = (
    SPEND.rpartition("refusals:")[0]
    + """\
  prepare:
    path: /vouchers/${item.item_id}
    query: {of: "${item.customer_id}", kind: "${item.word}"}
    refused:
      - {when: spent, text: It is spent.}
"""
)


def test_what_is_refused_before_anything_is_spent(tmp_path: Path) -> None:
    fresh, spent, gone, odd = (
        Item(ItemKind.BONUS_CHECK, one, "7") for one in ("1", "2", "3", "4")
    )
    other = Item(ItemKind.PROMOTION, "1", "7")
    refs = dict.fromkeys([fresh, spent, gone, other], "R")
    answers = [{"spent": False}, {"spent": True}, Refusal(404)]
    with connected(tmp_path, PREPARED, *answers) as (mapping, crm):
        refused = mapping.prepare(refs)
        assert {*refused} == {spent, gone, other}
        assert refused[spent].errortext == "It is spent."
        assert crm.asked == [f"GET /vouchers/{one}" for one in "123"]
        assert crm.calls[0].query == {"of": "7", "kind": "cheque"}
        crm.answers = [Refusal(500)]
        with pytest.raises(Unavailable):
            mapping.prepare({odd: "R"})


def test_a_refusal_in_a_success_says_whether_anything_was_done(tmp_path: Path) -> None:
    """The first write that is refused did nothing; behind another, it is not known."""
    item = Item(ItemKind.PROMOTION, "P", "1")
    answers: list[Any] = [{"full": True}, {}, {"spent": True}, {}, {}]
    with connected(tmp_path, SPENT, *answers) as (mapping, crm):
        with pytest.raises(Refused, match="Full"):
            mapping.redeem_item(item, "ref")
        with pytest.raises(OutcomeUnknown):
            mapping.redeem_item(item, "ref")
        assert mapping.redeem_item(item, "ref") == {}
    assert crm.asked == ["POST /locks", *["POST /locks", "POST /spends"] * 2]


EXPLAINED = (
    CARD
    + """\
refusals:
  code: join(' ', errors[*].code)
  codes: {GONE: {error: missing, text: Gone.}}
  rules:
    - {when: "starts_with(errors[0].why, 'no')", text: No.}
    - {status: 409, text: Taken.}
"""
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"errors": [{"code": "GONE"}]}, "Gone"),
        ({"errors": [{"code": 7, "why": "no"}]}, "No"),
        ({"errors": [{"code": 7, "why": 7}]}, "Taken"),
        ({"errors": "many"}, "Taken"),
        ([], "Taken"),
    ],
)
def test_a_failure_that_no_expression_was_made_for_is_left_to_the_next(
    tmp_path: Path, body: Any, said: str
) -> None:
    refusal = Refusal(409, body)
    with (
        connected(tmp_path, EXPLAINED, refusal) as (mapping, _),
        pytest.raises(Refused, match=said),
    ):
        mapping.get("1")


FLAT = (
    CARD
    + """\
written:
  name_first: name
  invoice_address: {fields: {address: street, city: town}, cleared: ""}
  delivery_address: {to: ship, fields: {city: town}}
update: {method: PATCH, path: "/people/${customer_id}", body: "${written}"}
"""
)


def test_an_address_may_lie_beside_everything_else(tmp_path: Path) -> None:
    one = {"id": "1", "name": "A"}
    with connected(tmp_path, FLAT, one, one) as (mapping, crm):
        mapping.update("1", {"name_first": "A", "invoice_address": {"city": "Umeå"}})
        mapping.update("1", {"invoice_address": None, "delivery_address": None})
    assert [call.body for call in crm.calls] == [
        {"name": "A", "town": "Umeå"},
        {"street": "", "town": "", "ship": None},
    ]

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.errors import (
    AccessRefused,
    Elsewhere,
    Garbled,
    Invalid,
    Missing,
    NotFound,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
    Unsupported,
)
from bridge.mapping import Mapping
from bridge.model import Customer, SearchKey, SearchKeyType
from bridge.spi.door.verdicts import NOBODY
from bridge.spi.schemas.labels import LABELS
from tests.spi.till import JOHN, Till, error_of, site

SHOWN = {
    "customer_id": "c1",
    "name_first": "John",
    "promotions": [],
    "bonus_checks": [],
}


# Search


@pytest.mark.parametrize(
    ("query", "key"),
    [
        (
            "key_type=mobile&key=0701112233",
            SearchKey(SearchKeyType.MOBILE, "+46701112233"),
        ),
        (
            "key_type=mobile&key=+46701112233",
            SearchKey(SearchKeyType.MOBILE, "+46701112233"),
        ),
        ("key=%20A@B.se%20&key_type=email", SearchKey(SearchKeyType.EMAIL, "a@b.se")),
        (
            "key_type=member_number&key=M%C3%A5-1&other=x",
            SearchKey(SearchKeyType.MEMBER_NUMBER, "Må-1"),
        ),
        # Pasted with what nobody sees, in decomposed letters, and out of a scanner.
        (
            "key_type=email&key=%EF%BB%BFkim%E2%80%8B@o%CC%88berg.se%E2%80%8E",
            SearchKey(SearchKeyType.EMAIL, "kim@öberg.se"),
        ),
        (
            "key_type=email&key=kim@xn--berg-4qa.se",
            SearchKey(SearchKeyType.EMAIL, "kim@öberg.se"),
        ),
        (
            "key_type=mobile&key=%E2%80%AD070%E2%80%8B1112233%E2%80%AC",
            SearchKey(SearchKeyType.MOBILE, "+46701112233"),
        ),
        (
            "key_type=member_number&key=%021001%1D2%1E%04%0D%0A",
            SearchKey(SearchKeyType.MEMBER_NUMBER, "10012"),
        ),
        (
            "key_type=personal_id&key=%1D19880320-0016%04",
            SearchKey(SearchKeyType.PERSONAL_ID, "198803200016"),
        ),
    ],
)
def test_search_asks_the_crm_for_the_normalised_key(till, crm, query, key):
    response = till.get(f"/customers?{query}")
    assert (response.status_code, response.json) == (200, [SHOWN])
    assert crm.calls == [("search", key)]


def test_searching_needs_no_more_than_one_match(till, crm):
    crm.answers["search"] = [JOHN, Customer(customer_id="c2", name_first="Jane")]
    assert till.get("/customers?key_type=email&key=a@b.se").json == [SHOWN]


@pytest.mark.parametrize("path", ["customers", "lookup_customers"])
@pytest.mark.parametrize("miss", [[], NotFound()])
def test_nobody_found_is_an_empty_list(till, crm, path, miss):
    crm.answers |= {"search": miss, "lookup": miss}
    response = till.get(f"/{path}?key_type=email&key=a@b.se")
    assert (response.status_code, response.json) == (200, [])


@pytest.mark.parametrize("path", ["customers", "lookup_customers"])
@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("", "key"),
        ("key=1", "key_type"),
        ("key_type=email", "key"),
        ("key_type=email&key=", "key"),
        ("key_type=email&key=%20", "key"),
        ("key_type=mail&key=1", "key_type"),
        ("key_type=Email&key=1", "key_type"),
        ("key_type=&key=1", "key_type"),
        ("key_type=email&key=a%00b", "key"),
        ("key_type=email&key=" + "x" * 256, "key"),
    ],
)
def test_a_search_without_a_proper_key_is_refused(till, crm, path, query, named):
    status, text = error_of(till.get(f"/{path}?{query}"))
    assert status == 400
    labels = (LABELS[named], "Type something")
    assert any(label in text for label in labels)
    assert crm.calls == []


def test_lookup_asks_the_register_and_shows_no_customer_id(till, crm):
    response = till.get("/lookup_customers?key_type=mobile&key=0701112233")
    assert crm.calls == [("lookup", SearchKey(SearchKeyType.MOBILE, "+46701112233"))]
    assert response.json == [{k: v for k, v in SHOWN.items() if k != "customer_id"}]


# Get


def test_get_shows_one_customer(till, crm):
    response = till.get("/customers/c1")
    assert (response.status_code, response.json) == (200, SHOWN)
    assert crm.calls == [("get", "c1")]


def test_answers_are_compact_utf_8_that_nobody_keeps(till, crm):
    crm.answers["get"] = Customer(customer_id="c1", name_first="Åsa", sections=[])
    response = till.get("/customers/c1")
    assert response.data.decode() == (
        '{"customer_id":"c1","name_first":"Åsa","sections":[]}'
    )
    assert response.content_type == "application/json"
    assert response.headers["Cache-Control"] == "no-store"


def test_half_a_surrogate_pair_from_a_crm_does_not_break_the_answer(till, crm):
    crm.answers["get"] = Customer(customer_id="c1", name_first="A\ud800")
    response = till.get("/customers/c1")
    assert response.status_code == 200
    assert response.json["customer_id"] == "c1"


def test_a_customer_without_an_id_cannot_be_shown(till, crm):
    crm.answers["get"] = Customer(name_first="John")
    assert error_of(till.get("/customers/c1"))[0] == 502


def test_head_is_get_without_a_body(till):
    response = till("HEAD", "/customers/c1")
    assert (response.status_code, response.data) == (200, b"")


# Create and update


def test_create_hands_over_what_was_sent_and_answers_what_the_crm_has(till, crm):
    body = {
        "name_first": "Ann",
        "mobile": "070-111 22 33",
        "email": "",
        "store_id_home": "200",
        "customer_id": "mine",
        "status": {"color": "green", "text": ""},
        "unheard": [1, 2],
    }
    response = till.post("/customers", json=body)
    assert (response.status_code, response.json) == (201, SHOWN)
    sent = {"name_first": "Ann", "mobile": "+46701112233", "store_id_home": "200"}
    assert crm.calls == [("create", sent)]


def test_update_hands_over_what_differs_and_what_was_cleared(till, crm):
    crm.answers["get"] = replace(JOHN, name_last="Doe", consents=["news"])
    body = {
        "customer_id": "c1",
        "name_first": "John",
        "name_last": None,
        "consents": [],
        "phone": None,
        "store_id_home": "2",
    }
    response = till.put("/customers/c1", json=body)
    assert (response.status_code, response.json) == (200, SHOWN)
    changed = {"name_last": None, "consents": []}
    assert crm.calls == [("get", "c1"), ("update", "c1", changed)]


@pytest.mark.parametrize(
    "sent", [{}, {"name_first": "John"}, {"name_first": " John ", "consents": None}]
)
def test_an_update_of_nothing_asks_for_no_change_and_answers_the_card(till, crm, sent):
    response = till.put("/customers/c1", json=sent)
    assert (response.status_code, response.json) == (200, SHOWN)
    assert crm.calls == [("get", "c1")]


def test_a_card_sent_back_is_no_change(till, crm):
    crm.answers["get"] = replace(JOHN, mobile="070 - 111 22 33", gender="unheard of")
    till.put("/customers/c1", json=till.get("/customers/c1").json)
    assert [verb for verb, *_ in crm.calls] == ["get", "get"]


@pytest.mark.parametrize("odd", [KeyError("id"), JOHN.promotions, Customer()])
def test_nothing_is_changed_of_a_customer_who_cannot_be_shown(till, crm, odd):
    crm.answers["get"] = odd
    assert error_of(till.put("/customers/c1", json={"name_last": "Doe"}))[0] == 502
    assert crm.calls == [("get", "c1")]


def test_a_crm_that_shows_no_customer_is_told_all_that_was_sent(bridge, crm):
    class Blind(Mapping):
        title = "Blind"

        def update(self, customer_id, properties):
            return crm.answer(self, "update", customer_id, properties)

    till = Till(bridge(mapping=Blind).test_client())
    till.put("/customers/c1", json={"name_first": "John", "name_last": None})
    sent = {"name_first": "John", "name_last": None}
    assert crm.calls == [("update", "c1", sent)]


def test_what_a_site_requires_is_asked_for_and_cannot_be_cleared(bridge, crm):
    strict = replace(site("north", pos="secret"), required=("name_first", "mobile"))
    till = Till(bridge(strict).test_client())
    status, text = error_of(till.post("/customers", json={"email": "a@b.se"}))
    assert (status, text) == (400, "First name: is required; Mobile: is required")
    assert crm.calls == []

    status, text = error_of(till.put("/customers/c1", json={"name_first": ""}))
    assert (status, text) == (400, "First name: is required")
    # There is no mobile on the card either: nothing is taken away.
    sent = {"mobile": None, "name_first": "John", "name_last": "Doe"}
    assert till.put("/customers/c1", json=sent).status_code == 200
    assert crm.calls[-1] == ("update", "c1", {"name_last": "Doe"})


def test_an_empty_customer_is_not_added(till, crm):
    status, text = error_of(till.post("/customers", json={"store_id_home": "200"}))
    assert (status, "must have a name" in text) == (400, True)
    assert crm.calls == []


def test_a_body_about_another_customer_is_refused(till, crm):
    status, text = error_of(till.put("/customers/c1", json={"customer_id": "c2"}))
    assert status == 400
    assert text == Garbled().errortext
    assert "c2" not in text
    assert crm.calls == []


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "text/x+json"],
)
def test_json_may_be_called_by_its_other_names(till, content_type):
    headers = {"Content-Type": content_type.replace("text/x", "application/x")}
    response = till.put("/customers/c1", data=b"{}", headers=headers)
    assert response.status_code == 200


# What the CRM says no to


def ask(till, verb):
    return {
        "search": lambda: till.get("/customers?key_type=email&key=a@b.se"),
        "lookup": lambda: till.get("/lookup_customers?key_type=email&key=a@b.se"),
        "get": lambda: till.get("/customers/c1"),
        "create": lambda: till.post("/customers", json={"name_first": "Ann"}),
        "update": lambda: till.put("/customers/c1", json={"name_first": "Ann"}),
        "transactions": lambda: till.get("/customers/c1/transactions"),
        "consents": lambda: till.get("/consents"),
        "additional_options": lambda: till.get("/additional-options"),
    }[verb]()


VERBS = [
    "search",
    "lookup",
    "get",
    "create",
    "update",
    "transactions",
    "consents",
    "additional_options",
]


@pytest.mark.parametrize(
    ("error", "statuses"),
    [
        (Refused("No."), [502, 502, 502, 400, 400, 502, 502, 502]),
        (Missing("No."), [502, 502, 404, 400, 404, 404, 502, 502]),
        (AccessRefused("No."), [502] * 8),
        (Invalid("No."), [400] * 8),
        (Unavailable("No."), [503] * 8),
        (Throttled("No."), [429] * 8),
        (OutcomeUnknown("No."), [504] * 8),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_operation_gives_a_refusal_its_own_meaning(till, crm, error, statuses):
    for verb, status in zip(VERBS, statuses, strict=True):
        crm.answers[verb] = error
        assert error_of(ask(till, verb)) == (status, "No."), verb


@pytest.mark.parametrize("error", [NotFound(), Missing(), Elsewhere(moved="c1")])
@pytest.mark.parametrize("verb", ["get", "update", "transactions"])
def test_an_unknown_customer_is_404_and_said_to_be_one(till, crm, verb, error):
    crm.answers[verb] = error
    assert error_of(ask(till, verb)) == (404, NOBODY)


@pytest.mark.parametrize("wait", [(0.2, "1"), (3, "3"), (3.2, "4")])
def test_when_to_ask_again_is_passed_on_in_whole_seconds(till, crm, wait):
    crm.answers["get"] = Throttled(retry_after=wait[0])
    assert till.get("/customers/c1").headers["Retry-After"] == wait[1]


@pytest.mark.parametrize("moved", ["", "c", "contacts"])
@pytest.mark.parametrize("verb", ["get", "update", "transactions"])
def test_a_crm_that_has_moved_is_no_customer_who_has(till, crm, verb, moved):
    crm.answers[verb] = Elsewhere(moved=moved)
    status, text = error_of(ask(till, verb))
    assert (status, text) == (503, Elsewhere().errortext)


def test_without_a_hint_there_is_no_retry_after(till, crm):
    crm.answers["get"] = Unavailable()
    assert "Retry-After" not in till.get("/customers/c1").headers


# What the mapping does not offer


@pytest.mark.parametrize("verb", ["transactions", "consents", "additional_options"])
def test_what_is_not_offered_is_an_empty_list(bare, verb):
    response = ask(bare, verb)
    assert (response.status_code, response.json) == (200, [])


@pytest.mark.parametrize(
    ("verb", "status", "word"),
    [
        ("lookup", 501, "look"),
        ("create", 403, "added"),
        ("update", 403, "changed"),
        ("search", 403, "searched"),
        ("get", 403, "show"),
    ],
)
def test_or_is_refused_with_a_text_that_says_what(bare, verb, status, word):
    answered, text = error_of(ask(bare, verb))
    assert answered == status
    assert word in text


def test_a_mapping_may_say_better_what_it_does_not_offer(till, crm):
    crm.answers["create"] = Unsupported("Companies are added in the back office.")
    assert error_of(ask(till, "create")) == (
        403,
        "Companies are added in the back office.",
    )

"""Contacts: found by five keys, added once, changed in part, never with a bad field."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.demo_crm_process import JOHN, KEY, DemoCrm

ASA = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010013"
GÖRAN = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010017"
NEW = {"email": "nya@example.com", "givenName": "Örjan", "cell": "+46701740699"}


def hits(crm: DemoCrm, **query: str) -> list[str]:
    found = crm.call("GET", "/contacts", query=query).json()["hits"]
    return [contact["id"] for contact in found]


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    ("field", "key", "found"),
    [
        ("cardNo", "10012", JOHN),
        ("email", "John.Doe@Example.com", JOHN),
        ("cell", "+46701112233", JOHN),
        ("nationalId", "198504129829", ASA),
        ("nationalId", "19850412-9829", ASA),
        ("orgNo", "5569990103", GÖRAN),
    ],
)
def test_each_key_finds_whoever_has_it_however_it_is_kept(crm, field, key, found):
    assert hits(crm, **{field: key}) == [found]


def test_a_household_with_one_phone_is_found_the_newest_member_first(crm):
    assert [found[-5:] for found in hits(crm, cell="46701740611")] == ["10019", "10018"]


def test_a_key_that_nobody_has_finds_nobody(crm):
    assert hits(crm, cell="+46700000000") == []


@pytest.mark.parametrize("query", [{}, {"name": "Åsa"}, {"cardNo": "1", "email": "a"}])
def test_a_search_has_exactly_one_key(crm, query):
    assert code(crm.call("GET", "/contacts", query=query)) == (422, "BAD_QUERY")


def test_a_new_member_is_given_a_number_a_welcome_and_nothing_else(crm):
    added = crm.call("POST", "/contacts", json=NEW)
    contact = added.json()
    assert added.status_code == 201
    assert contact["cardNo"].isdigit()
    assert contact["optIn"] == {"email": False, "post": False, "sms": False}
    assert hits(crm, cell="+46701740699") == [contact["id"]]
    offers = crm.call("GET", f"/contacts/{contact['id']}/offers").json()["offers"]
    assert [offer["label"] for offer in offers] == ["10% Off"]


@pytest.mark.parametrize(
    ("taken", "about"),
    [({"email": "JOHN.DOE@example.com"}, "email"), ({"cardNo": "10012"}, "cardNo")],
)
def test_nobody_is_added_twice(crm, taken, about):
    before = crm.revision()
    answer = crm.call("POST", "/contacts", json=NEW | taken)
    assert (answer.status_code, answer.json()) == (
        409,
        {"error": {"code": "TAKEN", "about": about}},
    )
    assert crm.revision() == before


def test_nobody_takes_over_anothers_email_but_may_keep_his_own(crm):
    path, email = f"/contacts/{ASA}", {"email": "john.doe@example.com"}
    assert code(crm.call("PATCH", path, json=email)) == (409, "TAKEN")
    assert crm.call("PATCH", f"/contacts/{JOHN}", json=email).status_code == 200


def test_a_change_touches_what_it_names_and_null_clears(crm):
    before = crm.call("GET", f"/contacts/{ASA}").json()
    change = {"givenName": "Åsa-Märta", "landline": None, "agreements": None}
    after = crm.call("PATCH", f"/contacts/{ASA}", json=change).json()
    expected = {"givenName": "Åsa-Märta", "landline": None, "agreements": []}
    assert after == before | expected
    assert crm.call("GET", f"/contacts/{ASA}").json() == after


def test_a_country_is_kept_in_small_letters(crm):
    change = {"billTo": {"street": "Ågatan 1", "country": "FI"}}
    after = crm.call("PATCH", f"/contacts/{JOHN}", json=change).json()
    assert after["billTo"]["country"] == "fi"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"shoeSize": "42"}, "UNKNOWN_FIELD"),
        ({"standing": 0}, "UNKNOWN_FIELD"),
        ({"homeShop": "201"}, "BAD_FIELD"),
        ({"sex": "male"}, "BAD_FIELD"),
        ({"sex": True}, "BAD_FIELD"),
        ({"bornOn": "12/4 1985"}, "BAD_FIELD"),
        ({"email": "nobody"}, "BAD_FIELD"),
        ({"givenName": ""}, "BAD_FIELD"),
        ({"optIn": {"pigeon": True}}, "BAD_FIELD"),
        ({"billTo": {"planet": "Tellus"}}, "BAD_FIELD"),
        ({"agreements": "all"}, "BAD_FIELD"),
        ({"attributes": [{"key": "a", "values": [1]}]}, "BAD_FIELD"),
    ],
)
def test_a_bad_field_changes_nothing(crm, body: dict[str, Any], why):
    before = crm.revision()
    answer = crm.call("PATCH", f"/contacts/{JOHN}", json=body)
    assert code(answer) == (422, why)
    assert answer.json()["error"]["about"] == next(iter(body))
    assert crm.revision() == before


def test_the_parts_of_an_address_and_single_attributes_change_by_themselves(crm):
    path = f"/contacts/{ASA}"
    before = crm.call("GET", path).json()
    change = {"shipTo": {"town": "Gävle", "region": None}}
    after = crm.call("PATCH", path, json=change).json()
    assert after == before | {"shipTo": before["shipTo"] | change["shipTo"]}
    nowhere = {"shipTo": dict.fromkeys(before["shipTo"])}
    assert crm.call("PATCH", path, json=nowhere).json()["shipTo"] is None

    one, two = {"key": "one", "values": ["a"]}, {"key": "two", "text": "b"}
    for given, kept in (
        ([], []),
        ([one], [one]),
        ([two], [one, two]),
        ([{"key": "one", "values": []}], [two]),
    ):
        after = crm.call("PATCH", path, json={"attributes": given or None}).json()
        assert after["attributes"] == kept


@pytest.mark.parametrize(
    "path",
    ["", "/offers", "/vouchers", "/points", "/purchases"],
    ids=lambda p: p or "-",
)
def test_an_unknown_contact_has_nothing(crm, path):
    answer = crm.call("GET", f"/contacts/nobody{path}")
    assert code(answer) == (404, "NO_SUCH_CONTACT")


def test_two_hundred_purchases_come_in_pages_newest_first(crm):
    path, times = "/contacts/00000000-0000-4000-8000-000000010200/purchases", []
    while path:
        page = crm.call("GET", path).json()
        times += [row["soldOn"] for row in page["rows"]]
        path = page["next"]
    assert len(times) == 200
    assert times == sorted(times, reverse=True)


def test_the_register_knows_people_who_are_no_members(crm):
    found = crm.call("GET", "/register", query={"cell": "+46701740630"}).json()
    assert [person["givenName"] for person in found["persons"]] == ["Åke"]
    assert hits(crm, cell="+46701740630") == []


def test_nobody_gets_in_without_the_key(crm):
    answer = requests.get(f"{crm.url}/contacts/{JOHN}", timeout=10)
    assert code(answer) == (401, "BAD_KEY")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/customers", (404, "NO_SUCH_PATH")),
        ("DELETE", f"/contacts/{JOHN}", (405, "NO_SUCH_METHOD")),
    ],
)
def test_what_is_not_there_is_refused(crm, method, path, expected):
    assert code(crm.call(method, path)) == expected


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object_is_refused(crm, raw):
    answer = requests.post(f"{crm.url}/contacts", data=raw, headers=KEY, timeout=10)
    assert code(answer) == (400, "BAD_JSON")

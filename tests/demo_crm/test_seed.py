"""The seed shows every shape there is, with numbers that are valid and nobody's."""

from __future__ import annotations

import copy
from itertools import chain
from typing import Any

import phonenumbers
import pytest
from stdnum.fi import hetu
from stdnum.se import orgnr, personnummer

from demo_crm.seed import catalogue, nobody, seed

DOSSIERS = seed()
CONTACTS = [dossier["contact"] for dossier in DOSSIERS.values()]
OFFERS = [o for d in DOSSIERS.values() for o in d["offers"].values()]
VOUCHERS = [v for d in DOSSIERS.values() for v in d["vouchers"].values()]
PURCHASES = list(chain.from_iterable(d["purchases"] for d in DOSSIERS.values()))
LINES = list(chain.from_iterable(row["lines"] for row in PURCHASES))

SLOPPY = "10023"
"""The card number of somebody whose data need a good deal of repair, on purpose."""


def values(field: str) -> list[Any]:
    return [contact[field] for contact in CONTACTS if contact[field] is not None]


def test_ids_are_nobody_elses():
    items = [item["id"] for item in [*OFFERS, *VOUCHERS]]
    assert len(items) == len(set(items))
    for field in ("cardNo", "email"):
        assert len(values(field)) == len({value.lower() for value in values(field)})


@pytest.mark.parametrize("number", values("nationalId"))
def test_personal_ids_are_valid(number):
    assert personnummer.is_valid(number) or hetu.is_valid(number)


@pytest.mark.parametrize("number", values("orgNo"))
def test_company_ids_are_valid(number):
    assert orgnr.is_valid(number)


def test_phones_are_valid_but_for_the_sloppy_ones():
    numbers = {
        contact[field]
        for contact in CONTACTS
        for field in ("cell", "landline")
        if contact["cardNo"] != SLOPPY and contact[field]
    }
    for number in numbers:
        parsed = phonenumbers.parse(number, "SE")
        assert phonenumbers.is_valid_number(parsed), number


def test_every_kind_of_person_is_there():
    assert set(values("standing")) == {0, 1, 2}
    assert set(values("sex")) == {1, 2, 9}
    assert values("company")
    assert [c for c in CONTACTS if c["billTo"] and c["shipTo"]]
    assert [c for c in CONTACTS if not c["email"]]
    assert set("ÅÄÖåäö") <= set(str(CONTACTS))


def test_every_kind_of_item_is_there():
    benefits = {next(iter(offer["benefit"])) for offer in OFFERS}
    assert benefits == {"percent", "cents", "password", "byHand", "lottery"}
    for items in (OFFERS, VOUCHERS):
        assert [item for item in items if item["spend"]]
        assert [item for item in items if not item["returnable"]]
        assert [item for item in items if (item["validUntil"] or "9") < "2025"]
        assert [item for item in items if item["details"]]
        assert [item for item in items if not item["details"]]


def test_some_have_more_than_anybody_could_use():
    plenty = [d for d in DOSSIERS.values() if len(d["offers"]) == 20]
    assert len(plenty) == 4
    assert {len(dossier["vouchers"]) for dossier in plenty} == {10}


def test_every_kind_of_statement_is_there():
    rows = [
        row
        for dossier in DOSSIERS.values()
        for part in dossier["statement"]
        for row in part["rows"]
    ]
    assert {frozenset(row) for row in rows} == {
        frozenset({"label", "text"}),
        frozenset({"label", "cents"}),
    }


def test_every_kind_of_purchase_is_there():
    assert {row["currency"] for row in PURCHASES} == {"SEK", "EUR"}
    for field in ("order", "receipt", "webOrder", "roundingCents"):
        assert [row for row in PURCHASES if field in row], field
    assert [row for row in PURCHASES if len(row["tenders"]) > 1]
    assert [row for row in PURCHASES if len(row["lines"]) > 1]
    for field in ("text2", "weight", "unit", "byHandCents", "remark"):
        assert [line for line in LINES if field in line], field
    assert [line for line in LINES if len(line["reductions"]) > 1]
    assert [line for line in LINES if line["count"] < 0]
    assert max(len(dossier["purchases"]) for dossier in DOSSIERS.values()) == 200


@pytest.mark.parametrize("row", PURCHASES[:20], ids=lambda row: row["soldOn"])
def test_every_purchase_adds_up(row):
    for line in row["lines"]:
        off = sum(part["cents"] for part in line["reductions"])
        by_hand = line.get("byHandCents", 0)
        assert line["listCents"] - off - by_hand == line["paidCents"]
        vat = line["listCents"] * line["vatRate"] / (100 + line["vatRate"])
        assert line["listVatCents"] == pytest.approx(vat, abs=0.51)
    due = sum(line["paidCents"] for line in row["lines"]) + row.get("roundingCents", 0)
    assert due == sum(tender["cents"] for tender in row["tenders"])


def test_times_are_with_an_offset():
    times = [*values("createdOn"), *(row["soldOn"] for row in PURCHASES)]
    assert all(time[-6] in "+-" for time in times)


def test_each_start_has_dossiers_of_its_own():
    before = copy.deepcopy(DOSSIERS)
    for dossier in seed().values():
        dossier["contact"]["agreements"].append("changed")
        dossier["contact"]["optIn"].clear()
        dossier["offers"].clear()
    assert seed() == before
    assert nobody() == {}


def test_the_catalogue_offers_a_choice():
    assert [group["title"] for group in catalogue()["groups"]] == ["Favorite Teams"]

from __future__ import annotations

from bridge.errors import Unavailable
from bridge.model import (
    AdditionalOption,
    AdditionalOptionEnumValue,
    AdditionalOptionsSection,
    Consent,
)

OFFERS = Consent(consent_id="offers", name="Offers", description="By mail")
TEAM = AdditionalOption(
    id="team",
    name="Team",
    type="enum-single",
    enum_options=[AdditionalOptionEnumValue(id="if", name="IF")],
)


def test_consents_are_listed(till, crm):
    crm.answers["consents"] = [OFFERS]
    response = till.get("/consents")
    assert response.status_code == 200
    assert response.json == [
        {
            "consent_id": "offers",
            "name": "Offers",
            "description": "By mail",
            "value": False,
        }
    ]


def test_additional_options_are_listed_by_section(till, crm):
    crm.answers["additional_options"] = [
        AdditionalOptionsSection(name="Sport", options=[TEAM])
    ]
    response = till.get("/additional-options")
    assert response.status_code == 200
    (section,) = response.json
    assert section["name"] == "Sport"
    assert section["options"][0]["enum_options"] == [{"id": "if", "name": "IF"}]


def test_the_crm_is_asked_once_for_all_tills(till, crm):
    for path in ("/consents", "/additional-options") * 3:
        till.get(path)
    assert sorted(crm.calls) == [("additional_options",), ("consents",)]


def test_a_crm_that_is_down_was_asked_before(till, crm):
    crm.answers["consents"] = [OFFERS]
    first = till.get("/consents").json
    crm.answers["consents"] = Unavailable()
    assert till.get("/consents").json == first

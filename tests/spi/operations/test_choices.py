"""Options and values whose ids the SPI does not allow find their way back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.errors import Unavailable
from bridge.model import (
    AdditionalOption,
    AdditionalOptionEnumValue,
    AdditionalOptionsSection,
    CustomerAdditionalOption,
)
from tests.spi.till import JOHN, error_of

GUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
SECTION = AdditionalOptionsSection(
    name="Club",
    options=[
        AdditionalOption(
            id="1",
            name="Colour",
            type="enum-multi",
            required=True,
            enum_options=[
                AdditionalOptionEnumValue(id=one, name=one)
                for one in ("1", "M", GUID, "Röd/Blå")
            ],
        )
    ],
)


def shown(till: Any) -> tuple[str, list[str]]:
    """Return the ids that a till can choose from."""
    ((option,),) = (part["options"] for part in till.get("/additional-options").json)
    assert option["required"]
    return option["id"], [value["id"] for value in option["enum_options"]]


def test_a_required_choice_can_be_made(till, crm):
    crm.answers["additional_options"] = [SECTION]
    option, values = shown(till)
    assert len(values) == 4
    answer = {"id": option, "enum_values": values}
    body = {"name_first": "Åsa", "additional_options": [answer]}
    assert till.post("/customers", json=body).status_code == 201
    (_, sent), *_ = [call for call in crm.calls if call[0] == "create"]
    chosen = ["1", "M", GUID, "Röd/Blå"]
    assert sent["additional_options"] == [
        CustomerAdditionalOption(id="1", enum_values=chosen)
    ]


def test_what_a_customer_has_chosen_finds_its_way_back_without_the_catalogue(till, crm):
    had = CustomerAdditionalOption(id=GUID, enum_values=["1", "Röd/Blå"])
    crm.answers["get"] = replace(JOHN, additional_options=[had])
    crm.answers["additional_options"] = Unavailable()
    card = till.get("/customers/c1").json
    assert till.put("/customers/c1", json=card).json == card
    card["additional_options"][0]["enum_values"].pop(0)
    assert till.put("/customers/c1", json=card).status_code == 200
    left = CustomerAdditionalOption(id=GUID, enum_values=["Röd/Blå"])
    assert crm.calls[-1] == ("update", "c1", {"additional_options": [left]})


def test_what_is_nowhere_is_refused(till, crm):
    crm.answers["additional_options"] = [SECTION]
    answer = {"id": "id-1", "enum_values": ["id--" + "a" * 24]}
    body = {"name_first": "Åsa", "additional_options": [answer]}
    status, text = error_of(till.post("/customers", json=body))
    assert (status, text.partition(":")[0]) == (400, "Additional choices")
    assert "create" not in [verb for verb, *_ in crm.calls]


@pytest.mark.parametrize("choices", [None, [], [("x", ""), ("", "Name")]])
def test_nothing_is_required_where_there_is_nothing_to_choose(till, crm, choices):
    values = choices and [
        AdditionalOptionEnumValue(id=id_, name=name) for id_, name in choices
    ]
    option = replace(SECTION.options[0], enum_options=values)
    crm.answers["additional_options"] = [replace(SECTION, options=[option])]
    ((shown_one,),) = (part["options"] for part in till.get("/additional-options").json)
    assert shown_one["required"] is False

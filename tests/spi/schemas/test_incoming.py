"""What the POS sends: strict types, plain errors, one spelling for what is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import Garbled, Invalid
from bridge.model import CustomerAdditionalOption, SearchKey, SearchKeyType
from bridge.spi import schemas
from bridge.spi.schemas.customer import CustomerSchema
from bridge.spi.schemas.incoming import NO_PHONE
from bridge.spi.schemas.required import KNOWN_BY

TODAY = date(2026, 11, 1)


def load(
    body: Any, *, creating: bool = False, country: str = "SE", required: Any = ()
) -> Any:
    return schemas.load_customer_properties(
        body, country, creating=creating, required=required, today=TODAY
    )


def refused(body: Any, **how: Any) -> str:
    with pytest.raises(Invalid) as error:
        load(body, **how)
    assert error.value.status == 400
    return error.value.errortext


WRITABLE = [n for n, f in CustomerSchema().fields.items() if not f.dump_only]
READ_ONLY = [n for n, f in CustomerSchema().fields.items() if f.dump_only]

CREATE = {
    "member_number": "10012",
    "email": "john.doe@example.com",
    "mobile": "+46701112233",
    "invoice_address": {"address": "Street", "city": "City", "country_id": "SE"},
    "gender": "male",
    "accepts_communication": ["email", "mail", "sms"],
    "consents": [],
    "additional_options": [{"id": "fav-nhl-team", "enum_values": ["maple-leafs"]}],
    "status": {"color": "green", "text": ""},
    "promotions": [{"promotion_type": {"type": "cart_percent", "value_int": 10}}],
    "bonus_checks": [],
    "store_id_home": "200",
    "sections": [{"title": "Info", "values": [{"type": "text", "text": "1"}]}],
}
"""Shaped like the reference's own example, read-only properties included."""


def test_a_new_customer() -> None:
    assert load(CREATE, creating=True) == {
        "member_number": "10012",
        "email": "john.doe@example.com",
        "mobile": "+46701112233",
        "invoice_address": {"address": "Street", "city": "City", "country_id": "SE"},
        "gender": "male",
        "accepts_communication": ["email", "mail", "sms"],
        "consents": [],
        "additional_options": [
            CustomerAdditionalOption(id="fav-nhl-team", enum_values=["maple-leafs"])
        ],
        "store_id_home": "200",
    }


def test_a_home_store_is_for_new_customers_only() -> None:
    assert "store_id_home" not in load(CREATE)
    assert load({"store_id_home": {"ill": "typed"}}) == {}
    assert refused({"store_id_home": 200}, creating=True) == (
        "store_id_home: must be text"
    )


@pytest.mark.parametrize("name", [*READ_ONLY, "unknown", "_schema", "__class__"])
@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [{"name": 5}]], ids=str)
def test_what_the_pos_may_not_set_is_ignored(name: str, value: Any) -> None:
    for creating in (True, False):
        assert load({name: value}, creating=creating) == {}


def test_what_is_absent_stays_absent() -> None:
    assert load({}) == {}
    assert load({"name_first": "Åsa"}) == {"name_first": "Åsa"}


LISTS = {"accepts_communication", "consents", "additional_options"}


@pytest.mark.parametrize("name", sorted({*WRITABLE} - LISTS - {"store_id_home"}))
def test_null_clears(name: str) -> None:
    assert load({name: None}) == {name: None}
    assert load({name: None}, creating=True) == {}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_null_and_an_empty_list_clear_a_list(name: str) -> None:
    assert load({name: None}) == {name: []}
    assert load({name: []}) == {name: []}
    assert load({name: None}, creating=True) == {}
    assert load({name: []}, creating=True) == {name: []}
    assert refused({name: ""}) == f"{name}: must be a list"


ADDRESSES = {"invoice_address", "delivery_address"}


@pytest.mark.parametrize(
    "name", sorted({*WRITABLE} - LISTS - ADDRESSES - {"store_id_home"})
)
def test_an_empty_text_clears_a_text(name: str) -> None:
    for empty in ("", "  "):
        assert load({name: empty}) == {name: None}
        assert load({name: empty}, creating=True) == {}


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_an_address(name: str) -> None:
    assert load({name: {"address": "", "zip": ""}}) == {name: None}
    assert load({name: {"address": "", "city": "Åbo", "country_id": "fi"}}) == {
        name: {"city": "Åbo", "country_id": "FI"}
    }
    assert refused({name: {}}) == f"{name}.address: is required"
    assert refused({name: {"address": None}}) == f"{name}.address: must not be null"
    assert refused({name: ""}) == f"{name}: must be filled in part by part"
    assert refused({name: {"address": "x", "country_id": "XX"}}) == (
        f"{name}.country_id: must be a country code of two letters, such as SE"
    )


@pytest.mark.parametrize("name", WRITABLE)
def test_a_wrong_type_is_refused_and_not_repeated(name: str) -> None:
    wrong: list[Any] = [7041, 70.41, True, [{"Zq9": "Zq9"}], [7041]]
    wrong += [["Zq9"]] if name not in {"consents"} else []
    wrong += [{"Zq9": 7041}] if name in LISTS else ["Zq9"] * (name in ADDRESSES)
    for value in wrong:
        text = refused({"name_last": "Åsa", name: value}, creating=True)
        assert text.startswith(name)
        assert ": " in text
        assert "Zq9" not in text
        assert "70" not in text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"email": "Zq9"}, "email: must be an e-mail address"),
        ({"mobile": "Zq9"}, f"mobile: {NO_PHONE}"),
        ({"phone": "12"}, f"phone: {NO_PHONE}"),
        ({"gender": "Male"}, "gender: must be one of: male, female, undisclosed"),
        ({"birthday": "04/08/1975"}, "birthday: must be a date as YYYY-MM-DD"),
        ({"birthday": "1975-02-30"}, "birthday: must be a date as YYYY-MM-DD"),
        ({"birthday": "1975-08-03T22:30Z"}, "birthday: must be a date as YYYY-MM-DD"),
        (
            {"accepts_communication": ["email", "fax"]},
            "accepts_communication.1: must be one of: email, sms, mail",
        ),
        (
            {"additional_options": [{"id": "ok-1"}, {"id": "1"}]},
            "additional_options.1.id: must be 2 to 32 letters, digits, - or _, "
            "and begin with a letter",
        ),
        (
            {"additional_options": [{"id": "ok-1", "enum_values": ["ok-1", 5]}]},
            "additional_options.0.enum_values.1: must be text",
        ),
        (
            {"additional_options": [{"id": "ok-1", "text": "x" * 1025}]},
            "additional_options.0.text: must have at most 1024 characters",
        ),
        ({"additional_options": [{}]}, "additional_options.0.id: is required"),
        (
            {"additional_options": [5]},
            "additional_options.0: must be filled in part by part",
        ),
        ({"consents": [""]}, "consents.0: must have 1 to 255 characters"),
        ({"consents": [None]}, "consents.0: must not be null"),
        ({"consents": [1] * 201}, "consents: must have at most 200 elements"),
        ({"member_number": "1" * 256}, "member_number: must have 1 to 255 characters"),
        ({"name_first": "a\0b"}, "name_first: must not have control characters in it"),
        ({"name_last": "\ud800"}, "name_last: must not have control characters in it"),
    ],
)
def test_what_is_not_right_is_named(body: dict[str, Any], text: str) -> None:
    assert refused(body) == text


def test_all_problems_are_told_at_once() -> None:
    body = dict.fromkeys({*WRITABLE} - LISTS - ADDRESSES - {"phone", "mobile"}, 1)
    body |= {"phone": "12", "mobile": "none"}
    body |= {"invoice_address": {"address": 1, "country_id": "XX"}}
    text = refused(body, creating=True)
    told = [problem.partition(":")[0] for problem in text.split("; ")]
    inner = {"invoice_address.address", "invoice_address.country_id"}
    assert sorted(told) == sorted((body.keys() - {"invoice_address"}) | inner)


def test_a_missing_property_is_told_beside_a_wrong_one() -> None:
    needed = ("name_first", "mobile", "email", "consents")
    body = {"mobile": "12", "email": 1, "consents": []}
    assert refused(body, creating=True, required=needed) == (
        f"email: must be text; mobile: {NO_PHONE}; "
        "name_first: is required; consents: is required"
    )


def test_of_a_long_list_that_is_wrong_the_first_are_told() -> None:
    text = refused({"consents": [1] * 200, "email": 1})
    assert text.count("consents.") == 3
    assert text.endswith("; consents: 197 more")
    assert "email: must be text" in text


@pytest.mark.parametrize(
    "nobody",
    [
        {},
        {"store_id_home": "200"},
        {"name_first": " ", "email": None, "consents": []},
        {"gender": "male", "accepts_communication": ["sms"]},
    ],
)
def test_a_new_customer_must_be_somebody(nobody: Any) -> None:
    assert "must have a name" in refused(nobody, creating=True, required=None)
    assert load(nobody, creating=True, required=()) is not None


@pytest.mark.parametrize("name", sorted(KNOWN_BY))
def test_one_thing_to_be_known_by_is_enough(name: str) -> None:
    known = {"email": "a@b.se", "phone": "08-46500499", "mobile": "070-1740605"}
    body = {name: known.get(name, "x1")}
    assert load(body, creating=True, required=None)


@pytest.mark.parametrize("body", [None, [], "x", 5, True, [{}]], ids=str)
def test_a_body_is_an_object(body: Any) -> None:
    assert refused(body) == Garbled().errortext
    with pytest.raises(Invalid, match="must be a JSON object"):
        schemas.load_redeem(body)
    assert schemas.body_customer_id(body) is None


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("email", "  John.DOE@Example.com ", "john.doe@example.com"),
        ("mobile", "070-111 22 33", "+46701112233"),
        ("phone", "0046 40 12 34 56", "+4640123456"),
        ("personal_id", "880320-0016", "198803200016"),
        ("personal_id", " not a number ", "not a number"),
        ("company_id", "212000-0142", "2120000142"),
        ("company_id", " 212000-0143 ", "2120000143"),
        ("member_number", " 10012 ", "10012"),
        ("birthday", "1975-08-04", date(1975, 8, 4)),
        ("birthday", "1975-08-04T00:00:00Z", date(1975, 8, 4)),
        ("birthday", "1975-08-03T22:00:00Z", date(1975, 8, 4)),
        ("birthday", "1975-08-03T23:00:00.000+00:00", date(1975, 8, 4)),
        ("accepts_communication", ["sms", "email", "sms"], ["sms", "email"]),
        ("consents", ["b", "a", "b"], ["b", "a"]),
        ("name_first", " Åsa", " Åsa"),
    ],
)
def test_one_spelling(name: str, typed: Any, kept: Any) -> None:
    assert load({name: typed}) == {name: kept}
    assert load({name: typed}, creating=True) == {name: kept}


def test_the_site_s_country_decides() -> None:
    assert load({"mobile": "040 1234567"}, country="FI") == {"mobile": "+358401234567"}
    assert load({"personal_id": "131052-308t"}, country="FI") == {
        "personal_id": "131052-308T"
    }


@pytest.mark.parametrize(
    ("body", "customer_id"),
    [({"customer_id": "c1"}, "c1"), ({"customer_id": 5}, None), ({}, None)],
    ids=str,
)
def test_the_customer_id_in_a_body(body: Any, customer_id: str | None) -> None:
    assert schemas.body_customer_id(body) == customer_id


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(
        ["", "SE", "+46701112233", "email", "1975-08-04", "ab", "\ud800"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "address", "enum_values", "text", "country_id", "zip"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(
    body=st.dictionaries(st.sampled_from([*WRITABLE, *READ_ONLY, "x"]), JSON),
    creating=st.booleans(),
)
def test_any_body_is_loaded_or_refused(body: dict[str, Any], creating: bool) -> None:
    try:
        properties = load(body, creating=creating)
    except Invalid as error:
        length = len(error.errortext)
        assert length < 1000
    else:
        assert properties.keys() <= body.keys() & set(WRITABLE)
        assert not (creating and None in properties.values())


# Redeem


def test_a_redeem() -> None:
    body = {"bonus_checks": ["b1"], "promotions": [], "redeem_id": 5, "x": None}
    assert schemas.load_redeem(body) == schemas.Basket(["b1"], [])


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "bonus_checks: is required; promotions: is required"),
        ({"bonus_checks": ["a"]}, "promotions: is required"),
        ({"promotions": ["a"]}, "bonus_checks: is required"),
        ({"bonus_checks": None, "promotions": ["a"]}, "bonus_checks: must not be null"),
        ({"bonus_checks": "a", "promotions": []}, "bonus_checks: must be a list"),
        ({"bonus_checks": [], "promotions": [1]}, "promotions.0: must be text"),
        ({"bonus_checks": [], "promotions": [None]}, "promotions.0: must not be null"),
        (
            {"bonus_checks": [], "promotions": [""]},
            "promotions.0: must have 1 to 255 characters",
        ),
        (
            {"bonus_checks": [], "promotions": []},
            "promotions: must name something to redeem",
        ),
        (
            {"bonus_checks": ["a", "b", "a"], "promotions": []},
            "bonus_checks: must not name anything twice",
        ),
        (
            {"bonus_checks": [], "promotions": [str(n) for n in range(101)]},
            "promotions: must have at most 100 elements",
        ),
    ],
    ids=str,
)
def test_a_wrong_redeem(body: Any, text: str) -> None:
    with pytest.raises(Invalid) as error:
        schemas.load_redeem(body)
    assert error.value.errortext == text


def test_a_promotion_and_a_bonus_check_may_share_an_id() -> None:
    body = {"bonus_checks": ["a"], "promotions": ["a"]}
    assert schemas.load_redeem(body) == schemas.Basket(["a"], ["a"])


# Search


def test_a_search() -> None:
    key = schemas.load_search({"key": "0701112233", "key_type": "mobile"}, "SE")
    assert key == SearchKey(SearchKeyType.MOBILE, "+46701112233")


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({}, "key: is required; key_type: is required"),
        ({"key": "x"}, "key_type: is required"),
        ({"key_type": "email"}, "key: is required"),
        ({"key": "", "key_type": "email"}, "key: must have 1 to 255 characters"),
        ({"key": "  ", "key_type": "email"}, "Type something to search for."),
        ({"key": "x" * 256, "key_type": "email"}, "key: must have 1 to 255 characters"),
        ({"key": "a\0", "key_type": "email"}, "key: must not have control characters"),
        ({"key": "Zq9", "key_type": "name"}, "key_type: must be one of: personal_id, "),
    ],
    ids=str,
)
def test_a_wrong_search(parameters: dict[str, str], text: str) -> None:
    with pytest.raises(Invalid) as error:
        schemas.load_search(parameters, "SE")
    assert error.value.errortext.startswith(text)
    assert "Zq9" not in error.value.errortext


# What is logged


def test_whether_a_national_number_is_valid_is_for_the_log() -> None:
    numbers = {"personal_id": "1201742039", "company_id": "4504013150"}
    assert schemas.checked(numbers, "IS") == {
        "personal_id_valid": False,
        "company_id_valid": True,
    }
    assert schemas.checked({"personal_id": "198803200016"}, "SE") == {
        "personal_id_valid": True
    }
    assert schemas.checked({"personal_id": None, "name_first": "Åsa"}, "SE") == {}
    assert schemas.checked({"personal_id": "QQ123456C"}, "GB") == {}

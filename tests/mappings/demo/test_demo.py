"""The demo mapping: its translators as functions, its verbs against the real demo CRM.

The whole way from the POS is another test's; here a mapping is called as the bridge
calls it, and the CRM is a process of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from bridge import model
from bridge.deadline import Deadline
from bridge.errors import (
    AccessRefused,
    Missing,
    NotFound,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
)
from bridge.mapping import (
    Answer,
    NoOptions,
    Secret,
)
from bridge.model import Item, ItemKind, SearchKey, SearchKeyType
from bridge.upstream import Gateway, HeaderAuth, UpstreamSettings
from mappings import demo
from tests.demo_crm_process import JOHN, JOHNS_OFFER, DemoCrm

CONTEXT = model.Context(site="demo", store_id="200", register_id="3")

ASA = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010013"
AINO = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010014"
BJÖRN = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010015"
MÄRTA = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010016"
GÖRAN = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010017"
LOVISA = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010019"
ANDERS = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010020"
KÄTHE = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010021"
NAMELESS = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010022"
REGULAR = "00000000-0000-4000-8000-000000010200"

REF = "64DCDD6D716EA0F470734356665E5730"


@pytest.fixture
def crm(running: DemoCrm) -> DemoCrm:
    running.reset()
    return running


Connect = Callable[..., demo.Mapping]


@pytest.fixture
def connect(crm: DemoCrm) -> Iterator[Connect]:
    """Make a mapping for one request, with the right key or another one."""
    gateways: list[Gateway] = []

    def make(key: str = "demo-crm-key", seconds: float = 5.0) -> demo.Mapping:
        auth = HeaderAuth("X-Api-Key", Secret(key))
        settings = UpstreamSettings(crm.url, auth, attempts=1)
        gateways.append(Gateway("demo", settings))
        upstream = gateways[-1].at(Deadline(seconds), CONTEXT)
        mapping = demo.Mapping(NoOptions(), upstream, CONTEXT)
        upstream.explain = mapping.explain
        return mapping

    yield make
    for gateway in gateways:
        gateway.close()


@pytest.fixture
def mapping(connect: Connect) -> demo.Mapping:
    return connect()


def promotion(item_id: str = JOHNS_OFFER, by: str = JOHN) -> Item:
    return Item(ItemKind.PROMOTION, item_id, by)


def bonus_check(item_id: str, by: str) -> Item:
    return Item(ItemKind.BONUS_CHECK, item_id, by)


# The customer card


def test_a_card_shows_what_the_crm_knows(mapping):
    john = mapping.get(JOHN)
    assert (john.customer_id, john.member_number) == (JOHN, "10012")
    assert (john.name_first, john.gender) == ("John", "male")
    assert john.invoice_address == model.Address(
        address="Street", zip="12345", city="City", country_id="se"
    )
    assert john.accepts_communication == ["email", "mail", "sms"]
    assert john.consents == ["consent_personal_offers"]
    assert john.additional_options == [
        model.CustomerAdditionalOption(
            id="fav-nhl-team", enum_values=["toronto-maple-leafs"]
        ),
        model.CustomerAdditionalOption(
            id="fav-mlb-team", enum_values=["seattle-mariners"]
        ),
    ]
    assert john.status == model.CustomerStatus(color="green", text="")
    assert john.promotions == [
        model.Promotion(
            promotion_id=JOHNS_OFFER,
            promotion_type=model.CartPercent(value_int=10),
            name="10% Off",
            redeemed=False,
        )
    ]
    assert john.bonus_checks == []
    assert john.voucher_passwords == ["member_pricelist"]
    assert john.store_id_home == "200"
    points = model.SectionText(title="Bonus Points", text="2451")
    assert john.sections == [
        model.CustomerSection(title="Customer Info", values=[points])
    ]


def test_a_card_shows_all_kinds_of_promotions_and_what_is_redeemed(mapping):
    åsa = mapping.get(ASA)
    assert [one.promotion_type for one in åsa.promotions] == [
        model.CartPercent(value_int=15),
        model.CartAmount(value_money=Decimal(100)),
        model.Offer(value_string="strumpor_3for2"),
        model.Manual(),
        model.CartPercent(value_int=20),
    ]
    assert [one.redeemed for one in åsa.promotions] == [False] * 4 + [True]
    assert åsa.promotions[4].date_redeemed == "2025-04-12T16:20:31+02:00"
    assert [one.cart_amount for one in åsa.bonus_checks] == [
        Decimal(50),
        Decimal("125.50"),
        Decimal(100),
    ]
    assert [one.redeemed for one in åsa.bonus_checks] == [False, False, True]
    assert åsa.sections[1].values == [
        model.SectionMoney(title="Köpt för i år", value=Decimal("12345.50"))
    ]


def test_what_has_expired_is_not_shown(mapping):
    anders = mapping.get(ANDERS)
    assert [one.promotion_id for one in anders.promotions] == ["P-10020-OPEN"]
    assert [one.bonus_check_id for one in anders.bonus_checks] == ["BC-10020-OPEN"]


def test_of_whom_little_is_known_little_is_shown(mapping):
    known = dataclasses.asdict(mapping.get(NAMELESS)).items()
    status = {"color": "green", "text": ""}
    assert {name: value for name, value in known if value not in (None, [])} == {
        "customer_id": NAMELESS,
        "member_number": "10022",
        "status": status,
    }


@pytest.mark.parametrize(
    ("who", "color", "text"),
    [
        (BJÖRN, "orange", "Påminn om den obetalda fakturan"),
        (MÄRTA, "red", "Spärrad: hänvisa till kundtjänst"),
    ],
)
def test_the_status_says_how_a_customer_stands(mapping, who, color, text):
    assert mapping.get(who).status == model.CustomerStatus(color=color, text=text)


def test_an_unknown_customer_is_not_found(mapping):
    with pytest.raises(NotFound, match=r"There is no such customer\."):
        mapping.get("nobody")


@pytest.mark.parametrize("customer_id", ["..", "", "a/../../ping", "?x=1", "å%2F"])
def test_a_customer_id_is_never_another_path(mapping, customer_id):
    with pytest.raises(NotFound):
        mapping.get(customer_id)


@pytest.mark.parametrize("kind", ["500", "garbage", "drop_before"])
@pytest.mark.parametrize(
    ("shelf", "what"), [("offers", "promotions"), ("vouchers", "bonus_checks")]
)
def test_what_could_not_be_read_is_never_shown_as_none(crm, mapping, kind, shelf, what):
    crm.fault(kind, path=f"/{shelf}$")
    john = mapping.get(JOHN)
    assert getattr(john, what) is None
    assert john.status.color == "orange"
    name = what.replace("_", " ")
    assert john.status.text == f"Could not be read just now: {name}."
    assert john.sections


def test_unread_promotions_and_bonus_checks_are_both_named(crm, mapping):
    crm.fault("503", path="/(offers|vouchers)$", times=2)
    märta = mapping.get(MÄRTA)
    assert märta.status == model.CustomerStatus(
        color="red",
        text="Spärrad: hänvisa till kundtjänst "
        "Could not be read just now: promotions and bonus checks.",
    )


def test_points_are_done_without(crm, mapping):
    crm.fault("500", path="/points$")
    john = mapping.get(JOHN)
    assert john.sections is None
    assert john.status == model.CustomerStatus(color="green", text="")
    assert john.promotions


@pytest.mark.parametrize(("kind", "error"), [("500", Unavailable), ("429", Throttled)])
def test_the_contact_itself_is_indispensable(crm, mapping, kind, error):
    crm.fault(kind, path=f"/contacts/{JOHN}$")
    with pytest.raises(error):
        mapping.get(JOHN)


def test_the_four_parts_of_a_card_are_read_side_by_side(crm, mapping):
    crm.fault("hang", times=None)
    with ThreadPoolExecutor(1) as till:
        card = till.submit(mapping.get, JOHN)
        while crm.faults_met() < 4:
            assert not card.done()
        crm.clear_faults()
        assert isinstance(card.exception(), Unavailable)


# Searching


@pytest.mark.parametrize(
    ("key_type", "key", "found"),
    [
        (SearchKeyType.MEMBER_NUMBER, "10012", JOHN),
        (SearchKeyType.EMAIL, "bjorn.sjogren@example.com", BJÖRN),
        (SearchKeyType.MOBILE, "+358405550123", AINO),
        (SearchKeyType.PERSONAL_ID, "198504129829", ASA),
        (SearchKeyType.PERSONAL_ID, "131052-308T", AINO),
        (SearchKeyType.COMPANY_ID, "5569990103", GÖRAN),
    ],
)
def test_each_kind_of_key_finds_the_full_card(mapping, key_type, key, found):
    assert mapping.search(SearchKey(key_type, key)) == [mapping.get(found)]


def test_nobody_is_an_empty_list(mapping):
    assert mapping.search(SearchKey(SearchKeyType.MOBILE, "+46700000000")) == []


def test_of_several_the_best_comes_first_and_in_full(mapping):
    found = mapping.search(SearchKey(SearchKeyType.MOBILE, "+46701740611"))
    assert found[0] == mapping.get(LOVISA)
    assert [customer.name_first for customer in found] == ["Lovisa", "Gunnel"]


def test_the_register_next_door_is_looked_up(mapping):
    found = mapping.lookup(SearchKey(SearchKeyType.MOBILE, "+46701112233"))
    assert found == [
        model.Customer(
            email="john.doe@example.com",
            name_first="John",
            name_last="Doe",
            mobile="+46 70-111 22 33",
            invoice_address=model.Address(
                address="Street", zip="12345", city="City", country_id="se"
            ),
        )
    ]


@pytest.mark.parametrize(
    ("key_type", "key", "found"),
    [
        (SearchKeyType.PERSONAL_ID, "195807149819", 1),
        (SearchKeyType.EMAIL, "hilkka.hamalainen@example.com", 1),
        (SearchKeyType.COMPANY_ID, "5599001137", 1),
        (SearchKeyType.MEMBER_NUMBER, "10012", 0),
    ],
)
def test_the_register_has_people_and_companies_but_no_members(
    mapping, key_type, key, found
):
    assert len(mapping.lookup(SearchKey(key_type, key))) == found


# Adding and changing

NEW: model.CustomerProperties = {
    "email": "ny.kund@example.com",
    "name_first": "Örjan",
    "name_last": "Ny",
    "personal_id": "195807149819",
    "company": "Nytt & Gott AB",
    "company_id": "5599001137",
    "phone": "+46846500499",
    "mobile": "+46701740698",
    "invoice_address": {
        "name": "Örjan",
        "address": "Ågatan 1",
        "zip": "12345",
        "city": "Umeå",
        "country_id": "SE",
    },
    "gender": "undisclosed",
    "birthday": date(1958, 7, 14),
    "accepts_communication": ["sms"],
    "consents": ["consent_personal_offers"],
    "additional_options": [
        model.CustomerAdditionalOption(id="fav-mlb-team", enum_values=["texas-rangers"])
    ],
    "store_id_home": "200",
}


def test_a_new_customer_is_as_it_was_sent_and_has_a_welcome(mapping):
    created = mapping.create(NEW)
    sent = dict(NEW)
    address = sent.pop("invoice_address")
    assert created.invoice_address == model.Address(**address | {"country_id": "se"})
    assert created.birthday == str(sent.pop("birthday"))
    assert {name: getattr(created, name) for name in sent} == sent
    assert created.member_number.isdigit()
    assert [one.name for one in created.promotions] == ["10% Off"]
    assert created == mapping.get(created.customer_id)


@pytest.mark.parametrize(
    ("taken", "text"),
    [
        ({"email": "john.doe@example.com"}, "this email"),
        ({"member_number": "10012"}, "this member number"),
    ],
)
def test_nobody_is_created_twice(crm, mapping, taken, text):
    before = crm.revision()
    with pytest.raises(
        Refused, match=f"There is already a customer with {text}."
    ) as no:
        mapping.create(NEW | taken)
    assert (no.value.status, type(no.value)) == (400, Refused)
    assert crm.revision() == before


def test_a_create_whose_answer_was_lost_may_have_happened(crm, mapping):
    crm.fault("drop_after", method="POST", path="/contacts$")
    with pytest.raises(OutcomeUnknown):
        mapping.create(NEW)


def test_an_update_changes_what_was_sent_and_nothing_else(mapping):
    before = mapping.get(ASA)
    after = mapping.update(ASA, {"name_last": "Öberg-Ström", "gender": "undisclosed"})
    assert after == dataclasses.replace(
        before, name_last="Öberg-Ström", gender="undisclosed"
    )
    assert mapping.get(ASA) == after


def test_of_an_address_the_parts_that_differ_change_and_the_others_stay(mapping):
    before = mapping.get(ASA)
    parts = {"city": "Gävle", "zip": None}
    after = mapping.update(ASA, {"delivery_address": parts})
    moved = dataclasses.replace(before.delivery_address, **parts)
    assert after == dataclasses.replace(before, delivery_address=moved)


def test_of_the_additional_options_those_that_differ_change(mapping):
    answer = partial(model.CustomerAdditionalOption, enum_values=["one-of-them"])
    chosen = [answer(id="fav-nhl-team"), answer(id="fav-mlb-team")]
    before = mapping.create(NEW | {"additional_options": chosen})
    changed = model.CustomerAdditionalOption(id="fav-mlb-team", enum_values=["other"])
    options = {"additional_options": [changed]}
    after = mapping.update(before.customer_id, options)
    assert after.additional_options == [chosen[0], changed]
    cleared = model.CustomerAdditionalOption(id="fav-nhl-team", enum_values=[])
    after = mapping.update(before.customer_id, {"additional_options": [cleared]})
    assert after.additional_options == [changed]


@pytest.mark.parametrize("nothing", [None, [], ""])
def test_null_and_empty_clear(mapping, nothing):
    cleared = {
        "phone": None,
        "birthday": None,
        "delivery_address": None,
        "gender": None,
        "accepts_communication": [],
        "consents": [],
        "additional_options": [],
    }
    after = mapping.update(ASA, dict.fromkeys(cleared, nothing))
    assert {name: getattr(after, name) for name in cleared} == cleared
    assert after.mobile


def test_an_unknown_customer_cannot_be_updated(mapping):
    with pytest.raises(Missing, match="no such customer"):
        mapping.update("nobody", {"name_first": "Åke"})


def test_an_address_of_somebody_else_is_refused_on_update(mapping):
    with pytest.raises(Refused, match="already a customer"):
        mapping.update(ASA, {"email": "john.doe@example.com"})


def test_a_value_that_the_crm_does_not_accept_is_named_by_its_property(mapping):
    with pytest.raises(Refused, match=r"This email is not valid\."):
        mapping.update(ASA, {"email": "not an address"})


# Purchases and the catalogue


def test_transactions_have_everything_in_the_spis_terms(mapping):
    bought = [*mapping.transactions(ASA)]
    assert [one.date_created[:10] for one in bought] == [
        "2025-11-28",
        "2025-10-04",
        "2025-09-13",
        "2025-09-01",
        "2025-05-30",
    ]
    web, jacket, sweets, returned, _book = bought
    assert (web.order_external_id, web.order_id) == ("WEB-2025-00871", None)
    assert (jacket.receipt_id, jacket.order_id) == ("201-3-004512", 10412)
    assert [(one.name, one.total) for one in jacket.payments] == [
        ("Kort", Decimal("1066.10")),
        ("Presentkort", Decimal(500)),
    ]
    assert jacket.items[0] == model.TransactionItem(
        sku="412006-L",
        product_name="Regnjacka för höst och vår",
        quantity=1,
        total=Decimal("1299"),
        vat=Decimal("259.80"),
        vat_value=25,
        manual_discount=Decimal(50),
        manual_discount_vat=Decimal(10),
        manual_discount_name="Skadad förpackning",
        note="Kunden har sett repan på dragkedjan.",
        discounts=[
            model.TransactionItemDiscount(
                name=name, total=Decimal("64.95"), vat=Decimal("12.99")
            )
            for name in ("Medlemsrabatt 5 %", "Höstkampanj 5 %")
        ],
    )
    weighed = sweets.items[0]
    assert (weighed.quantity, weighed.unit_quantity, weighed.unit_label) == (
        1,
        "0.742",
        "kg",
    )
    assert sweets.roundoff == Decimal("-0.04")
    assert (returned.items[0].quantity, returned.items[0].total) == (
        -1,
        Decimal("-249.50"),
    )


def test_no_number_of_a_purchase_is_a_float(mapping):
    (bought,) = [*mapping.transactions(AINO)]
    assert [line.vat_value for line in bought.items] == [Decimal("25.5"), 14]
    assert not isinstance(bought.items[0].vat_value, float)


def test_all_pages_of_transactions_are_read_newest_first(mapping):
    bought = [*mapping.transactions(REGULAR)]
    assert len(bought) == 200
    assert [one.order_id for one in bought] == list(range(20199, 19999, -1))


def test_who_bought_nothing_has_an_empty_list_but_nobody_has_none(mapping):
    assert [*mapping.transactions(MÄRTA)] == []
    with pytest.raises(Missing):
        [*mapping.transactions("nobody")]


def test_the_catalogue_is_what_the_crm_offers(mapping):
    assert mapping.consents() == [
        model.Consent(
            consent_id="consent_personal_offers",
            name="Accepts Personal Offers",
            value=False,
            description="",
        )
    ]
    (teams,) = mapping.additional_options()
    assert teams.name == "Favorite Teams"
    assert [(one.id, one.type, one.required) for one in teams.options] == [
        ("fav-nhl-team", "enum-single", True),
        ("fav-mlb-team", "enum-single", None),
    ]
    assert teams.options[1].enum_options == [
        model.AdditionalOptionEnumValue(id="seattle-mariners", name="Seattle Mariners"),
        model.AdditionalOptionEnumValue(id="texas-rangers", name="Texas Rangers"),
    ]


# Redeeming

BOTH = [promotion("P-10021-OPEN", KÄTHE), bonus_check("BC-10020-OPEN", ANDERS)]


@pytest.mark.parametrize("item", [*BOTH, promotion("HÖST/2026 å", ASA)])
def test_what_is_redeemed_is_found_and_given_back(crm, mapping, item):
    assert mapping.find_receipt(item, REF) is None
    receipt = mapping.redeem_item(item, REF)
    assert mapping.find_receipt(item, REF) == receipt
    assert mapping.find_receipt(item, "ANOTHER") is None
    assert crm.spent()[item.item_id] == REF

    mapping.undo_item(item, REF, receipt)
    assert mapping.find_receipt(item, REF) is None
    assert [(entry["action"], entry["till"]) for entry in crm.ledger()] == [
        ("redeem", "3"),
        ("undo", "3"),
    ]


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (promotion("P-10020-LAPSED", ANDERS), "the promotion has expired."),
        (bonus_check("BC-10020-LAPSED", ANDERS), "the bonus check has expired."),
        (promotion(by=ANDERS), "the promotion is another customer's."),
        (promotion("nothing"), "the customer has no such promotion."),
        (
            promotion("2c5f4a6e-10d3-4b0f-9d3a-000000100135", ASA),
            "the promotion is already redeemed.",
        ),
        (bonus_check("BC-10013-3", ASA), "the bonus check is already redeemed."),
    ],
)
def test_what_cannot_be_redeemed_is_refused_in_a_cashiers_words(
    crm, mapping, item, text
):
    with pytest.raises(Refused) as refused:
        mapping.redeem_item(item, REF)
    assert refused.value.errortext == f"Can't redeem: {text}"
    assert type(refused.value) is Refused
    assert crm.ledger() == []


def test_nothing_is_redeemed_for_an_unknown_customer(mapping):
    with pytest.raises(Missing, match="no such customer"):
        mapping.redeem_item(promotion(by="nobody"), REF)


def test_the_same_item_is_not_redeemed_twice_even_under_one_reference(mapping):
    mapping.redeem_item(promotion(), REF)
    with pytest.raises(Refused, match="already redeemed"):
        mapping.redeem_item(promotion(), REF)


def test_what_is_not_redeemed_cannot_be_undone(mapping):
    with pytest.raises(Refused, match="Can't undo: the promotion is not redeemed"):
        mapping.undo_item(promotion(), REF, {"spend": "S000001"})


def test_what_others_redeemed_cannot_be_undone(crm, mapping):
    receipt = mapping.redeem_item(promotion(), "ANOTHER")
    with pytest.raises(Refused, match="was redeemed by somebody else"):
        mapping.undo_item(promotion(), REF, receipt)
    assert crm.spent()[JOHNS_OFFER] == "ANOTHER"


def test_what_cannot_be_given_back_says_so(mapping):
    item = promotion("P-10021-FINAL", KÄTHE)
    receipt = mapping.redeem_item(item, REF)
    with pytest.raises(Refused, match="the promotion can't be given back"):
        mapping.undo_item(item, REF, receipt)


@pytest.mark.parametrize("kind", ["drop_after", "garbage", "html", "truncated"])
def test_a_redeem_whose_answer_was_lost_is_found_by_its_reference(crm, mapping, kind):
    mapping.redeem_item(bonus_check("BC-10020-OPEN", ANDERS), "ANOTHER")
    crm.fault(kind, path="/spend$")
    with pytest.raises(OutcomeUnknown):
        mapping.redeem_item(promotion(), REF)
    receipt = mapping.find_receipt(promotion(), REF)
    assert receipt is not None
    mapping.undo_item(promotion(), REF, receipt)
    assert JOHNS_OFFER not in crm.spent()


@pytest.mark.parametrize("kind", ["500", "drop_before"])
def test_a_redeem_that_did_not_happen_is_not_found(crm, mapping, kind):
    crm.fault(kind, path="/spend$")
    with pytest.raises(OutcomeUnknown):
        mapping.redeem_item(promotion(), REF)
    assert mapping.find_receipt(promotion(), REF) is None


@pytest.mark.parametrize(("kind", "error"), [("500", Unavailable), ("429", Throttled)])
def test_a_question_that_was_not_answered_is_not_a_no(crm, mapping, kind, error):
    mapping.redeem_item(promotion(), REF)
    crm.fault(kind, path="/spends$")
    with pytest.raises(error):
        mapping.find_receipt(promotion(), REF)


def test_a_key_that_the_crm_does_not_take_is_not_a_no_either(connect):
    stranger = connect("another-key")
    for ask in (
        lambda: stranger.find_receipt(promotion(), REF),
        lambda: stranger.redeem_item(promotion(), REF),
        lambda: stranger.get(JOHN),
    ):
        with pytest.raises(AccessRefused):
            ask()


# Health


def test_a_crm_that_is_well_has_no_problems(mapping):
    mapping.probe()
    assert mapping.problems() == []


def test_a_wrong_key_is_a_problem_with_its_mend(connect):
    assert connect("another-key").problems() == [AccessRefused().for_support]


# The translators by themselves

TABLES: list[tuple[type, dict[str, str]]] = [
    (model.Customer, demo.CONTACT),
    (model.Address, demo.ADDRESS),
    (model.CustomerAdditionalOption, demo.CHOICE),
    (model.Promotion, demo.OFFER),
    (model.BonusCheck, demo.VOUCHER),
    (model.CustomerSection, demo.SECTION),
    (model.Transaction, demo.PURCHASE),
    (model.TransactionItem, demo.LINE),
    (model.TransactionItemDiscount, demo.REDUCTION),
    (model.TransactionPayment, demo.TENDER),
    (model.Consent, demo.CONSENT),
    (model.AdditionalOptionsSection, demo.GROUP),
    (model.AdditionalOption, demo.OPTION),
    (model.AdditionalOptionEnumValue, demo.VALUE),
]
ELSEWHERE = {"status", "promotions", "bonus_checks", "sections"}
"""The properties of a customer that come from other answers than the contact."""


@pytest.mark.parametrize(("kind", "table"), TABLES, ids=lambda part: str(part)[:40])
def test_each_table_has_all_properties_of_its_object(kind, table):
    properties = {field.name for field in dataclasses.fields(kind)}
    assert set(table) == properties - (ELSEWHERE if kind is model.Customer else set())


def test_whatever_can_be_written_is_in_the_table_and_is_written():
    assert set(model.CustomerProperties.__annotations__) <= set(demo.CONTACT)
    assert set(demo.WRITE) <= set(model.CustomerProperties.__annotations__)


def test_only_what_was_sent_is_written():
    assert demo.contact({}) == {}
    assert demo.contact({"email": None, "consents": []}) == {
        "email": None,
        "agreements": None,
    }
    assert demo.contact({"gender": "female", "birthday": date(1985, 4, 12)}) == {
        "sex": 2,
        "bornOn": "1985-04-12",
    }
    assert demo.contact({"accepts_communication": ["mail"]}) == {
        "optIn": {"email": False, "post": True, "sms": False}
    }


@pytest.mark.parametrize("cents", [0, 1, -4, 49000, 10**12 + 1])
def test_cents_become_money_without_loss(cents):
    assert demo.money(cents) * 100 == cents


@pytest.mark.parametrize("given", [{"lottery": True}, {}, {"byHand": True}])
def test_a_kind_of_offer_that_is_new_is_left_to_the_cashier(given):
    assert demo.benefit(given) == model.Manual()


def test_what_the_crm_says_in_codes_of_its_own_is_left_open_or_careful():
    contact = {"id": "c1", "standing": 7, "standingNote": None, "sex": 0}
    customer = demo.card(contact, {"offers": []}, {"vouchers": []})
    assert customer.status == model.CustomerStatus(color="orange", text="")
    assert customer.gender is None


def test_an_item_without_a_name_is_handed_over_so_that_only_it_is_left_out():
    (promotion,) = demo.each(
        model.Promotion, demo.OFFER, [{"id": "p1", "spent": False}]
    )
    assert (promotion.promotion_id, promotion.name) == ("p1", None)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "ALREADY_SPENT",
        {},
        {"error": "ALREADY_SPENT"},
        {"error": {"code": "ALREADY_SPENT"}},
        {"error": {"code": 7, "about": "offer"}},
        {"error": {"code": "NEW_TO_US", "about": "offer"}},
    ],
)
def test_what_is_no_refusal_of_the_crms_is_left_to_its_status(mapping, body: Any):
    assert mapping.explain(Answer(409, {}, body)) is None

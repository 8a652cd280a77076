"""One right example of every object, and right and wrong values of every property type.

In a case, ``right`` values need no repair, ``repaired`` ones do, ``wrong`` ones cannot
be.  ``strict`` JSON is right in a request, ``bad`` JSON is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from bridge.model import (
    AdditionalOption,
    AdditionalOptionEnumValue,
    AdditionalOptionsSection,
    Address,
    BonusCheck,
    CartAmount,
    CartPercent,
    Consent,
    Customer,
    CustomerAdditionalOption,
    CustomerSection,
    CustomerStatus,
    Manual,
    Offer,
    Promotion,
    SectionMoney,
    SectionText,
    Transaction,
    TransactionItem,
    TransactionItemDiscount,
    TransactionPayment,
)
from bridge.spi.schemas import benefits, catalogue, customer, transaction
from bridge.spi.schemas.answer import AnswerSchema
from bridge.spi.schemas.fields.codes import (
    CompanyId,
    Country,
    Currency,
    Email,
    PersonalId,
    Phone,
)
from bridge.spi.schemas.fields.numbers import (
    DecimalQuantity,
    Flag,
    Money,
    Percent,
    Rate,
    Whole,
)
from bridge.spi.schemas.fields.property import Property
from bridge.spi.schemas.fields.texts import (
    AdditionalOptionType,
    CommunicationType,
    CustomerStatusColor,
    Gender,
    Id,
    MemberNumber,
    OptionId,
    Text,
)
from bridge.spi.schemas.fields.times import Birthday, Moment

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
IN_STOCKHOLM = datetime(2026, 1, 1, 13, tzinfo=timezone(timedelta(hours=1)))
NAIVE = datetime(2026, 1, 1, 12)

CHOICE = AdditionalOptionEnumValue(id="hv71", name="HV71")
OPTION = AdditionalOption(
    id="fav-team",
    name="Favoritlag",
    type="enum-single",
    required=True,
    enum_options=[CHOICE],
)
CONSENT = Consent(consent_id="offers", name="Erbjudanden", description="Via e-post")
ADDRESS = Address(
    name="Åsa Öberg",
    address="Storgatan 1",
    address2="lgh 1102",
    zip="12345",
    city="Malmö",
    state="Skåne",
    country_id="SE",
)
STATUS = CustomerStatus(color="green", text="Guldmedlem")
LINE = SectionText(title="Poäng", text="2451")
BALANCE = SectionMoney(title="Saldo", value=Decimal("12.50"))
SECTION = CustomerSection(title="Klubben", values=[LINE, BALANCE])
AMOUNT = CartAmount(value_money=Decimal(50))
PERCENT = CartPercent(value_int=10)
OFFER = Offer(value_string="member_pricelist")
PROMOTION = Promotion(
    promotion_id="p1",
    promotion_type=AMOUNT,
    name="10 % rabatt",
    description="På allt",
    redeemed=True,
    date_redeemed=NOON,
)
CHECK = BonusCheck(
    bonus_check_id="b1",
    name="Bonuscheck",
    description="Från i våras",
    cart_amount=Decimal(100),
    redeemed=False,
    date_redeemed=NOON,
)
ANSWERED = CustomerAdditionalOption(id="fav-team", enum_values=["hv71"], text="Heja")
CUSTOMER = Customer(
    customer_id="c1",
    member_number="10012",
    email="asa@example.com",
    name_first="Åsa",
    name_last="Öberg",
    personal_id="198803200016",
    company="Öbergs Bageri AB",
    company_id="5560123456",
    phone="+4640123456",
    mobile="+46701112233",
    invoice_address=ADDRESS,
    delivery_address=ADDRESS,
    gender="female",
    birthday=date(1988, 3, 20),
    accepts_communication=["email", "sms"],
    consents=["offers"],
    additional_options=[ANSWERED],
    status=STATUS,
    promotions=[PROMOTION],
    bonus_checks=[CHECK],
    voucher_passwords=["member_pricelist"],
    store_id_home="200",
    sections=[SECTION],
)
DISCOUNT = TransactionItemDiscount(name="3 för 2", total=Decimal(10), vat=Decimal(2))
ITEM = TransactionItem(
    sku="597330-S",
    product_name="Kappa",
    product_name2="Svart",
    quantity=1,
    total=Decimal(490),
    vat=Decimal(98),
    manual_discount=Decimal(5),
    manual_discount_vat=Decimal(1),
    manual_discount_name="Fläck",
    vat_value=25,
    note="Tvättas kallt",
    unit_quantity=Decimal("1.5"),
    unit_label="kg",
    discounts=[DISCOUNT],
)
PAYMENT = TransactionPayment(name="Kort", total=Decimal(475))
PURCHASE = Transaction(
    date_created=NOON,
    receipt_id="r1",
    order_id=10051,
    order_external_id="x1",
    store_id="200",
    store_name="Malmö C",
    currency_code="SEK",
    roundoff=Decimal("-0.40"),
    items=[ITEM],
    payments=[PAYMENT],
)

EXAMPLES: dict[type[AnswerSchema], Any] = {
    catalogue.AdditionalOptionsSectionSchema: AdditionalOptionsSection(
        name="Lag", options=[OPTION]
    ),
    catalogue.AdditionalOptionSchema: OPTION,
    catalogue.AdditionalOptionEnumValueSchema: CHOICE,
    catalogue.ConsentSchema: CONSENT,
    customer.AddressSchema: ADDRESS,
    customer.CustomerAdditionalOptionSchema: ANSWERED,
    customer.CustomerStatusSchema: STATUS,
    customer.CustomerSectionSchema: SECTION,
    customer.CustomerSectionValueTextSchema: LINE,
    customer.CustomerSectionValueMoneySchema: BALANCE,
    customer.CustomerSchema: CUSTOMER,
    benefits.PromotionSchema: PROMOTION,
    benefits.PromotionCartAmountSchema: AMOUNT,
    benefits.PromotionCartPercentSchema: PERCENT,
    benefits.PromotionManualSchema: Manual(),
    benefits.PromotionOfferSchema: OFFER,
    benefits.BonusCheckSchema: CHECK,
    transaction.TransactionSchema: PURCHASE,
    transaction.TransactionItemSchema: ITEM,
    transaction.TransactionItemDiscountSchema: DISCOUNT,
    transaction.TransactionPaymentSchema: PAYMENT,
}


@dataclass(frozen=True)
class Case:
    """What a property of one type makes of values."""

    right: list[tuple[Any, Any]]
    repaired: list[tuple[Any, Any]]
    wrong: list[Any]
    strict: list[Any]
    bad: list[Any]


NEVER: list[Any] = [
    [],
    {},
    ["x"],
    {"a": 1},
    b"x",
    object(),
    (),
    Decimal("NaN"),
    float("nan"),
]
"""What no property at all can make anything of."""

NOT_TEXT: list[Any] = [1, 0, 1.5, True, False, [], ["x"], {}, {"a": "x"}]
NOT_NUMBER: list[Any] = ["1", "", True, [], {}, 2**70]

CASES: dict[type[Property], Case] = {
    Id: Case(
        right=[("x", "x"), ("å" * 255, "å" * 255)],
        repaired=[(17, "17"), (Decimal(17), "17"), ("a\0b\ud800", "ab")],
        wrong=["x" * 256, 1.5, True, Decimal("1.5"), 2**70, "\0"],
        strict=["x"],
        bad=[*NOT_TEXT, "x" * 256, "a\0b", "a\ud800"],
    ),
    MemberNumber: Case(
        right=[("10012", "10012"), ("å" * 255, "å" * 255), ("a b", "a b")],
        repaired=[(17, "17"), (" 10012\n", "10012"), ("\x1d10\u200b012\4", "10012")],
        wrong=["x" * 256, 1.5, True, Decimal("1.5"), 2**70, "\0"],
        strict=["x", " x", "10\x1d012\x1e\4"],
        bad=[*NOT_TEXT, "x" * 256, "a\0b", "a\ud800"],
    ),
    OptionId: Case(
        right=[("fav-nhl_team", "fav-nhl_team"), ("ab", "ab"), ("a" * 32, "a" * 32)],
        repaired=[
            *((" ab ", "ab"), ("ab\0", "ab"), ("ab\n", "ab")),
            *(("a", "id-a"), ("1", "id-1"), (12, "id-12"), ("id-1", "id-id-1")),
            ("ab-", "id--f7iyms2rqwh2m6apayjgqvym"),
            ("a b", "id--zbuhucfklvxnebcdfd5gu2l2"),
        ],
        wrong=["", " ", "\0", True, 1.5],
        strict=["ab", "fav-nhl_team"],
        bad=[*NOT_TEXT, "a", "1a", "ab-", "ab\n", "a" * 33],
    ),
    Email: Case(
        right=[("john.doe@example.com", "john.doe@example.com"), ("å@ä.se", "å@ä.se")],
        repaired=[
            (" a@b.se\n", "a@b.se"),
            ("John.Doe@Example.com", "john.doe@example.com"),
            ("a@xn--4ca.se", "a@ä.se"),
            ("a@a\u0308.se", "a@ä.se"),
        ],
        wrong=["nobody", "a b@c.se", "a@b", "a@@b.se", 5, "x" * 250 + "@b.se"],
        strict=["a@b.se"],
        bad=[*NOT_TEXT, "nobody", "a@b", "x" * 250 + "@b.se"],
    ),
    Phone: Case(
        right=[("+46701112233", "+46701112233")],
        repaired=[
            ("070-111 22 33", "+46701112233"),
            ("+460701112233", "+46701112233"),
            (701112233, "+46701112233"),
        ],
        wrong=["hello", "12", "070 BONUS", 1.5, True, "+" + "4" * 30],
        strict=["0701112233", "+46701112233"],
        bad=[*NOT_TEXT, "1" * 65],
    ),
    PersonalId: Case(
        right=[("198803200016", "198803200016"), ("a b", "a b"), ("", "")],
        repaired=[
            *((17, "17"), (" 880320-0016", "198803200016")),
            *((8803200016, "198803200016"), ("19880320\u20110017", "198803200017")),
        ],
        wrong=["x" * 65, 1.5, True, 2**70],
        strict=["a", ""],
        bad=[*NOT_TEXT, "1" * 65, "a\0b"],
    ),
    CompanyId: Case(
        right=[("2120000142", "2120000142"), ("a b", "a b"), ("", "")],
        repaired=[
            *((17, "17"), ("212000-0142 ", "2120000142"), (2120000142, "2120000142")),
            *(("SE212000014201", "2120000142"), ("212000-0143", "2120000143")),
        ],
        wrong=["x" * 65, 1.5, True, 2**70],
        strict=["a", ""],
        bad=[*NOT_TEXT, "1" * 65, "a\0b"],
    ),
    Country: Case(
        right=[("SE", "SE"), ("XK", "XK")],
        repaired=[("se", "SE"), ("SWE", "SE"), ("Sweden", "SE"), (" fi", "FI")],
        wrong=["XX", "Svedala", 752, True],
        strict=["SE", "se", "SWE", "Sverige"],
        bad=[*NOT_TEXT, "XX", "Svedala"],
    ),
    Currency: Case(
        right=[("SEK", "SEK"), ("HRK", "HRK")],
        repaired=[("sek ", "SEK")],
        wrong=["kr", "XQZ", 752, True],
        strict=["SEK"],
        bad=[*NOT_TEXT, "kr", "sek"],
    ),
    Birthday: Case(
        right=[(date(1975, 8, 4), "1975-08-04"), ("1975-08-04", "1975-08-04")],
        repaired=[
            ("1975-08-04T00:00:00Z", "1975-08-04"),
            ("1975-08-04 00:00:00.000", "1975-08-04"),
            (NOON, "2026-01-01"),
            # Midnight in Sweden, by the rules of the year and by those of today.
            ("1975-08-03T23:00:00Z", "1975-08-04"),
            ("1975-08-03T22:00:00Z", "1975-08-04"),
        ],
        wrong=[
            *("1975-13-04", "04/08/1975", 19750804, "soon", True),
            *("1975-08-03T22:30:00Z", "1975-08-04T25:00:00Z"),
        ],
        strict=["1975-08-04", "1975-08-04T00:00:00Z"],
        bad=[*NOT_TEXT, "1975-13-04", "19750804", "soon"],
    ),
    Moment: Case(
        right=[
            (NOON, 1767268800),
            (IN_STOCKHOLM, 1767268800),
            (1767268800, 1767268800),
        ],
        repaired=[
            ("2026-01-01T13:00:00+01:00", 1767268800),
            ("2026-01-01T12:00:00.999Z", 1767268800),
            ("1767268800", 1767268800),
            (Decimal(1767268800), 1767268800),
        ],
        wrong=[
            *(NAIVE, "2026-01-01T12:00:00", "20260101", date(2026, 1, 1)),
            *(1767268800000, 1.5, True, "soon"),
        ],
        strict=[1767268800],
        bad=[*NOT_NUMBER, 1.5],
    ),
    Flag: Case(
        right=[(True, True), (False, False)],
        repaired=[
            (1, True),
            (0, False),
            ("True", True),
            ("false", False),
            ("0", False),
        ],
        wrong=[2, 1.0, "yes", Decimal(1)],
        strict=[True, False],
        bad=[1, 0, "true", "", [], {}],
    ),
    Whole: Case(
        right=[(0, 0), (-3, -3)],
        repaired=[("7", 7), (Decimal("2.000"), 2), (" 7 ", 7), ("7.0", 7)],
        wrong=[1.5, Decimal("1.5"), "1.5", "A-7", True, 2**70, Decimal("1E+999999")],
        strict=[0, -3],
        bad=[*NOT_NUMBER, 1.5, 1.0],
    ),
    Percent: Case(
        right=[(1, 1), (100, 100)],
        repaired=[("10", 10), (Decimal("10.00"), 10)],
        wrong=[0, 101, -1, Decimal("100.5"), Decimal("0.1"), 10.0, True],
        strict=[1, 100],
        bad=[*NOT_NUMBER, 0, 101, 1.5],
    ),
    Rate: Case(
        right=[(25, 25), (Decimal("25.00"), 25), (Decimal("25.5"), 25.5), (25.5, 25.5)],
        repaired=[("25", 25), ("25.5", 25.5)],
        wrong=[True, "25 %", float("inf"), 2**70, Decimal("1E+400")],
        strict=[25, 25.5, 0],
        bad=[*NOT_NUMBER, float("inf"), float("nan")],
    ),
    Money: Case(
        right=[
            (Decimal("12.5"), "12.50"),
            (Decimal("-12.50"), "-12.50"),
            (Decimal("1E+3"), "1000.00"),
            (Decimal("-0.00"), "0.00"),
            (12, "12.00"),
            ("12.50", "12.50"),
            ("+12.50", "+12.50"),
        ],
        repaired=[
            ("12.5", "12.50"),
            ("12", "12.00"),
            (" 12.5 ", "12.50"),
            ("12.50\n", "12.50"),
            (Decimal("12.345"), "12.35"),
            (Decimal("-0.004"), "0.00"),
        ],
        wrong=[
            *(12.5, "12,50", "1e3", "٣.00", "1_000", "SEK 5", "NaN", True, 2**70),
            *(Decimal("Infinity"), Decimal("1E+999999"), Decimal("sNaN"), 10**5000),
            "9" * 40 + ".00",
        ],
        strict=["12.50", "-0.10"],
        bad=[*NOT_TEXT, "12", "12.5", "12.50\n", "x"],
    ),
    DecimalQuantity: Case(
        right=[(Decimal("1.5"), "1.500"), (2, "2.000"), ("1.500", "1.500")],
        repaired=[("1.5", "1.500"), (Decimal("0.0005"), "0.001")],
        wrong=[1.5, "1,5", "1.5 kg", True],
        strict=["1.500"],
        bad=[*NOT_TEXT, "1.5", "1.50"],
    ),
}

for choice, words in {
    Gender: ["male", "female", "undisclosed"],
    CommunicationType: ["email", "sms", "mail"],
    CustomerStatusColor: ["red", "orange", "green"],
    AdditionalOptionType: ["enum-single", "enum-multi", "text"],
}.items():
    CASES[choice] = Case(
        right=[(word, word) for word in words],
        repaired=[(f" {word.upper()}", word) for word in words],
        wrong=["other", 1, True, "m"],
        strict=words,
        bad=[*NOT_TEXT, "other", words[0].upper()],
    )


def case(field: Property) -> Case:
    """Return the case of a property's type."""
    if type(field) is Text:
        return text_case(field.least, field.most)
    return CASES[type(field)]


def text_case(least: int, most: int) -> Case:
    """Return the case of a text, which depends on its length."""
    return Case(
        right=[
            *(("å" * most, "å" * most), ("a\nb", "a\nb"), ("a\xa0b", "a\xa0b")),
            *[("", "")] * (not least),
        ],
        repaired=[
            *(("å" * (most + 1), "å" * most), (17, "17"), (Decimal(17), "17")),
            *(("a\0b\x85\ud800", "ab"), ("A\u030asa\u200b", "Åsa"[:most])),
        ],
        wrong=[1.5, True, Decimal("1.5"), 2**70, 10**5000] + [""] * least,
        strict=["a", "å" * most] + [""] * (not least),
        bad=[*NOT_TEXT, "å" * (most + 1), "a\0b", "a\udfff"],
    )

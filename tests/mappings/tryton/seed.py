"""Fills a Tryton database with a shop: ``python seed.py CONFIG DATABASE``.

Runs in Tryton's own environment, inside a server that nobody else can reach (proteus).
What the bridge itself needs is left to ``docs/crms/tryton_prepare.py``, as the page
about Tryton has it.
"""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from typing import Any

from proteus import Model, config

config.set_trytond(sys.argv[2], config_file=sys.argv[1])

from trytond.modules.account.tests.tools import (  # noqa: E402
    create_chart,
    create_tax,
    get_accounts,
)
from trytond.modules.company.tests.tools import (  # noqa: E402
    create_company,
    get_company,
)
from trytond.modules.currency.tests.tools import get_currency  # noqa: E402

GET = Model.get


def add(model: str, **values: Any) -> Any:
    record = GET(model)(**values)
    record.save()
    return record


def party(name: str, email: str, mobile: str, **address: Any) -> Any:
    record = GET("party.party")(name=name)
    record.contact_mechanisms.new(type="email", value=email)
    record.contact_mechanisms.new(type="mobile", value=mobile)
    if not record.addresses:
        record.addresses.new()
    record.save()
    # Not through proteus, which would also send the street as text.
    cfg = config.get_config()
    ids = [one.id for one in record.addresses]
    cfg.get_proxy("party.address").write(ids, address, cfg.context)
    record.reload()
    return record


owner = add("party.party", name="Kauppa Oy")
create_company(party=owner, currency=get_currency("EUR"))
company = get_company()
User = GET("res.user")
admin = User(config.get_config().user)
admin.companies.append(GET("company.company")(company.id))
admin.company = GET("company.company")(company.id)
admin.save()
config.get_config()._context = User.get_preferences(True, {})
create_chart(company=company)
accounts = get_accounts(company)
get_currency("USD")

countries = {
    code: add("country.country", code=code, name=name)
    for code, name in (("FI", "Finland"), ("SE", "Sweden"), ("US", "United States"))
}
for code, name in (("US-CA", "California"), ("US-NY", "New York")):
    country = countries["US"]
    add("country.subdivision", code=code, name=name, country=country, type="state")
add("country.subdivision", code="FI-18", name="Uusimaa", country=countries["FI"])

consents = add("party.category", name="Consents")
for name in ("Personal offers", "Profiling"):
    add("party.category", name=name, parent=consents)

anna = party(
    "Anna Virtanen",
    "Anna.Virtanen@example.org",
    "+358 40 1234567",
    street_name="Mannerheimintie",
    building_number="1",
    postal_code="00100",
    city="Helsinki",
    country=countries["FI"].id,
)
anna.identifiers.new(type="fi_hetu", code="131052-308T")
anna.identifiers.new(code="M-100234")
anna.save()

cafe = party("Kahvila Oy", "office@kahvila.example", "+358 50 7654321")
cafe.identifiers.new(type="fi_ytunnus", code="2077474-0")
cafe.save()

unit, kilogram = (
    GET("product.uom").find([("name", "=", name)])[0] for name in ("Unit", "Kilogram")
)
goods = GET("product.category")(name="Goods", accounting=True)
goods.account_revenue = accounts["revenue"]
goods.account_expense = accounts["expense"]
goods.save()


def tax(rate: str) -> Any:
    record = create_tax(Decimal(rate))
    record.save()
    return record


def product(name: str, code: str, price: str, **fields: Any) -> Any:
    template = GET("product.template")(
        name=name, type="goods", salable=True, list_price=Decimal(price)
    )
    template.default_uom = fields.pop("unit", unit)
    template.account_category = goods
    for field, value in fields.items():
        setattr(template, field, value)
    template.products[0].suffix_code = code
    template.save()
    return template.products[0]


coffee = product("Coffee 500 g", "COF500", "6.90")
tea = product("Loose tea", "TEA", "40.00", unit=kilogram)
mug = product("Mug", "MUG1", "12.00")
food, things = tax("0.14"), tax("0.255")
taxes = {coffee.id: food, tea.id: food, mug.id: things}

held, *_ = accounts["payable"].type.duplicate({"gift_card": True})
gift_card_account = add(
    "account.account", name="Gift cards", type=held, deferral=True, company=company
)
accounting = GET("account.configuration")(1)
accounting.gift_card_account_revenue = gift_card_account
accounting.gift_card_account_expense = gift_card_account
accounting.save()
card = GET("product.template")(
    name="Gift card", type="service", salable=True, list_price=Decimal(25)
)
card.default_uom, card.gift_card = unit, True
card.products[0].suffix_code = "GIFT"
card.save()


def promotion(name: str, formula: str, **fields: Any) -> Any:
    record = GET("sale.promotion")(name=name, formula=formula)
    for field, value in fields.items():
        setattr(record, field, value)
    return record


tenth = promotion("10% for members", "0.9 * unit_price")
tenth.coupons.new(number_of_use=1, per_party=True).numbers.new(number="BONUS10")
tenth.save()
five = promotion("5 euros off", "unit_price - 5")
five.coupons.new(number_of_use=1).numbers.new(number="VOUCHER-1")
five.save()
mugs = promotion("Mugs at half price", "0.5 * unit_price")
mugs.products.append(GET("product.product")(mug.id))
mugs.coupons.new(number_of_use=0).numbers.new(number="MUGS")
mugs.save()
winter = promotion("Some winter", "0.8 * unit_price")
winter.coupons.new(number_of_use=0).numbers.new(number="WINTER")
winter.save()
winter.start_date = date(2099, 12, 1)
winter.save()

helsinki, *_ = (
    GET("stock.location")
    .find([("type", "=", "warehouse")])[0]
    .duplicate({"name": "Helsinki", "code": "HKI"})
)


def sale(day: date, *lines: tuple[Any, Any], **fields: Any) -> Any:
    record = GET("sale.sale")(party=anna, sale_date=day, warehouse=helsinki)
    for article, quantity in lines:
        line = record.lines.new(product=article)
        line.quantity = quantity
        line.taxes.append(GET("account.tax")(taxes[article.id].id))
    for field, value in fields.items():
        getattr(record, field).append(value)
    record.save()
    return record


for record in (
    sale(date(2026, 3, 1), (coffee, 2), (mug, 1)),
    sale(date(2026, 5, 1), (tea, 0.25), (mug, -1)),
):
    record.click("quote")
    record.click("confirm")

everything = add("sale.promotion", name="May offer", formula="0.9 * unit_price")
reduced = sale(date(2026, 5, 2), (coffee, 3), (mug, 1))
reduced.lines[1].discount_rate = Decimal("0.25")
reduced.save()
reduced.click("quote")
reduced.click("confirm")
everything.active = False
everything.save()

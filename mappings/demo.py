"""The demo CRM: the example to copy for a CRM of your own.

Verbs talk, functions translate, tables say where the words differ.  The demo CRM has
contacts with offers and vouchers where the SPI has customers with promotions and bonus
checks.  It counts in cents, and it spends and releases one item per call.

What the SPI edge makes right by itself is handed over as it stands: a phone number with
spaces, a country in small letters, a time with an offset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from bridge import model
from bridge.errors import BridgeError, Missing, Refused, Situation, _
from bridge.mapping import Answer, quote
from bridge.mapping import Mapping as BaseMapping
from bridge.model import Customer, CustomerProperties, Item, Receipt, SearchKey

Json = dict[str, Any]
Names = dict[str, str]
T = TypeVar("T")


class Mapping(BaseMapping):
    title = "Demo CRM"

    def search(self, key: SearchKey) -> list[Customer]:
        query = {CONTACT[key.key_type]: key.key}
        hits = self.upstream.get("/contacts", query=query)["hits"]
        # The POS shows the best match only: the others need not be read in full.
        return [self._card(hit["id"], hit) for hit in hits[:1]] + [*map(card, hits[1:])]

    def get(self, customer_id: str) -> Customer:
        return self._card(customer_id)

    def create(self, properties: CustomerProperties) -> Customer:
        created = self.upstream.post("/contacts", json=contact(properties))
        return self._card(created["id"], created)

    def update(self, customer_id: str, properties: CustomerProperties) -> Customer:
        path = f"/contacts/{quote(customer_id)}"
        changed = self.upstream.patch(path, json=contact(properties))
        return self._card(customer_id, changed)

    def transactions(self, customer_id: str) -> Iterator[model.Transaction]:
        path = f"/contacts/{quote(customer_id)}/purchases"
        pages = self.upstream.pages(path, following=lambda page: page.body["next"])
        for page in pages:
            yield from each(model.Transaction, PURCHASE, page["rows"])

    def consents(self) -> list[model.Consent]:
        agreements = self.upstream.get("/agreements")["agreements"]
        return each(model.Consent, CONSENT, agreements)

    def additional_options(self) -> list[model.AdditionalOptionsSection]:
        groups = self.upstream.get("/attributes")["groups"]
        return each(model.AdditionalOptionsSection, GROUP, groups)

    def lookup(self, key: SearchKey) -> list[Customer]:
        query = {CONTACT[key.key_type]: key.key}
        persons = self.upstream.get("/register", query=query)["persons"]
        return each(Customer, CONTACT, persons)

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        body = {"reference": ref, "till": self.context.register_id or None}
        spend = self.upstream.post(f"{path_of(item)}/spend", json=body)
        return {"spend": spend["no"]}

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        query = {"item": item.item_id, "reference": ref}
        spends = self.upstream.get("/spends", query=query)["spends"]
        return {"spend": spends[0]["no"]} if spends else None

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        body = {"reference": ref, "spend": receipt["spend"]}
        self.upstream.post(f"{path_of(item)}/release", json=body)

    def probe(self) -> None:
        self.upstream.get("/ping")

    def explain(self, answer: Answer) -> BridgeError | None:
        match answer.body:
            case {"error": {"code": str(code), "about": str(thing)}} if code in REFUSED:
                error = Missing if code == "NO_SUCH_CONTACT" else Refused
                return error(REFUSED[code], thing=Situation(NOUNS.get(thing, thing)))
        return None

    def _card(self, customer_id: str, contact: Json | None = None) -> Customer:
        """Read what the card shows side by side; only the contact is indispensable."""
        path = f"/contacts/{quote(customer_id)}"
        get, optional = self.upstream.get, self.upstream.optional
        parts = self.upstream.together(
            lambda: contact or get(path),
            optional(lambda: get(f"{path}/offers"), "promotions"),
            optional(lambda: get(f"{path}/vouchers"), "bonus checks"),
            optional(lambda: get(f"{path}/points"), "points"),
        )
        return card(*parts)


def path_of(item: Item) -> str:
    contact, shelf = quote(item.customer_id), SHELVES[item.kind]
    return f"/contacts/{contact}/{shelf}/{quote(item.item_id)}"


def card(
    contact: Any, offers: Any = None, vouchers: Any = None, points: Any = None
) -> Customer:
    """Put a customer card together; ``None`` is what could not be read."""
    parts = {"promotions": offers, "bonus checks": vouchers}
    unread = [name for name, part in parts.items() if part is None]
    return Customer(
        **told(contact, CONTACT),
        status=status(contact, unread),
        promotions=offers and each(model.Promotion, OFFER, offers["offers"]),
        bonus_checks=vouchers and each(model.BonusCheck, VOUCHER, vouchers["vouchers"]),
        sections=points and each(model.CustomerSection, SECTION, points["statement"]),
    )


def status(contact: Json, unread: Sequence[str]) -> model.CustomerStatus:
    """Say how the customer stands, and what could not be read: it may be there."""
    color = COLORS.get(contact["standing"], "orange")
    known = model.CustomerStatus(color=color, text=contact["standingNote"] or "")
    return model.unread(*unread, known=known) if unread else known


def contact(properties: CustomerProperties) -> Json:
    """Return what is to be written: the CRM leaves what is absent, null clears.

    It does so with the parts of an address and with single attributes, too.  One that
    replaces them whole needs to be read first, and sent what stays beside what differs.
    """
    return {
        CONTACT[name]: WRITE.get(name, plain)(value) if value else None
        for name, value in properties.items()
    }


def each(kind: Callable[..., T], names: Names, records: Iterable[Json]) -> list[T]:
    return [kind(**told(record, names)) for record in records]


def told(record: Json, names: Names) -> Json:
    """Return what a record says, under the SPI's names; ``None`` where it is silent."""
    given = {ours: record.get(theirs) for ours, theirs in names.items()}
    return {
        ours: None if value is None else READ.get(ours, plain)(value)
        for ours, value in given.items()
    }


def written(thing: Any, names: Names) -> Json:
    return {theirs: getattr(thing, ours) for ours, theirs in names.items()}


def plain(value: Any) -> Any:
    return value


def money(cents: int) -> Decimal:
    return Decimal(cents) / 100


def benefit(given: Json) -> model.PromotionType:
    """Translate what an offer gives; a kind that is new to us is the cashier's."""
    match given:
        case {"percent": percent}:
            return model.CartPercent(value_int=percent)
        case {"cents": cents}:
            return model.CartAmount(value_money=money(cents))
        case {"password": password}:
            return model.Offer(value_string=password)
    return model.Manual()


def statement(rows: list[Json]) -> list[model.SectionText | model.SectionMoney]:
    return [
        model.SectionMoney(title=row["label"], value=money(row["cents"]))
        if "cents" in row
        else model.SectionText(title=row["label"], text=row["text"])
        for row in rows
    ]


REFUSED = {
    "NO_SUCH_CONTACT": _("There is no such customer."),
    "TAKEN": _("There is already a customer with this {thing}."),
    "BAD_FIELD": _("This {thing} is not valid. Check what is filled in."),
    "NO_SUCH_ITEM": _("Can't redeem: the customer has no such {thing}."),
    "NOT_THEIRS": _("Can't redeem: the {thing} is another customer's."),
    "ALREADY_SPENT": _("Can't redeem: the {thing} is already redeemed."),
    "LAPSED": _("Can't redeem: the {thing} has expired."),
    "NOT_SPENT": _("Can't undo: the {thing} is not redeemed."),
    "OTHER_SPEND": _("Can't undo: the {thing} was redeemed by somebody else."),
    "NOT_RETURNABLE": _("Can't undo: the {thing} can't be given back."),
}
NOUNS = {
    "offer": _("promotion"),
    "voucher": _("bonus check"),
    "cardNo": _("member number"),
}
SHELVES = {"promotion": "offers", "bonus_check": "vouchers"}
COLORS: dict[int, Any] = {0: "green", 1: "orange", 2: "red"}

CONTACT = {
    "customer_id": "id",
    "member_number": "cardNo",
    "email": "email",
    "name_first": "givenName",
    "name_last": "familyName",
    "personal_id": "nationalId",
    "company": "company",
    "company_id": "orgNo",
    "phone": "landline",
    "mobile": "cell",
    "invoice_address": "billTo",
    "delivery_address": "shipTo",
    "gender": "sex",
    "birthday": "bornOn",
    "accepts_communication": "optIn",
    "consents": "agreements",
    "additional_options": "attributes",
    "voucher_passwords": "unlocks",
    "store_id_home": "homeShop",
}
ADDRESS = {
    "name": "attention",
    "address": "street",
    "address2": "street2",
    "zip": "postcode",
    "city": "town",
    "state": "region",
    "country_id": "country",
}
CHOICE = {"id": "key", "enum_values": "values", "text": "text"}
ITEM = {
    "name": "label",
    "description": "details",
    "redeemed": "spent",
    "date_redeemed": "spentOn",
}
OFFER = {"promotion_id": "id", "promotion_type": "benefit"} | ITEM
VOUCHER = {"bonus_check_id": "id", "cart_amount": "cents"} | ITEM
SECTION = {"title": "heading", "values": "rows"}
PURCHASE = {
    "date_created": "soldOn",
    "receipt_id": "receipt",
    "order_id": "order",
    "order_external_id": "webOrder",
    "store_id": "shop",
    "store_name": "shopName",
    "currency_code": "currency",
    "roundoff": "roundingCents",
    "items": "lines",
    "payments": "tenders",
}
LINE = {
    "sku": "article",
    "product_name": "text",
    "product_name2": "text2",
    "quantity": "count",
    "total": "listCents",  # before anything was taken off; paidCents is after it
    "vat": "listVatCents",
    "vat_value": "vatRate",
    "manual_discount": "byHandCents",
    "manual_discount_vat": "byHandVatCents",
    "manual_discount_name": "byHandLabel",
    "note": "remark",
    "unit_quantity": "weight",
    "unit_label": "unit",
    "discounts": "reductions",
}
TENDER = {"name": "label", "total": "cents"}
REDUCTION = TENDER | {"vat": "vatCents"}
CONSENT = {"consent_id": "code", "name": "title", "description": "text", "value": "on"}
GROUP = {"name": "title", "options": "attributes"}
VALUE = {"id": "key", "name": "title"}
OPTION = VALUE | {"type": "choice", "required": "mandatory", "enum_options": "values"}

GENDERS = {1: "male", 2: "female", 9: "undisclosed"}
SEXES = {gender: sex for sex, gender in GENDERS.items()}
CHANNELS = {"email": "email", "mail": "post", "sms": "sms"}
TYPES = {"ONE": "enum-single", "MANY": "enum-multi", "FREE": "text"}

MONEY = ["cart_amount", "total", "vat", "manual_discount", "manual_discount_vat"]
READ: dict[str, Callable[[Any], Any]] = {
    "gender": GENDERS.get,
    "invoice_address": lambda place: model.Address(**told(place, ADDRESS)),
    "delivery_address": lambda place: model.Address(**told(place, ADDRESS)),
    "accepts_communication": lambda on: [c for c in CHANNELS if on[CHANNELS[c]]],
    "additional_options": partial(each, model.CustomerAdditionalOption, CHOICE),
    "promotion_type": benefit,
    "values": statement,
    "items": partial(each, model.TransactionItem, LINE),
    "discounts": partial(each, model.TransactionItemDiscount, REDUCTION),
    "payments": partial(each, model.TransactionPayment, TENDER),
    "roundoff": money,
    "options": partial(each, model.AdditionalOption, OPTION),
    "type": TYPES.get,
    "enum_options": partial(each, model.AdditionalOptionEnumValue, VALUE),
    **dict.fromkeys(MONEY, money),
}
"""How a property of the SPI is made of what the CRM has for it, where not as it is."""

WRITE: dict[str, Callable[[Any], Any]] = {
    "gender": SEXES.get,
    "birthday": str,
    "invoice_address": lambda parts: {ADDRESS[name]: parts[name] for name in parts},
    "delivery_address": lambda parts: {ADDRESS[name]: parts[name] for name in parts},
    "accepts_communication": lambda sent: {CHANNELS[c]: c in sent for c in CHANNELS},
    "additional_options": lambda options: [written(o, CHOICE) for o in options],
}

"""A Voyado Engage of our own making, as its published pages have it: unforgiving.

It refuses what the pages say is refused, in the codes that stand there; it drops
attributes that it does not know, overwrites with whatever is sent, answers a create
of somebody who is there with the first one it finds, asks nobody whose voucher it is,
takes a voucher back three times only and a promotion never.  Where the codes stand in
an answer is not published: here, somewhere.
"""

from __future__ import annotations

import itertools
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from bridge.testing import Call, FakeCrm, Refusal, on
from tests.mappings.description import Description, Witness

Json = dict[str, Any]

KEY = "voyado-test-key"
AGENT = re.compile(r"\S+/\d+(\.\d+)*")
REFERENCE = "sitooRedeems"

ATTRIBUTES = {
    *("firstName", "lastName", "email", "mobilePhone", "socialSecurityNumber"),
    *("memberNumber", "externalId", "street", "careOf", "zipCode", "city"),
    *("countryCode", "gender", "birthDay", "shoeSize", "favourite", REFERENCE),
}
"""What this tenant's contacts have; anything else is dropped without a word."""

PREFERENCES = ("acceptsEmail", "acceptsSms", "acceptsPostal")
CONSENTS = ("news", "profiling")
KEY_ATTRIBUTES = {
    "email": "email",
    "mobilePhone": "mobilePhone",
    "socialSecurityNumber": "socialSecurityNumber",
    "customKey": "memberNumber",
}
FORMATS = {
    "email": (re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+"), "InvalidEmailAddress"),
    "mobilePhone": (re.compile(r"\+\d{8,15}"), "InvalidPhoneNumber"),
    "socialSecurityNumber": (re.compile(r"\d{12}"), "InvalidSocialSecurityNumber"),
    "customKey": (re.compile(r".+"), "InvalidSearchQuery"),
}
GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


class Engage(FakeCrm):
    """One tenant: contacts, vouchers, promotions."""

    def __init__(self, description: Description | None = None) -> None:
        super().__init__()
        self.witness = Witness(description)
        self.numbers = itertools.count(10001)
        self.calls: list[Call] = []
        self.contacts: dict[str, Json] = {}
        self.vouchers: dict[str, Json] = {}
        self.promotions: dict[str, Json] = {}
        self.purchases: dict[str, list[Json]] = {}
        self.register: dict[str, Json] = {}
        self.keeps_reference = True
        self.lists_redeemed = True
        """Whether a promotion is still listed after it was redeemed."""
        self.answers_patches = True

    # What the people at the retailer do

    def contact(self, **attributes: Any) -> str:
        number = next(self.numbers)
        had = {
            "firstName": "Åsa",
            "lastName": f"Nilsson {number}",
            "email": f"asa{number}@example.com",
            "mobilePhone": f"+4670174{number:05}",
            "socialSecurityNumber": f"1985041{number}",
            "memberNumber": f"M{number}",
        }
        return self._new(had | attributes)

    def voucher(self, contact_id: str, days: float = 30, **values: Any) -> str:
        voucher_id = str(uuid.uuid4())
        self.vouchers[voucher_id] = {
            "owner": contact_id,
            "reactivations": 0,
            "id": voucher_id,
            "voucherNumber": str(next(self.numbers)),
            "name": "Bonus payment",
            "redeemedOn": None,
            "redeemed": False,
            "expiresOn": stamp(days),
            "value": {"currency": "SEK", "amount": 195},
            "localValues": [{"currency": "EUR", "amount": 19.5}],
            "points": 4869,
            **values,
        }
        return voucher_id

    def promotion(self, contact_id: str, template: str = "", **values: Any) -> str:
        promotion_id = str(uuid.uuid4())
        channel = {"type": "POS", "valueType": "PERCENT", "value": 10}
        self.promotions[promotion_id] = {
            "owner": contact_id,
            "id": promotion_id,
            "promotionId": template or str(uuid.uuid4()),
            "externalId": "SO-1",
            "type": "Multichannel",
            "name": "Ten percent",
            "heading": "Ten percent off",
            "description": "On everything",
            "expiresOn": stamp(30),
            "redeemed": False,
            "redeemedOn": None,
            "redemptionChannels": [{"localValues": [], "instruction": None, **channel}],
            **values,
        }
        return promotion_id

    def redeem_elsewhere(self, item_id: str, days: float = 0) -> None:
        """Have the web shop redeem something."""
        item = self.vouchers.get(item_id) or self.promotions[item_id]
        item |= {"redeemed": True, "redeemedOn": stamp(days)}

    def is_redeemed(self, item_id: str) -> bool:
        item = self.vouchers.get(item_id) or self.promotions[item_id]
        return bool(item["redeemed"])

    def usable(self, template: str) -> int:
        """Return how many offers of a promotion can still be redeemed."""
        rows = [
            one for one in [*self.promotions.values()] if one["promotionId"] == template
        ]
        return sum(not one["redeemed"] for one in rows)

    # What its API does

    def answered(self, call: Call) -> tuple[int, Any]:
        status, body = super().answered(call)
        self.witness(call, status, body)
        return status, body

    def answer(self, call: Call) -> Any:
        self.calls.append(call)
        if call.headers.get("apikey") != KEY:
            raise Refusal(401, refused("Unauthorized"))
        if not AGENT.fullmatch(call.headers.get("user-agent", "")):
            raise Refusal(403, refused("UserAgentRequired"))
        if call.headers.get("content-type") != "application/json":
            raise Refusal(500, {"message": "An error has occurred."})
        if call.method == "POST" and "content-length" not in call.headers:
            raise Refusal(411)
        return super().answer(call)

    @on("GET", "/api/v3/contacts/id")
    def find(self, call: Call) -> str:
        given = {name: key for name, key in call.query.items() if name in FORMATS}
        if len(given) != 1:
            raise Refusal(400, refused("InvalidSearchQuery"))
        ((name, key),) = given.items()
        form, code = FORMATS[name]
        if not form.fullmatch(key):
            raise Refusal(400, refused(code))
        found = self._holders(KEY_ATTRIBUTES[name], key)
        if not found:
            raise Refusal(404, refused("ContactNotFound"))
        if len(found) > 1:
            raise Refusal(409, refused("MultipleMatches"))
        return str(found[0]["id"])

    @on("POST", "/api/v3/contacts")
    def create(self, call: Call) -> Json:
        body = dict(call.body)
        if body.pop("contactType", "Member") not in ("Member", "Contact"):
            raise Refusal(400, refused("InvalidContactType"))
        if not any(body.get(name) for name in KEY_ATTRIBUTES.values()):
            raise Refusal(400, refused("MissingKeyField"))
        for name in KEY_ATTRIBUTES.values():
            if body.get(name) and (found := self._holders(name, body[name])):
                return without(found[0])
        contact = self.contacts[self._new({"memberNumber": f"M{next(self.numbers)}"})]
        self._change(contact, body)
        contact["meta"]["source"] = call.query.get("source")
        contact["meta"]["store"] = call.query.get("storeExternalId")
        return without(contact)

    @on("GET", "/api/v3/contacts/{id}")
    def read(self, call: Call, contact_id: str) -> Json:
        return without(self._contact(contact_id))

    @on("PATCH", "/api/v3/contacts/{id}")
    def change(self, call: Call, contact_id: str) -> Json | None:
        contact = self._contact(contact_id)
        self._change(contact, dict(call.body))
        return without(contact) if self.answers_patches else None

    @on("GET", "/api/v2/memberstatus")
    def status(self, call: Call) -> Json:
        name, found, key = call.query["query"].partition(":")
        holders = self._holders(name, key) if found else []
        if not holders:
            raise Refusal(404, refused("MemberNotFound"))
        data = {"contactId": holders[0]["id"]}
        return {"statusColor": "Green", "statusText": "Gold member", "data": data}

    @on("GET", "/api/v3/point-accounts")
    def points(self, call: Call) -> Json:
        self._contact(call.query["contactId"])
        account = {
            "id": 1,
            "definitionId": 1,
            "contactId": call.query["contactId"],
            "balance": 1250.0,
            "balanceExpires": "2027-12-31T00:00:00Z",
            "pendingPoints": 0,
        }
        return page(call, [account])

    @on("GET", "/api/v3/reward-vouchers")
    def all_vouchers(self, call: Call) -> Json:
        self._contact(call.query["contactId"])
        return page(call, [self._voucher(one) for one in self._theirs(call)])

    @on("GET", "/api/v3/reward-vouchers/available")
    def available(self, call: Call) -> Json:
        self._contact(call.query["contactId"])
        rows = [one for one in self._theirs(call) if not one["redeemed"]]
        return page(call, [self._voucher(one) for one in rows if not lapsed(one)])

    @on("POST", "/api/v3/reward-vouchers/{id}/redeem")
    def redeem_voucher(self, call: Call, voucher_id: str) -> Json:
        voucher = self._known(self.vouchers, voucher_id, "RewardVoucher")
        if voucher["redeemed"]:
            raise Refusal(409, refused("RewardVoucherAlreadyRedeemed"))
        if lapsed(voucher):
            raise Refusal(409, refused("RewardVoucherExpired"))
        voucher |= {"redeemed": True, "redeemedOn": stamp(0)}
        return self._voucher(voucher)

    @on("POST", "/api/v3/reward-vouchers/{id}/reactivate")
    def reactivate(self, call: Call, voucher_id: str) -> str:
        voucher = self._known(self.vouchers, voucher_id, "RewardVoucher")
        if not voucher["redeemed"]:
            raise Refusal(409, refused("RewardVoucherAlreadyActivated"))
        if lapsed(voucher):
            raise Refusal(409, refused("RewardVoucherExpired"))
        if voucher["reactivations"] >= 3:
            raise Refusal(409, refused("ReactivationLimitExceeded"))
        voucher |= {"redeemed": False, "redeemedOn": None}
        voucher["reactivations"] += 1
        return "OK"

    @on("GET", "/api/v2/contacts/{id}/promotions")
    def offers(self, call: Call, contact_id: str) -> Any:
        self._contact(contact_id)
        theirs = [
            one for one in [*self.promotions.values()] if one["owner"] == contact_id
        ]
        listed = [one for one in theirs if self.lists_redeemed or not one["redeemed"]]
        return [without(one, "owner") for one in listed]

    @on("POST", "/api/v2/promotions/codes/{id}/redeem")
    def redeem_promotion(self, call: Call, promotion_id: str) -> Json:
        channel = (call.body or {}).get("redemptionChannel")
        if channel not in ("POS", "ECOM", "OTHER"):
            raise Refusal(400, refused("NotAValidRedemptionChannel"))
        promotion = self._known(self.promotions, promotion_id, "Promotion")
        if channel not in [one["type"] for one in promotion["redemptionChannels"]]:
            raise Refusal(409, refused("PromotionNotValidForRedemptionChannel"))
        if promotion["redeemed"]:
            raise Refusal(409, refused("PromotionAlreadyRedeemed"))
        promotion |= {"redeemed": True, "redeemedOn": stamp(0)}
        return {}

    @on("POST", "/api/v2/contacts/{id}/promotions/{id}/assign")
    def assign(self, call: Call, contact_id: str, template: str) -> Json:
        self._contact(contact_id)
        rows = [*self.promotions.values()]
        like = next((one for one in rows if one["promotionId"] == template), None)
        if like is None:
            raise Refusal(404, refused("PromotionNotFound"))
        fresh = {"redeemed": False, "redeemedOn": None, "owner": contact_id}
        again = {**like, **fresh, "id": str(uuid.uuid4())}
        self.promotions[again["id"]] = again
        return {}

    @on("GET", "/api/v2/contacts/{id}/transactions")
    def bought(self, call: Call, contact_id: str) -> Json:
        self._contact(contact_id)
        return page(call, self.purchases.get(contact_id, []))

    @on("GET", "/api/v2/consents")
    def agreements(self, call: Call) -> list[Json]:
        def texts(name: str) -> Json:
            text = {"sv-SE": f"Ja till {name}", "en-GB": f"Yes to {name}"}
            return {"displayText": text, "linkText": {"en-GB": "(terms)"}}

        return [{"id": one, "name": one, "metaData": texts(one)} for one in CONSENTS]

    @on("GET", "/api/v2/personlookup/getpersonlookup")
    def look_up(self, call: Call) -> Json:
        keys = {
            call.query.get(name) for name in ("socialSecurityNumber", "phoneNumber")
        }
        found = [self.register[key] for key in keys if key in self.register]
        if not found:
            raise Refusal(404, refused("PersonNotFound"))
        return found[0]

    def _new(self, attributes: Json) -> str:
        contact_id = str(uuid.uuid4())
        contact: Json = {"id": contact_id, "attributes": {}, "meta": {}}
        contact |= {"preferences": dict.fromkeys(PREFERENCES, False), "consents": []}
        self.contacts[contact_id] = contact
        self._change(contact, dict(attributes))
        return contact_id

    def _change(self, contact: Json, body: Json) -> None:
        for answer in body.pop("consents", ()):
            others = [one for one in contact["consents"] if one["id"] != answer["id"]]
            if answer["id"] in CONSENTS:
                contact["consents"] = [*others, {"date": stamp(0), **answer}]
        wanted = body.pop("preferences", {})
        contact["preferences"] |= {
            name: wanted[name] for name in PREFERENCES if name in wanted
        }
        if wanted:
            contact["meta"]["approved"] = True
        known = ATTRIBUTES if self.keeps_reference else ATTRIBUTES - {REFERENCE}
        contact["attributes"] |= {name: body[name] for name in known & body.keys()}

    def _contact(self, contact_id: str) -> Json:
        if not GUID.fullmatch(contact_id):
            raise Refusal(400, refused("InvalidContactId"))
        if contact_id not in self.contacts:
            raise Refusal(404, refused("ContactNotFound"))
        return self.contacts[contact_id]

    def _known(self, rows: dict[str, Json], item_id: str, what: str) -> Json:
        if not GUID.fullmatch(item_id):
            raise Refusal(400, refused(f"Invalid{what}Id"))
        if item_id not in rows:
            raise Refusal(404, refused(f"{what}NotFound"))
        return rows[item_id]

    def _holders(self, attribute: str, key: str) -> list[Json]:
        rows = [*self.contacts.values()]
        return [one for one in rows if one["attributes"].get(attribute) == key]

    def _theirs(self, call: Call) -> list[Json]:
        owner = call.query["contactId"]
        return [one for one in [*self.vouchers.values()] if one["owner"] == owner]

    def _voucher(self, row: Json) -> Any:
        return without(row, "owner", "reactivations")


def refused(code: str) -> Json:
    return {"errorCode": code, "message": f"{code}: see the documentation"}


def without(value: Any, *hidden: str) -> Any:
    """Return what an answer has: nothing that is empty, and no members to hide."""
    if isinstance(value, list):
        return [without(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: one for name, one in value.items() if name not in hidden}
    return {name: without(one) for name, one in kept.items() if one is not None}


def page(call: Call, rows: list[Json]) -> Json:
    offset, count = int(call.query.get("offset", 0)), int(call.query.get("count", 100))
    items = rows[offset : offset + count]
    return {
        "items": items,
        "totalCount": len(rows),
        "offset": offset,
        "count": len(items),
    }


def stamp(days: float) -> str:
    """Return a time from now, as version 3 writes it."""
    then = datetime.now(UTC) + timedelta(days=days)
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def lapsed(voucher: Json) -> bool:
    return datetime.fromisoformat(voucher["expiresOn"]) < datetime.now(UTC)

"""A CRM that was made up to try the kit on, and sound mappings of it.

Everything is as near to the SPI as it can be, so that a mutant is about one thing only.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bridge import model
from bridge.errors import BridgeError, Missing, Refused
from bridge.mapping import Answer, quote
from bridge.mapping import Mapping as BaseMapping
from bridge.model import Customer, CustomerProperties, Item, Receipt, SearchKey
from bridge.testing import Call, FakeCrm, Known, Refusal, UpstreamSettings, on

Json = dict[str, Any]

KEYS = ("personal_id", "mobile", "email", "member_number", "company_id")
PRICE = 30
UNIQUE = ("email", "mobile", "member_number")


class Kiosk(FakeCrm):
    """People with coupons, each of which can be used once, and returned."""

    def __init__(self) -> None:
        super().__init__()
        self.people: dict[str, Json] = {}
        self.coupons: dict[str, Json] = {}
        self.ids = itertools.count(1)

    def seed(self) -> Known:
        number = next(self.ids)
        person = self._add(
            {
                "email": f"kim.{number}@example.com",
                "mobile": f"+4670174{number:04}",
                "member_number": f"M-{number:06}-K",
                "name_first": "Kim",
                "name_last": "Öst",
                "phone": "+46317434567",
                "consents": ["news"],
                "points": 100,
            }
        )
        promotions = [self._coupon(person, "promotion") for _ in range(2)]
        bonus_checks = [self._coupon(person, "bonus_check")]
        lapsed = self._coupon(person, "promotion", lapsed=True)
        return Known(
            customer_id=person["id"],
            keys={name: person[name] for name in UNIQUE},
            promotions=promotions,
            bonus_checks=bonus_checks,
            refused=[Item(model.ItemKind.PROMOTION, lapsed, person["id"])],
            clearable=["phone", "consents"],
            lookups={"mobile": "+46701112233"},
            purchases=2,
        )

    def _add(self, fields: Json) -> Json:
        person = {"id": f"p-{next(self.ids)}", **fields}
        self.people[person["id"]] = person
        return person

    def _coupon(self, person: Json, kind: str, *, lapsed: bool = False) -> str:
        coupon_id = f"c/{next(self.ids)} å"
        self.coupons[coupon_id] = {
            "id": coupon_id,
            "kind": kind,
            "owner": person["id"],
            "lapsed": lapsed,
            "use": None,
        }
        return coupon_id

    @on("GET", "/ping")
    def ping(self, call: Call) -> Json:
        return {"kiosk": "open"}

    @on("GET", "/people")
    def find(self, call: Call) -> Json:
        if len(call.query) != 1:
            raise Refusal(422)
        ((name, key),) = call.query.items()
        if name.endswith("*"):
            key, name = key.rstrip("*%"), name[:-1]
            found = [p for p in self.people.values() if key in str(p.get(name))]
        else:
            found = [p for p in self.people.values() if p.get(name) == key]
        return {"people": found}

    @on("POST", "/people/search")
    def find_by_post(self, call: Call) -> Json:
        ((name, key),) = call.body.items()
        return {"people": [p for p in self.people.values() if p.get(name) == key]}

    @on("POST", "/people")
    def add(self, call: Call) -> Json:
        for name in UNIQUE:
            taken = [p.get(name) for p in self.people.values()]
            if call.body.get(name) and call.body[name] in taken:
                raise Refusal(409, {"code": "TAKEN"})
        return self._add(call.body)

    @on("GET", "/people/{id}")
    def person(self, call: Call, person_id: str) -> Json:
        if person_id not in self.people:
            raise Refusal(404)
        return self.people[person_id]

    @on("PATCH", "/people/{id}")
    def change(self, call: Call, person_id: str) -> Json:
        person = self.person(call, person_id)
        self.people[person_id] = person | call.body
        return self.people[person_id]

    @on("PUT", "/people/{id}")
    def replace(self, call: Call, person_id: str) -> Json:
        self.person(call, person_id)
        self.people[person_id] = {"id": person_id, **call.body}
        return self.people[person_id]

    @on("GET", "/people/{id}/coupons")
    def coupons_of(self, call: Call, person_id: str) -> Json:
        mine = [c for c in self.coupons.values() if c["owner"] == person_id]
        return {"coupons": [c for c in mine if c["kind"] == call.query["kind"]]}

    @on("GET", "/people/{id}/purchases")
    def purchases(self, call: Call, person_id: str) -> Json:
        self.person(call, person_id)
        page = int(call.query.get("page", 1))
        return {"rows": [{"at": 1700000000 - page}], "next": 2 if page == 1 else None}

    @on("GET", "/consents")
    def consents(self, call: Call) -> Json:
        return {"consents": [{"id": "news", "name": "News"}]}

    @on("GET", "/options")
    def options(self, call: Call) -> Json:
        return {"options": ["red", "blue"]}

    @on("GET", "/register")
    def register(self, call: Call) -> Json:
        known = call.query == {"mobile": "+46701112233"}
        return {"people": [{"name_first": "John"}] if known else []}

    @on("POST", "/people/{id}/coupons/{coupon}/use")
    def use(self, call: Call, person_id: str, coupon_id: str) -> Json:
        (use,) = self._use(person_id, [coupon_id], call.body)
        return use

    @on("POST", "/people/{id}/uses")
    def use_all(self, call: Call, person_id: str) -> Json:
        return {"uses": self._use(person_id, call.body["coupons"], call.body)}

    def _use(self, person_id: str, coupon_ids: list[str], body: Json) -> list[Json]:
        coupons = [self.coupons.get(coupon_id) for coupon_id in coupon_ids]
        for coupon in coupons:
            theirs = coupon and coupon["owner"] == person_id
            if coupon is None or not (theirs or body.get("whoever")):
                raise Refusal(404, {"code": "NO_COUPON"})
            if coupon["lapsed"] or (coupon["use"] and not body.get("force")):
                raise Refusal(409, {"code": "NOT_USABLE"})
        self._set_points(person_id, body)
        for coupon in coupons:
            coupon["use"] = {"no": next(self.ids), "ref": body["ref"]}
        return [coupon["use"] for coupon in coupons]

    @on("GET", "/uses")
    def uses(self, call: Call) -> Json:
        used = [c for c in self.coupons.values() if c["use"]]
        for name, found in call.query.items():
            if name == "coupon":
                used = [c for c in used if c["id"] == found]
            elif name == "ref":
                used = [c for c in used if c["use"]["ref"] == found]
            elif name == "ref*":
                used = [c for c in used if c["use"]["ref"].startswith(found)]
        return {"uses": [{"coupon": c["id"], **c["use"]} for c in used]}

    @on("POST", "/return")
    def give_back(self, call: Call) -> Json:
        coupons = [self.coupons[one] for one in call.body["coupons"]]
        for coupon in coupons:
            use = coupon["use"]
            if not use or use["no"] not in call.body["nos"]:
                raise Refusal(409, {"code": "NOT_USED"})
        for coupon in coupons:
            self._set_points(coupon["owner"], call.body)
            coupon["use"] = None
            coupon["lapsed"] = bool(call.body.get("burn"))
        return {}

    def _set_points(self, person_id: str, body: Json) -> None:
        """Believe whoever says how many points are left, as some CRMs do.

        Unless it is said how many there were, and that is not so any more.
        """
        if "points" in body:
            person = self.people[person_id]
            if body.get("were", person["points"]) != person["points"]:
                raise Refusal(409, {"code": "NOT_USABLE"})
            person["points"] = body["points"]

    @on("POST", "/free")
    def free(self, call: Call) -> Json:
        """Give back whatever it is: what a mutant would like to have."""
        for coupon_id in call.body["coupons"]:
            self.coupons[coupon_id]["use"] = None
        return {}


def upstream(crm: Kiosk) -> UpstreamSettings:
    return UpstreamSettings(crm.url)


class People(BaseMapping):
    """All that is not redeeming."""

    title = "Kiosk"

    def search(self, key: SearchKey) -> list[Customer]:
        found = self.upstream.get("/people", query={key.key_type: key.key})["people"]
        return [self.card(person) for person in found]

    def get(self, customer_id: str) -> Customer:
        return self.card(self.upstream.get(f"/people/{quote(customer_id)}"))

    def create(self, properties: CustomerProperties) -> Customer:
        return self.card(self.upstream.post("/people", json=dict(properties)))

    def update(self, customer_id: str, properties: CustomerProperties) -> Customer:
        path = f"/people/{quote(customer_id)}"
        return self.card(self.upstream.patch(path, json=dict(properties)))

    def transactions(self, customer_id: str) -> list[model.Transaction]:
        pages = self.upstream.pages(
            f"/people/{quote(customer_id)}/purchases",
            following=lambda page: page.body["next"] and {"page": page.body["next"]},
        )
        return [purchase(row) for page in pages for row in page["rows"]]

    def consents(self) -> list[model.Consent]:
        rows = self.upstream.get("/consents")["consents"]
        return [model.Consent(consent_id=r["id"], name=r["name"]) for r in rows]

    def additional_options(self) -> list[model.AdditionalOptionsSection]:
        names = self.upstream.get("/options")["options"]
        values = [model.AdditionalOptionEnumValue(id=n, name=n) for n in names]
        option = model.AdditionalOption(
            id="colour", name="Colour", type="enum-single", enum_options=values
        )
        return [model.AdditionalOptionsSection(name="Taste", options=[option])]

    def lookup(self, key: SearchKey) -> list[Customer]:
        found = self.upstream.get("/register", query={key.key_type: key.key})["people"]
        return [Customer(**person) for person in found]

    def probe(self) -> None:
        self.upstream.get("/ping")

    def explain(self, answer: Answer) -> BridgeError | None:
        match answer.body:
            case {"code": "TAKEN"}:
                return Refused("There is already such a customer.")
            case {"code": "NOT_USABLE"}:
                return Refused("Can't redeem: it cannot be used.")
            case {"code": "NO_COUPON"}:
                return Missing("Can't redeem: there is no such coupon.")
        return None

    def card(self, person: Json) -> Customer:
        path = f"/people/{quote(person['id'])}/coupons"
        promotions, bonus_checks = self.upstream.together(
            *(
                self.upstream.optional(partial(self.coupons, path, kind), kind)
                for kind in ("promotion", "bonus_check")
            )
        )
        return customer(person, promotions, bonus_checks)

    def coupons(self, path: str, kind: str) -> list[Json]:
        coupons: list[Json] = self.upstream.get(path, query={"kind": kind})["coupons"]
        return coupons


class OneByOne(People):
    """Redeems a coupon at a time."""

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        return {"no": self.upstream.post(f"{path(item)}/use", json={"ref": ref})["no"]}

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        query = {"coupon": item.item_id, "ref": ref}
        uses = self.upstream.get("/uses", query=query)["uses"]
        return {"no": uses[0]["no"]} if uses else None

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        body = {"coupons": [item.item_id], "nos": [receipt["no"]]}
        self.upstream.post("/return", json=body)


class Points(OneByOne):
    """Coupons are paid in points, of which the kiosk lets us keep count."""

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        body = {"ref": ref, **self.counted(item, -PRICE)}
        return {"no": self.upstream.post(f"{path(item)}/use", json=body)["no"]}

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        body = {
            "coupons": [item.item_id],
            "nos": [receipt["no"]],
            **self.counted(item, PRICE),
        }
        self.upstream.post("/return", json=body)

    def holds(self, item: Item) -> str:
        return f"points:{item.customer_id}"

    def counted(self, item: Item, more: int) -> Json:
        person = self.upstream.get(f"/people/{quote(item.customer_id)}")
        return {"points": person["points"] + more}

    def card(self, person: Json) -> Customer:
        left = model.SectionText(title="Left", text=str(person.get("points", 0)))
        section = model.CustomerSection(title="Points", values=[left])
        return replace(super().card(person), sections=[section])


class Foreseeing(OneByOne):
    """Looks at all coupons before it redeems the first one."""

    def prepare(self, refs: Table[Item, str]) -> Table[Item, Refused]:
        (customer_id,) = {item.customer_id for item in refs}
        path = f"/people/{quote(customer_id)}/coupons"
        kinds = {item.kind for item in refs}
        found = [one for kind in kinds for one in self.coupons(path, kind)]
        usable = {one["id"] for one in found if not (one["use"] or one["lapsed"])}
        spent = [item for item in refs if item.item_id not in usable]
        return dict.fromkeys(spent, Refused("Can't redeem: it cannot be used."))


class AtOnce(BaseMapping):
    """Redeems coupons together, and can do little else."""

    title = "Kiosk"
    get = People.get
    explain = People.explain
    card = People.card
    coupons = People.coupons

    def redeem_items(self, items: Sequence[Item], ref: str) -> list[Receipt]:
        body = {"coupons": [item.item_id for item in items], "ref": ref}
        uses = self.upstream.post(
            f"/people/{quote(items[0].customer_id)}/uses", json=body
        )
        return [{"no": use["no"]} for use in uses["uses"]]

    def find_receipts(self, items: Sequence[Item], ref: str) -> list[Receipt] | None:
        uses = self.upstream.get("/uses", query={"ref": ref})["uses"]
        nos = {use["coupon"]: use["no"] for use in uses}
        receipts = [{"no": nos.get(item.item_id)} for item in items]
        return None if {"no": None} in receipts else receipts

    def undo_items(
        self, items: Sequence[Item], ref: str, receipts: Sequence[Receipt]
    ) -> None:
        body = {
            "coupons": [item.item_id for item in items],
            "nos": [receipt["no"] for receipt in receipts],
        }
        self.upstream.post("/return", json=body)


def path(item: Item) -> str:
    return f"/people/{quote(item.customer_id)}/coupons/{quote(item.item_id)}"


def customer(
    person: Json, promotions: list[Json] | None, bonus_checks: list[Json] | None
) -> Customer:
    unread = None in (promotions, bonus_checks)
    inside = ("id", "points")
    fields = {name: value for name, value in person.items() if name not in inside}
    return Customer(
        customer_id=person["id"],
        **fields,
        status=model.CustomerStatus(
            color="orange" if unread else "green", text="Not all of it." * unread
        ),
        promotions=promotions
        and [promotion(one) for one in promotions if not one["lapsed"]],
        bonus_checks=bonus_checks and [bonus_check(one) for one in bonus_checks],
    )


def promotion(coupon: Json) -> model.Promotion:
    return model.Promotion(
        promotion_id=coupon["id"],
        promotion_type=model.Manual(),
        name="Coffee",
        redeemed=bool(coupon["use"]),
    )


def bonus_check(coupon: Json) -> model.BonusCheck:
    return model.BonusCheck(
        bonus_check_id=coupon["id"],
        name="Bonus",
        cart_amount=10,
        redeemed=bool(coupon["use"]),
    )


def purchase(row: Json) -> model.Transaction:
    return model.Transaction(
        date_created=row["at"], store_name="Kiosk", currency_code="SEK", items=[]
    )

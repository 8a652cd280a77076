"""A small SPI server of its own, sound unless it is told to be wrong in some way."""

from __future__ import annotations

import json
import threading
import uuid
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from bridge.testing.local import LocalHandler, LocalServer

Json = dict[str, Any]

LOGIN = "pos:åäö-secret"

CONSENTS = [{"consent_id": "news", "name": "News", "value": False}]

OPTIONS = [
    {
        "name": "Taste",
        "options": [
            {
                "id": "colour",
                "name": "Colour",
                "type": "enum-single",
                "required": True,
                "enum_options": [{"id": "red", "name": "Red"}],
            },
            {"id": "motto", "name": "Motto", "type": "text", "required": True},
        ],
    }
]

BARE = [{"consent_id": "news", "name": "News"}]

LONG: list[Json] = [{"name": "T" * 33, "options": []}]

PURCHASE = {
    "date_created": 1637239675,
    "store_name": "Stall",
    "currency_code": "SEK",
    "items": [
        {
            "sku": "1",
            "product_name": "Coat",
            "quantity": 1,
            "total": "490.00",
            "vat": "98.00",
            "vat_value": 25,
        }
    ],
}

READ_ONLY = (
    *("customer_id", "status", "promotions", "bonus_checks"),
    *("voucher_passwords", "sections"),
)

LISTS = ("promotions", "bonus_checks")


class Refused(Exception):
    """An answer that is not the one that was hoped for."""

    def __init__(self, status: int, body: Any = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body or {"errortext": "No.", "statuscode": status}


class Stall(LocalServer):
    """The server, with ``wrong`` naming what is the matter with it."""

    def __init__(self, *wrong: str) -> None:
        super().__init__(_Handler)
        self.wrong = set(wrong)
        self.lock = threading.RLock()
        self.gate = threading.Barrier(2)
        self.customers: dict[str, Json] = {}
        self.redeems: dict[str, Json] = {}
        self.requests: list[str] = []
        self.raced = False
        self.john = self.added({"name_first": "John", "mobile": "+46701112233"})

    def added(self, properties: Json) -> Json:
        number = len(self.customers) + 1
        card = {
            **properties,
            "customer_id": f"c-{number}",
            "member_number": f"M{number}",
            "status": {"color": "green", "text": ""},
            "promotions": [
                {
                    "promotion_id": f"p-{number}-{n}",
                    "promotion_type": {"type": "cart_amount", "value_money": "10.00"},
                    "name": "10 off",
                    "redeemed": False,
                }
                for n in (1, 2)
            ],
            "bonus_checks": [],
        }
        self.customers[card["customer_id"]] = card
        return card

    def meets_another(self) -> bool:
        """Wait until two of these are under way in the same moment."""
        self.gate.wait(10)
        return True

    def is_wrong(self, what: str) -> bool:
        return what in self.wrong

    # What the paths do

    def answer(self, method: str, path: str, query: Json, body: bytes) -> Any:
        parts = [method, *map(unquote, path.split("/")[1:])]
        return self.read(parts, query) if method == "GET" else self.write(parts, body)

    def read(self, parts: list[str], query: Json) -> Any:
        match parts:
            case [_, "consents"]:
                return BARE if self.is_wrong("consents") else CONSENTS
            case [_, "additional-options"]:
                return LONG + OPTIONS if self.is_wrong("options") else OPTIONS
            case [_, "customers"]:
                return self.search(query)
            case [_, "lookup_customers"]:
                return self.lookup(query)
            case [_, "customers", customer_id]:
                return self.card(customer_id)
            case [_, "customers", customer_id, "transactions"]:
                return self.purchases(customer_id)
        raise Refused(404)

    def write(self, parts: list[str], body: bytes) -> Any:
        match parts:
            case ["POST", "customers"]:
                return self.add(body)
            case ["PUT", "customers", customer_id]:
                return self.change(customer_id, body)
            case ["POST", "customers", customer_id, "redeem"]:
                return self.redeem(customer_id, body)
            case ["DELETE", "customers", customer_id, "redeem", redeem_id]:
                return self.undo(customer_id, redeem_id)
        raise Refused(404)

    def search(self, query: Json) -> Any:
        if "key" not in query and not self.is_wrong("no key"):
            raise Refused(400)
        if "key_type" not in query and not self.is_wrong("no key_type"):
            raise Refused(400)
        kind, key = query.get("key_type", ""), query.get("key", "")
        if kind == "shoe_size":
            raise Refused(500 if self.is_wrong("shoe size") else 400)
        if kind == "mobile" and key.startswith("0"):
            if self.is_wrong("national"):
                raise Refused(400)
            key = f"+46{key[1:]}"
        if self.is_wrong(f"not by {kind}"):
            return []
        found = [card for card in self.customers.values() if card.get(kind) == key]
        if not found and self.is_wrong("nobody"):
            raise Refused(404)
        return found * 2 if self.is_wrong("two found") else found

    def lookup(self, query: Json) -> Any:
        if self.is_wrong("no lookup"):
            raise Refused(501)
        if query["key"] == "+46701112233":
            national = "070-111 22 33"
            return [
                {"mobile": national if self.is_wrong("looked up") else query["key"]}
            ]
        if self.is_wrong("lookup of nobody"):
            raise Refused(404)
        return []

    def add(self, body: bytes) -> Any:
        sent = self.checked(body)
        if not isinstance(sent, dict):
            return 201, self.added({})
        if self.is_wrong("no adding"):
            raise Refused(403)
        emails = [card.get("email") for card in self.customers.values()]
        twins = sent.get("email") in emails and sent.get("email")
        if twins and not self.is_wrong("a second one"):
            if self.is_wrong("the same one"):
                return 201, [*self.customers.values()][emails.index(twins)]
            raise Refused(409 if self.is_wrong("conflict") else 400)
        kept = {name: value for name, value in sent.items() if name not in READ_ONLY}
        if self.is_wrong("forgets"):
            del kept["birthday"]
        if self.is_wrong("changes"):
            kept["birthday"] = "1975-08-05"
        return 200 if self.is_wrong("created") else 201, self.added(kept)

    def checked(self, body: bytes) -> Any:
        try:
            sent = json.loads(body)
        except ValueError:
            raise Refused(500 if self.is_wrong("json") else 400) from None
        if not isinstance(sent, dict):
            if self.is_wrong("object"):
                return sent
            raise Refused(400)
        if not isinstance(sent.get("email", ""), str) and not self.is_wrong("types"):
            raise Refused(400)
        if sent.get("gender") == "yes" and not self.is_wrong("gender"):
            raise Refused(400)
        if self.is_wrong("read-only") and READ_ONLY[1] in sent:
            raise Refused(400)
        return sent

    def card(self, customer_id: str) -> Any:
        self.must_know(customer_id)
        card = self.customers[customer_id]
        if self.is_wrong("stale") and card is not self.john:
            raise Refused(404)
        if self.is_wrong("money"):
            first = {**card["promotions"][0]}
            first["promotion_type"] = {"type": "cart_amount", "value_money": 10}
            return {**card, "promotions": [first]}
        if self.is_wrong("other id"):
            return {**card, "customer_id": "c-0"}
        if self.is_wrong("unseen"):
            fresh = [{**one, "redeemed": False} for one in card["promotions"]]
            return {**card, "promotions": fresh}
        if self.is_wrong("not offered"):
            return {**card, "promotions": []}
        return card

    def must_know(self, customer_id: str) -> None:
        if self.is_wrong("odd id") and "/" in customer_id:
            raise Refused(500)
        if customer_id not in self.customers:
            status = 200 if self.is_wrong("nobody's card") else 404
            raise Refused(status, self.odd_error(404))

    def odd_error(self, status: int) -> Any:
        if self.is_wrong("statuscode"):
            return {"errortext": "No.", "statuscode": 1404}
        if self.is_wrong("blank error"):
            return {"errortext": " ", "statuscode": status}
        if self.is_wrong("own error"):
            return {"message": "No."}
        return None

    def change(self, customer_id: str, body: bytes) -> Any:
        if customer_id not in self.customers and self.is_wrong("upsert"):
            return self.added({})
        self.must_know(customer_id)
        sent = json.loads(body)
        if self.is_wrong("body id") and "customer_id" in sent:
            raise Refused(400)
        if self.is_wrong("no changing"):
            raise Refused(403)
        card = self.customers[customer_id]
        if not self.is_wrong("ignores"):
            card = card | {n: v for n, v in sent.items() if n not in READ_ONLY}
            self.customers[customer_id] = card
        return card

    def purchases(self, customer_id: str) -> Any:
        if customer_id not in self.customers:
            if self.is_wrong("nobody bought"):
                return []
            raise Refused(502 if self.is_wrong("nobody's purchases") else 404)
        if customer_id != self.john["customer_id"]:
            return None if self.is_wrong("no purchases") else []
        total = {"total": "490"} if self.is_wrong("total") else {}
        return [{**PURCHASE, "items": [PURCHASE["items"][0] | total]}]

    def redeem(self, customer_id: str, body: bytes) -> Any:
        sent = json.loads(body)
        if self.is_wrong("lists"):
            sent = dict.fromkeys(LISTS, ()) | sent
        if not all(kind in sent for kind in LISTS):
            raise Refused(400)
        wanted = [*sent["promotions"], *sent["bonus_checks"]]
        if not wanted and not self.is_wrong("nothing"):
            raise Refused(400)
        if customer_id not in self.customers:
            raise Refused(400 if self.is_wrong("for nobody") else 404)
        card = self.customers[customer_id]
        mine = {one["promotion_id"]: one for one in card["promotions"]}
        good = [mine[one] for one in wanted if one in mine]
        if len(good) < len(wanted) and not self.is_wrong("lists"):
            for one in good:
                one["redeemed"] = self.is_wrong("partly")
            raise Refused(400 if self.is_wrong("unknown item") else 409)
        forgiving = self.raced or self.is_wrong("twice")
        if any(one["redeemed"] for one in good) and not forgiving:
            raise Refused(409)
        if self.is_wrong("only one") and len(good) > 1:
            sent["promotions"] = sent["promotions"][:1]
        for one in good:
            one["redeemed"] = True
        redeem_id = "R" if self.is_wrong("one id") else uuid.uuid4().hex.upper()
        self.redeems[redeem_id] = {"customer_id": customer_id, "items": good}
        return {"redeem_id": redeem_id, **{kind: sent[kind] for kind in LISTS}}

    def undo(self, customer_id: str, redeem_id: str) -> Any:
        found = self.redeems.get(redeem_id)
        if found is None:
            if self.is_wrong("unknown redeem"):
                return None
            raise Refused(404)
        if found["customer_id"] != customer_id and not self.is_wrong("anybody"):
            raise Refused(404)
        if not found["items"] and self.is_wrong("undone"):
            raise Refused(500)
        if not found["items"] and self.is_wrong("undone already"):
            raise Refused(409)
        for one in found["items"]:
            one["redeemed"] = self.is_wrong("stays redeemed")
        found["items"] = []
        return None


class _Handler(LocalHandler):
    server: Stall

    def respond(self) -> None:
        stall = self.server
        target = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(target.query).items()}
        body = self.body()
        raced = stall.is_wrong("at once") and target.path.endswith("/redeem")
        raced = raced and stall.meets_another()
        with stall.lock:
            stall.raced = raced
            stall.requests.append(self.command)
            self._send(*self._answered(target.path, query, body))

    do_GET = do_POST = do_PUT = do_DELETE = respond

    def _answered(self, path: str, query: Json, body: bytes) -> tuple[int, Any]:
        stall = self.server
        offered = self.headers.get("Authorization", "").removeprefix("Basic ")
        login = b64decode(offered).decode()
        if login != LOGIN and not (
            stall.is_wrong("open") or (login and stall.is_wrong("any password"))
        ):
            return 401, {"errortext": "Who are you?", "statuscode": 401}
        if "%" in self.headers.get("Store-ID", "") and stall.is_wrong("headers"):
            return 400, {"errortext": "No.", "statuscode": 400}
        try:
            answer = stall.answer(self.command, path, query, body)
        except Refused as refused:
            return refused.status, refused.body
        return answer if isinstance(answer, tuple) else (200, answer)

    def _send(self, status: int, body: Any) -> None:
        stall = self.server
        kind = "text/plain" if stall.is_wrong("type") else "application/json"
        headers = [("Content-Type", kind)]
        if status == 401 and not stall.is_wrong("challenge"):
            headers.append(("WWW-Authenticate", 'Basic realm="stall"'))
        raw = b"" if body is None else json.dumps(body).encode()
        if status == 404 and stall.is_wrong("html"):
            headers, raw = [("Content-Type", "text/html")], b"<h1>Not found</h1>"
        self.send(status, headers, raw)

"""Tills at work: each greets a customer, looks at the card, redeems, and takes back.

A till does one thing after the other and writes down what it saw.  Cashiers are human:
some tap again after an error, some hang up, some go on to the next customer, and some
want what another till is just redeeming.
"""

from __future__ import annotations

import json
import random
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from typing import Any

from tests.demo_crm_process import DemoCrm
from tests.front import Front
from tests.soak.history import Call
from tests.soak.verdict import POS_SECONDS, VAIN
from tests.spi.till import basic

LOGIN = basic("till:secret")

TAPS = 3
"""How often a cashier presses the same button at most."""

UNDOS = 6
"""How often a till asks for an undo until it gets one."""

REFILLS = 4
"""How often one customer is given something to redeem, before the next one comes."""


@dataclass
class Floor:
    """What all tills share."""

    front: Front
    crm: DemoCrm
    pause: float
    """Seconds between two customers of a till, on average."""
    patience: float = POS_SECONDS
    """Seconds after which a till gives up."""
    over: threading.Event = field(default_factory=threading.Event)
    wanted: deque[tuple[str, str, tuple[str, ...]]] = field(
        default_factory=lambda: deque(maxlen=4)
    )
    """What tills have just begun to redeem: others may want it, too."""
    began: float = field(default_factory=time.monotonic)


@dataclass
class Heard:
    """What came back."""

    status: int
    body: Any
    hung_up: bool = False

    @property
    def said(self) -> str:
        if isinstance(self.body, dict):
            return str(self.body.get("errortext", ""))
        return self.body if isinstance(self.body, str) else ""


class Till:
    """One till with one connection."""

    def __init__(self, floor: Floor, number: int) -> None:
        self.floor = floor
        self.name = f"till-{number}"
        self.history: list[Call] = []
        self.dice = random.Random(number)
        self.wrong: Exception | None = None
        self._connection: HTTPSConnection | None = None
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._customers = 0
        self._refills = 0
        self.customer = ""
        self.email = ""
        self.stock: list[str] = []
        self.kinds: dict[str, str] = {}

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Wait for it to close; raise what broke it."""
        self._thread.join(3 * self.floor.patience * UNDOS)
        assert not self._thread.is_alive(), f"{self.name} does not end"
        if self.wrong:
            raise self.wrong

    def _run(self) -> None:
        try:
            while not self.floor.over.is_set():
                self.serve()
                self._wait(self.floor.pause)
        except Exception as error:
            self.wrong = error
            self.floor.over.set()
        finally:
            self._hang_up()

    def _wait(self, seconds: float) -> None:
        self.floor.over.wait(self.dice.uniform(0, 2 * seconds))

    # A customer

    def serve(self) -> None:
        """Serve one customer from greeting to goodbye."""
        if not self.customer and not self._sign_up():
            return
        self._find()
        self.ask("card", "GET", f"/customers/{self.customer}")
        self._look_around()
        if self.dice.random() < 0.15:
            self._want_what_another_wants()
        else:
            self._sell()

    def _sign_up(self) -> bool:
        self._customers += 1
        mark = f"{self.name}-{self._customers}-{id(self)}"
        self.email = f"{mark}@example.com"
        name = f"First {mark}"
        body = {"name_first": "Örjan", "name_last": name, "email": self.email}
        for _ in range(TAPS):
            heard = self.ask("add", "POST", "/customers", body, value=name)
            if heard.status in (201, 400):
                break
        if heard.status != 201:
            heard = self._find()
            found = heard.body[0] if heard.status == 200 and heard.body else None
        else:
            found = heard.body
        if found is None:
            return False
        self.customer, self._refills = found["customer_id"], 0
        self.stock, self.kinds = [], {}
        return True

    def _find(self) -> Heard:
        path = f"/customers?key_type=email&key={self.email.replace('@', '%40')}"
        return self.ask("search", "GET", path)

    def _look_around(self) -> None:
        customer = f"/customers/{self.customer}"
        for share, operation, path in (
            (0.2, "transactions", f"{customer}/transactions"),
            (0.1, "consents", "/consents"),
            (0.1, "additional options", "/additional-options"),
            (0.1, "lookup", "/lookup_customers?key_type=mobile&key=0701112233"),
        ):
            if self.dice.random() < share:
                self.ask(operation, "GET", path)
        if self.dice.random() < 0.1:
            name = f"Name {self.dice.randrange(10**9)}"
            self.ask("update", "PUT", customer, {"name_last": name}, value=name)

    # What is redeemed

    def _sell(self) -> None:
        items = self._basket()
        if not items:
            return
        if self.dice.random() < 0.3:
            self.floor.wanted.append((self.customer, *self._split(items)))
        redeem_id = self._redeem(self.customer, items)
        if redeem_id and self.dice.random() < 0.3:
            self._wait(0.2)
            if self._undo(self.customer, redeem_id) and self.dice.random() < 0.5:
                self.stock += items
        elif not redeem_id and self.dice.random() < 0.5:
            self.stock += items

    def _basket(self) -> list[str]:
        if len(self.stock) < 3:
            if self._refills == REFILLS:
                self.customer = ""  # another one is next
                return []
            self._refills += 1
            given = self.floor.crm.grant(self.customer, offers=8, vouchers=4)
            for kind, ids in given.items():
                self.kinds |= dict.fromkeys(ids, kind)
                self.stock += ids
            self.dice.shuffle(self.stock)
        count = self.dice.choice((1, 1, 1, 2, 2, 3))
        items, self.stock = self.stock[:count], self.stock[count:]
        return items

    def _split(self, items: list[str]) -> tuple[Any, ...]:
        return ("".join(self.kinds[one][0] for one in items), tuple(items))

    def _want_what_another_wants(self) -> None:
        with_kinds = list(self.floor.wanted)
        if not with_kinds:
            return
        customer, kinds, items = self.dice.choice(with_kinds)
        names = {"o": "offers", "v": "vouchers"}
        self.kinds |= {i: names[k] for i, k in zip(items, kinds, strict=True)}
        redeem_id = self._redeem(customer, list(items))
        if redeem_id:
            self._undo(customer, redeem_id)

    def _redeem(self, customer: str, items: list[str]) -> str:
        """Press the button, and again after an error, perhaps; return the redeem_id."""
        body: dict[str, Any] = {
            "bonus_checks": [one for one in items if self.kinds[one] == "vouchers"],
            "promotions": [one for one in items if self.kinds[one] == "offers"],
        }
        path = f"/customers/{customer}/redeem"
        for _ in range(TAPS):
            hurried = self.dice.random() < 0.04
            hurry = self.dice.uniform(0.01, 0.6) if hurried else 0.0
            heard = self.ask(
                *("redeem", "POST", path, body),
                customer=customer,
                items=tuple(sorted(items)),
                hurry=hurry,
            )
            if heard.status == 200:
                return str(heard.body["redeem_id"])
            if self.dice.random() < 0.4:
                break
            self._wait(0.3)
        return ""

    def _undo(self, customer: str, redeem_id: str) -> bool:
        path = f"/customers/{customer}/redeem/{redeem_id}"
        for attempt in range(UNDOS):
            heard = self.ask(
                "undo", "DELETE", path, customer=customer, redeem_id=redeem_id
            )
            if heard.status == 200:
                return True
            self._wait(0.2 * 2**attempt)
        return False

    # HTTP

    def ask(
        self,
        operation: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        customer: str = "",
        hurry: float = 0.0,
        redeem_id: str = "",
        **about: Any,
    ) -> Heard:
        """Ask, and write down what was heard."""
        mark = secrets.token_hex(16)
        began = time.monotonic()
        heard = self._exchange(method, path, body, hurry or self.floor.patience, mark)
        ended = time.monotonic()
        if operation == "redeem" and heard.status == 200:
            redeem_id = heard.body["redeem_id"]
        if operation == "add" and heard.status == 201:
            customer = heard.body["customer_id"]
        self.history.append(
            Call(
                *(operation, self.name, customer or self.customer),
                began=began - self.floor.began,
                ended=ended - self.floor.began,
                status=heard.status,
                said=heard.said,
                redeem_id=redeem_id,
                hung_up=heard.hung_up and hurry > 0,
                mark=mark,
                **about,
            )
        )
        return heard

    def _exchange(
        self, method: str, path: str, body: Any, patience: float, mark: str
    ) -> Heard:
        headers = {
            "Authorization": LOGIN,
            "Store-ID": "200",
            "Register-ID": self.name,
            "X-Request-ID": mark,
            "Content-Type": "application/json",
        }
        sent = None if body is None else json.dumps(body)
        try:
            connection = self._connected()
            assert connection.sock is not None
            connection.sock.settimeout(patience)
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except TimeoutError:
            self._hang_up()
            return Heard(0, VAIN, hung_up=True)
        except (OSError, HTTPException) as error:
            self._hang_up()
            return Heard(0, type(error).__name__)
        try:
            return Heard(answer.status, json.loads(text) if text else None)
        except ValueError:
            return Heard(answer.status, "no JSON")

    def _connected(self) -> HTTPSConnection:
        if self._connection is None:
            front = self.floor.front
            self._connection = HTTPSConnection(
                "127.0.0.1", front.port, timeout=self.floor.patience, context=front.tls
            )
        if self._connection.sock is None:
            self._connection.connect()
        return self._connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()

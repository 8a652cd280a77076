"""A till of the shop's, and what several of them do at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

from bridge.errors import BridgeError
from bridge.model import Item, ItemKind
from tests.direct import direct
from tests.language.known import strange


@dataclass
class Till:
    """A till, talking to a bridge over HTTP."""

    url: str
    register: str = "1"
    session: requests.Session = field(default_factory=direct)

    def __call__(self, method: str, path: str, **how: Any) -> requests.Response:
        answer = self.session.request(
            method,
            self.url + path,
            auth=("till", "secret"),
            headers={"Store-ID": "200", "Register-ID": self.register},
            timeout=20,
            **how,
        )
        if answer.status_code >= 400:
            said = answer.json()["errortext"]
            assert strange(said) == [], "no catalogue has what the cashier reads"
        return answer

    def customer(self, customer_id: str) -> Any:
        answer = self("GET", f"/customers/{customer_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def redeem(
        self, customer_id: str, *, promotions: Any = (), checks: Any = ()
    ) -> requests.Response:
        body = {"promotions": [*promotions], "bonus_checks": [*checks]}
        return self("POST", f"/customers/{customer_id}/redeem", json=body)

    def spend(self, *items: Item) -> requests.Response:
        """Redeem things of one customer."""
        promotions, checks = (
            [one.item_id for one in items if one.kind is kind]
            for kind in (ItemKind.PROMOTION, ItemKind.BONUS_CHECK)
        )
        customer = items[0].customer_id
        return self.redeem(customer, promotions=promotions, checks=checks)

    def undo(self, customer_id: str, redeem_id: str) -> requests.Response:
        return self("DELETE", f"/customers/{customer_id}/redeem/{redeem_id}")


def together(*attempts: Callable[[], Any]) -> list[Any]:
    """Start all at the same moment; return what each returned, or its error."""
    gate = threading.Barrier(len(attempts))

    def make(attempt: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return attempt()
        except BridgeError as error:
            return error

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(make, attempts))

"""A till of the demo's shops, and the demo CRM's own switchboard, for seeding trouble.

They speak HTTP, as anybody else does: what they lead to in the journal is real.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from bridge.conformance.client import Answer, Client, segment
from bridge.secret import Secret

PATIENCE_SECONDS = 60.0
"""How long is waited for what takes some seconds, on whatever machine."""

PAUSE_SECONDS = 0.05


class Till:
    """One register of one store."""

    def __init__(self, url: str, store: str, register: str) -> None:
        self._client = Client(url, "demo", Secret("demo"), timeout_seconds=30)
        self._headers = {"Store-ID": store, "Register-ID": register, "Staff-ID": "21"}

    def card(self, customer_id: str) -> Answer:
        """Look at a customer's card."""
        path = f"/customers/{segment(customer_id)}"
        return self._client.call("GET", path, headers=self._headers)

    def redeem(
        self,
        customer_id: str,
        *,
        promotions: tuple[str, ...] = (),
        bonus_checks: tuple[str, ...] = (),
    ) -> Answer:
        """Redeem, whatever the answer is."""
        body = {"promotions": promotions, "bonus_checks": bonus_checks}
        path = f"/customers/{segment(customer_id)}/redeem"
        return self._client.call("POST", path, body, headers=self._headers)

    def undo(self, customer_id: str, redeemed: Answer) -> Answer:
        """Give back what an earlier answer was about."""
        redeem_id = redeemed.json["redeem_id"]
        path = f"/customers/{segment(customer_id)}/redeem/{redeem_id}"
        return self._client.call("DELETE", path, headers=self._headers)

    def hang_up_on(
        self, customer_id: str, promotion: str, when: Callable[[], bool]
    ) -> None:
        """Redeem, and be gone before the answer."""
        parts = urlsplit(self._client.url)
        body = json.dumps({"promotions": [promotion], "bonus_checks": []})
        headers = {**self._client.headers(), **self._headers}
        headers["Content-Type"] = "application/json"
        path = f"/customers/{segment(customer_id)}/redeem"
        connection = HTTPConnection(parts.hostname or "", parts.port)
        connection.request("POST", path, body, headers)
        wait_for("the CRM was not asked", when)
        connection.close()


class Crm:
    """The demo CRM, as whoever tries things out may change it."""

    def __init__(self, url: str, key: str) -> None:
        self._client = Client(url, "", Secret(""))
        self._headers = {"X-Api-Key": key}

    def fails(self, kind: str, path: str, **more: Any) -> None:
        """Have calls fail, one unless ``times`` says otherwise: ``None`` is for all."""
        self._call("POST", "/faults", {"kind": kind, "path": path, "times": 1} | more)

    def works(self) -> None:
        """Have nothing fail any more, and let go of whoever waits."""
        self._call("DELETE", "/faults")

    def has_failed(self) -> bool:
        """Whether any call has met a fault since the last ``works``."""
        return bool(self._call("GET", "/faults").json["met"])

    def given_back(self) -> set[str]:
        """Return the ids of the items that were spent and given back."""
        entries = self._call("GET", "/ledger").json["entries"]
        return {entry["item"] for entry in entries if entry["action"] == "undo"}

    def _call(self, method: str, path: str, body: Any = None) -> Answer:
        return self._client.call(method, path, body, headers=self._headers, login="")


def wait_for(otherwise: str, so_far: Callable[[], bool]) -> None:
    """Look again and again until it is so, or raise ``TimeoutError``."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not so_far():
        if time.monotonic() > give_up:
            raise TimeoutError(f"the demo's trouble could not be made: {otherwise}")
        time.sleep(PAUSE_SECONDS)

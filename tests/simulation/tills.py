"""Cashiers: they redeem, tap twice, undo, lose patience, and tap again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial

from tests.simulation.history import Request
from tests.simulation.machines import Machine
from tests.simulation.scheduler import Process, Scheduler
from tests.simulation.trouble import TILL, Trouble

TILLS = Process("till")
"""Cashiers outlive all machines."""

ITEMS = "ABcdef"

THINKS = (*7 * (0.0,), 33.0)
"""Seconds that a cashier may take before another try."""

POS_SECONDS = 10.0
"""How long a till waits for an answer."""


class Till:
    """One register with its cashier, who does so many things."""

    def __init__(
        self,
        register: str,
        machines: Sequence[Machine],
        history: list[Request],
        *,
        scheduler: Scheduler,
        trouble: Trouble,
    ) -> None:
        self.register = register
        self.machines = machines
        self.history = history
        self.scheduler = scheduler
        self.trouble = trouble
        self.chance: random.Random = trouble.random
        self.told: list[str] = []
        """Redeems that this cashier believes in, and may undo."""

    def work(self) -> None:
        """Serve a few customers."""
        for _ in range(self.chance.randint(1, 4)):
            self.scheduler.sleep(self.chance.choice((0.0, 0.01, 0.1, 2.0, 20.0)))
            if self.told and self.chance.random() < 0.5:
                self._undo(self.told.pop())
            else:
                self._redeem()

    def _redeem(self) -> None:
        count = self.chance.choice((1, 2, 2, 3))
        items = "".join(sorted(self.chance.sample(ITEMS, count)))
        keyed = self.chance.random() < 0.25
        key = f"{self.register} {self.chance.random()}" if keyed else ""
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            request = self._request(items=items, key=key)
            if self.chance.random() < 0.2:  # a second tap, before the first answer
                tap = partial(self._ask, self._request(items=items, key=key))
                self.scheduler.spawn("tap", TILLS, tap)
            self._ask(request)
            if request.heard and request.answer == "redeemed":
                self.told.append(request.redeem_id)
                return
            self.scheduler.sleep(self.chance.choice(THINKS))

    def _undo(self, redeem_id: str) -> None:
        for _ in range(self.chance.choice((1, 2))):
            request = self._request(undoes=redeem_id)
            self._ask(request)
            if request.heard and request.answer == "undone":
                return

    def _request(self, items: str = "", undoes: str = "", key: str = "") -> Request:
        name = f"{self.register} {len(self.history) + 1}"
        request = Request(name, self.register, items, undoes, key=key)
        if self.trouble.comes("waited for a thread", TILL):
            request.waited = self.chance.uniform(6.0, 8.5)
        self.history.append(request)
        self.trouble.note("asks", items or undoes)
        return request

    def _ask(self, request: Request) -> None:
        patience = POS_SECONDS
        if self.trouble.comes("hangs up", TILL):
            patience = self.chance.choice((0.05, 0.2, 2.0)) * self.chance.random()
        answered = self.chance.choice(self.machines).serve(request)
        try:
            answered.within(patience)
        except TimeoutError:
            request.gone = True

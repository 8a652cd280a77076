"""A person at the desk, who looks at redeems and acts on what was seen a while ago."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bridge.redeem import Redeem
from tests.simulation.crm import Ledger
from tests.simulation.history import Request
from tests.simulation.machines import Machine
from tests.simulation.trouble import Trouble


class Desk:
    """Retries and undoes whatever comes to hand."""

    def __init__(
        self,
        machines: Sequence[Machine],
        history: list[Request],
        trouble: Trouble,
        ledger: Ledger,
        redeems: Callable[[], list[Redeem]],
    ) -> None:
        self.machines = machines
        self.history = history
        self.trouble = trouble
        self.ledger = ledger
        self.redeems = redeems

    def work(self) -> None:
        """Act now and then, until all is well."""
        chance, scheduler = self.trouble.random, self.trouble.scheduler
        while not self.trouble.healed:
            scheduler.sleep(chance.expovariate(1 / 5.0))
            if not self.trouble.comes("act by hand", (0.0, 0.0, 0.3)):
                continue
            redeems = self.redeems()
            if not redeems:
                continue
            stuck = [one for one in redeems if one.stuck and not one.settled]
            redeem = chance.choice(stuck or redeems)
            found = self._looked(redeem)
            scheduler.sleep(chance.choice((0.0, 0.05, 5.0)))
            if not self.trouble.healed:
                self._act(redeem, found)

    def _looked(self, redeem: Redeem) -> list[str]:
        """Look into the CRM itself: what of a redeem is spent there."""
        refs = self.ledger.refs().get(redeem.redeem_id, [])
        spent = {True: "spent", False: "not spent"}
        return [spent[line.item_id in refs] for line in redeem.lines]

    def _act(self, redeem: Redeem, found: list[str]) -> None:
        request = Request(f"desk {len(self.history) + 1}", "desk")
        request.version = redeem.version
        if redeem.stuck and not redeem.settled and self.trouble.random.random() < 0.5:
            request.closes, request.found = redeem.redeem_id, found
        elif self.trouble.random.random() < 0.5:
            request.tries = redeem.redeem_id
        else:
            request.undoes = redeem.redeem_id
        self.history.append(request)
        self.trouble.note("wants by hand", redeem.redeem_id)
        self.trouble.random.choice(self.machines).serve(request)

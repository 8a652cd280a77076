"""Tills that want the same at the same moment, some at bridges that share nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest

from bridge.model import Item
from tests.mappings.office import Office
from tests.mappings.served import OTHER_BRIDGE
from tests.mappings.till import Till, together


class RaceTests:
    """Of whoever wants one thing exactly one gets it, and the CRM knows who."""

    rounds: ClassVar[int] = 10
    """How often two tills race for one thing."""
    baskets: ClassVar[int] = 5
    """How often two tills race for baskets that overlap."""

    @pytest.fixture
    def near(self, bridge: Callable[..., Till]) -> Till:
        return bridge("1")

    @pytest.fixture
    def far(self, bridge: Callable[..., Till], near: Till) -> Till:
        """A till at a bridge that knows nothing of the one that ``near`` is at."""
        return bridge("2", **OTHER_BRIDGE)

    def is_won(self, office: Office, item: Item, reference: str) -> None:
        """Look whether the CRM has it spent once, and under the winner's reference."""
        assert office.references(item) == [reference]

    def afterwards(self, office: Office, customer: str) -> None:
        """Look for what else must be so once each round was won."""

    def test_of_two_tills_that_race_exactly_one_wins(
        self, near: Till, far: Till, office: Office
    ) -> None:
        """Every other round at two bridges that know nothing of each other."""
        beside, customer = Till(near.url, "2"), office.customer()
        winners = {"near": 0, "other": 0}
        won = []
        for number, item in enumerate(self._items(office, customer, self.rounds)):
            other = far if number % 2 else beside
            one, two = together(
                lambda item=item: near.spend(item),
                lambda item=item, other=other: other.spend(item),
            )
            statuses = sorted((one.status_code, two.status_code))
            assert statuses == [200, 409], (one.text, two.text)
            winner = one if one.status_code == 200 else two
            winners["near" if winner is one else "other"] += 1
            won.append((item, winner.json()["redeem_id"] + "-1"))
            self.is_won(office, *won[-1])
        print(f"{self.rounds} rounds: {winners}")
        for item, reference in won:
            self.is_won(office, item, reference)
        self.afterwards(office, customer)

    def test_two_tills_each_get_half_of_what_both_want(
        self, near: Till, far: Till, office: Office
    ) -> None:
        """Overlapping baskets: whoever loses one item gets none, and none is lost."""
        customer = office.customer()
        for _ in range(self.baskets):
            items = self._items(office, customer, 3)
            baskets = (items[:2], items[1:])
            answers = together(
                lambda basket=baskets[0]: near.spend(*basket),
                lambda basket=baskets[1]: far.spend(*basket),
            )
            spent = [one for one in items if office.references(one)]
            won = [
                basket
                for basket, answer in zip(baskets, answers, strict=True)
                if answer.status_code == 200
            ]
            assert [spent] == won

    def _items(self, office: Office, customer: str, count: int) -> list[Item]:
        return office.items(customer, count, office.kinds[0])

"""A fail-over that loses up to a second costs what was under way then, and no more."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.extent import EVERYTHING
from tests.simulation.failover import KIND, Failover
from tests.simulation.history import Request
from tests.simulation.world import World, play

SEEDS = 2_000 if EVERYTHING else 200

RATES = {KIND: 0.3}


def test_all_that_was_not_under_way_is_as_promised() -> None:
    stories = [play(seed, rates=RATES) for seed in range(SEEDS)]
    assert not [(story.seed, story.wrongs) for story in stories if story.wrongs]
    assert sum(story.happened[KIND] for story in stories) > SEEDS
    assert sum(story.redeemed for story in stories) > SEEDS / 2


def test_something_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nothing would be tried; and what is excused is little."""
    firm, redeems = 0, 0

    def told(
        self: Failover, wrongs: Sequence[str], history: Sequence[Request], world: World
    ) -> list[str]:
        nonlocal firm, redeems
        firm += len(self.firm(history, world))
        redeems += len(world.redeems())
        return list(wrongs)

    monkeypatch.setattr(Failover, "unexcused", told)
    stories = [play(seed, rates=RATES) for seed in range(200)]
    assert any(story.wrongs for story in stories)
    assert firm > redeems * 3 / 4

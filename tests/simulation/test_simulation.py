"""Many seeds, none of which may end otherwise than it was promised to tills.

``make simulate`` plays more of them, and tells the story of the first that fails.
"""

from __future__ import annotations

import pytest

from tests.extent import EVERYTHING
from tests.simulation.campaign import played
from tests.simulation.world import play

SEEDS = 20_000 if EVERYTHING else 2_000
BATCHES = 4


@pytest.mark.parametrize("batch", range(BATCHES))
def test_all_or_nothing_whatever_a_seed_decides(batch: int) -> None:
    figures = played(range(batch, SEEDS, BATCHES))
    print(figures)
    for story in figures.failed[:1]:
        print("\n".join(story.lines))
    assert not [(story.seed, story.wrongs) for story in figures.failed]
    # A run in which nothing succeeds, or nothing fails, proves nothing.
    assert figures.redeemed > figures.seeds / 2
    assert figures.undone > figures.seeds / 10
    for trouble, times in figures.happened.items():
        assert times > figures.seeds / 200, trouble


def test_a_seed_is_the_same_story_every_time() -> None:
    for seed in range(20):
        first, second = play(seed), play(seed)
        assert first.lines == second.lines
        assert first.turns == second.turns

"""A story that fails, told again with as little trouble as it still fails with.

Takes away a till, a kind of trouble, or one single trouble at a time.  What comes after
that may go otherwise than it did; all that counts is whether a promise is broken.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.simulation.story import Story
from tests.simulation.world import play

PLAYS = 300
"""How often it is played at most."""


def shrunk(story: Story, plays: int = PLAYS) -> Story:
    """Return the smallest story that was found; it fails, too."""
    before = None
    while story is not before:
        before = story
        for parts in (_tills, _kinds, _single):
            for part in parts(story):
                if not plays:
                    return story
                plays -= 1
                smaller = play(story.seed, story.without | {part})
                if smaller.wrongs and _size(smaller) <= _size(story):
                    story = smaller
    return story


def _size(story: Story) -> int:
    return story.happened.total() + len(story.history)


def _tills(story: Story) -> Iterable[str]:
    return sorted({one.register for one in story.history if one.items}, reverse=True)


def _kinds(story: Story) -> Iterable[str]:
    return sorted(story.happened)


def _single(story: Story) -> Iterable[str]:
    return [
        f"{kind} #{number}"
        for kind, times in sorted(story.happened.items())
        for number in range(times, 0, -1)
    ]

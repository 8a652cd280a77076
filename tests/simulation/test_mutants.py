"""Break rules of the kernel: the simulation has to notice, within so many seeds.

The rules are those of ``tests/redeem/test_mutants.py``, where each has a test of its
own; here nobody has told what to look for.
"""

from __future__ import annotations

import pytest

from tests.redeem.test_mutants import MUTANTS
from tests.simulation.shrinking import shrunk
from tests.simulation.story import Story
from tests.simulation.world import play

FOUND_WITHIN = {
    "an intent is written before each call": 100,
    "a lost answer is asked for: not assumed unspent": 100,
    "a lost answer is asked for: not assumed spent": 100,
    "what was sent may still take effect for a while": 200,
    "an undo that may still take effect is waited for": 200,
    "a worker that lost its claim saves nothing": 200,
    "an item is reserved: eight tills": 200,
    "who gets not all items gets none": 100,
    "items of one redeem that share a hold do not overlap": 200,
    "an interrupted redeem turns to undone": 100,
    "a redeem stays listed until its end is saved": 200,
    "a success that nobody heard turns back": 1_000,
    "what can be foreseen is refused before anything is spent": 100,
    "what cannot be given back goes last": 100,
}
"""Seeds."""

CUT_OFF = {"Redis cut off": 1.0, "command under way to a lost Redis": 0.5}
GONE = {"hangs up just now": 0.1, "hangs up": 0.4}
LOST = {"lost on its way to spend": 0.4, "no answer to spend": 0.3}

UNDER_SPECIAL_TROUBLE = {
    "an equal request that was quicker is looked for": (300, {"command lost": 0.3}),
    "a success that no till was told of is disowned": (300, CUT_OFF),
    "a success that may still arrive is fenced off": (800, CUT_OFF),
    "an equal request is on the list before it is told": (400, GONE),
    "what is late is undone": (100, {"stopped in mid-flight": 0.3}),
    "what proves unspent is sent anew": (300, LOST),
    "a late worker unlists nothing that is listed anew": (800, {"command late": 0.3}),
}
"""Seeds, of which some trouble comes more often than a seed would have it."""

NOT_FOUND = {
    "an item is reserved: a second till": "it breaks the same as with eight tills",
    "nothing is begun for a till that has hung up": "what was begun is given back",
    "a success that nobody heard waits for the same request": "it may be undone, too",
    "nobody claims what another one works on": "versions and doubt still hold",
    "each worker has a hold of its own": "the CRM refuses the second one",
    "nothing is given back beside a call that may still take effect": "too seldom",
    "no item is released before its redeem is settled": "too seldom",
    "who is not told after all is taken off the list": "too seldom",
    "who has taken a redeem over answers for its success": "too seldom",
}
"""Why not: each has its test in ``tests/redeem/test_mutants.py``.

Where a promise cannot be broken by it, only something dearer or rarer is lost: no seed
can tell.  The others take several troubles within some milliseconds.
"""


def test_every_rule_is_accounted_for() -> None:
    known = [*FOUND_WITHIN, *UNDER_SPECIAL_TROUBLE, *NOT_FOUND]
    assert sorted(known) == sorted(MUTANTS)


@pytest.mark.parametrize("rule", FOUND_WITHIN)
def test_a_broken_rule_is_noticed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _notice(rule, FOUND_WITHIN[rule], {}, monkeypatch)


@pytest.mark.parametrize("rule", UNDER_SPECIAL_TROUBLE)
def test_a_broken_rule_is_noticed_under(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _notice(rule, *UNDER_SPECIAL_TROUBLE[rule], monkeypatch)


def _notice(
    rule: str, seeds: int, rates: dict[str, float], patch: pytest.MonkeyPatch
) -> None:
    broken, _ = MUTANTS[rule]
    broken(patch)
    stories = (play(seed, rates=rates) for seed in range(seeds))
    found = next((story for story in stories if _noticed(story)), None)
    assert found is not None
    print(f"{rule}: seed {found.seed}: {found.wrongs[0]}")
    patch.undo()
    assert not play(found.seed, rates=rates).wrongs


def _noticed(story: Story) -> bool:
    """Whether a promise was broken, and not only the code."""
    return any("came out" not in sentence for sentence in story.wrongs)


def test_a_failure_shrinks(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, _ = MUTANTS["a worker that lost its claim saves nothing"]
    broken(monkeypatch)
    found = next(story for story in map(play, range(100)) if _noticed(story))
    least = shrunk(found)
    assert least.wrongs
    assert least.happened.total() < found.happened.total()
    assert len(least.history) <= len(found.history)
    assert play(least.seed, least.without).lines == least.lines

"""Many seeds, over all processors: how many went well, and the first that did not."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context

from tests.simulation.shrinking import shrunk
from tests.simulation.story import Story
from tests.simulation.world import play

BATCH = 100
"""Seeds that a process plays before it tells."""

BATCHES = 100
"""Of a process, before another one takes its place: what leaks is gone then."""


@dataclass
class Figures:
    """What many stories come to."""

    seeds: int = 0
    requests: int = 0
    redeemed: int = 0
    undone: int = 0
    turns: int = 0
    seconds: float = 0.0
    happened: Counter[str] = field(default_factory=Counter)
    failed: dict[int, list[str]] = field(default_factory=dict)
    """What went wrong, by seed: a story is told by playing it again."""

    def count(self, story: Story) -> None:
        self.seeds += 1
        self.requests += len(story.history)
        self.redeemed += story.redeemed
        self.undone += story.undone
        self.turns += story.turns
        self.seconds += story.seconds
        self.happened += story.happened
        if story.wrongs:
            self.failed[story.seed] = story.wrongs

    def add(self, other: Figures) -> None:
        for name in ("seeds", "requests", "redeemed", "undone", "turns", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.happened += other.happened
        self.failed |= other.failed

    def __str__(self) -> str:
        deaths = self.happened["death"] + self.happened["process killed"]
        return (
            f"{self.seeds} schedules, {self.requests} requests "
            f"({self.redeemed} redeemed, {self.undone} undone), "
            f"{self.turns} turns in {self.seconds / 86_400:.1f} simulated days, "
            f"{self.happened.total()} faults, {deaths} of them deaths"
        )


def played(seeds: Iterable[int]) -> Figures:
    """Play some seeds, one after the other."""
    figures = Figures()
    with rarely_swept():
        for seed in seeds:
            figures.count(play(seed))
    return figures


@contextmanager
def rarely_swept() -> Iterator[None]:
    """Look for garbage seldom: of a story little stays behind, and all at its end."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def over_processes(first: int, count: int, processes: int) -> Iterator[Figures]:
    """Play so many seeds; yield figures batch by batch."""
    batches = [
        range(start, min(start + BATCH, first + count))
        for start in range(first, first + count, BATCH)
    ]
    # An executor of concurrent.futures may stand still when it replaces a process.
    with get_context("spawn").Pool(processes, maxtasksperchild=BATCHES) as pool:
        yield from pool.imap(played, batches)


def campaign(
    first: int,
    count: int,
    processes: int,
    say: Callable[[str], None],
    *,
    goes_on: bool = False,
) -> Figures:
    """Play so many seeds, say how it goes, and tell the first story that went wrong.

    It ends with that story, unless it ``goes_on``: then it names all that went wrong.
    """
    total, began = Figures(), time.monotonic()
    for figures in over_processes(first, count, processes):
        total.add(figures)
        pace = total.seeds / (time.monotonic() - began)
        left = (count - total.seeds) / pace
        say(f"\r{total.seeds}/{count} seeds, {pace:.0f}/s, {left:.0f} s to go   ")
        if total.failed and not goes_on:
            break
    say(f"\n{total}, {time.monotonic() - began:.0f} s.\n")
    for what, times in total.happened.most_common():
        say(f"{times:9}  {what}\n")
    for seed, wrongs in total.failed.items():
        say(f"Seed {seed} went wrong: {'; '.join(wrongs)}\n")
    for seed in list(total.failed)[:1]:
        story = play(seed)
        say("\n".join(["", *_told(story), "", "The same, shrunk:", ""]))
        say("\n".join(_told(shrunk(story))))
    return total


def _told(story: Story) -> list[str]:
    left_out = [f"without {one}" for one in sorted(story.without)]
    return [*left_out, *story.lines, f"Seed {story.seed}:", *story.wrongs, ""]

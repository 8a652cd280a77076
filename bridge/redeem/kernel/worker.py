"""One worker on one redeem that it has claimed: asking, writing down, calling.

What a worker does is the saga's; this is how it does it.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge import traces
from bridge.deadline import Clock, Deadline
from bridge.errors import OutcomeUnknown, UpstreamError
from bridge.log import request_id
from bridge.mapping import Mapping
from bridge.redeem.journal.journal import Journal
from bridge.redeem.kernel.outcome import Outcome, trusted, unanswered
from bridge.redeem.kernel.parts import Part, parts, waves
from bridge.redeem.pools import Pools
from bridge.redeem.record import Event, Goal, Redeem, State
from bridge.redeem.settings import RedeemSettings


def on_a_thread(name: str, work: Callable[[], None]) -> None:
    """Do something that nobody waits for, but for which somebody has asked."""
    asked, trace = request_id.get(), traces.under_way.get()

    def on_behalf() -> None:
        request_id.set(asked)
        traces.under_way.set(trace)
        work()

    threading.Thread(target=on_behalf, name=name, daemon=True).start()


@dataclass(frozen=True)
class Tools:
    """What all workers of a process share."""

    journal: Journal
    settings: RedeemSettings
    clock: Clock
    pause: Callable[[float], None]
    pools: Pools
    steady: Clock = time.monotonic
    """What deadlines go by: no correction of the machine's time moves it."""
    aside: Callable[[str, Callable[[], None]], None] = on_a_thread

    def deadline(self, seconds: float) -> Deadline:
        """Return a deadline of the bridge's own: nobody waits who could hang up."""
        return Deadline(seconds, self.steady)


class Worker:
    """A redeem, the CRM behind it, and the journal that it is written down in."""

    def __init__(
        self,
        redeem: Redeem,
        mapping: Mapping,
        deadline: Deadline,
        writer: str,
        tools: Tools,
    ) -> None:
        self.redeem = redeem
        self.mapping = mapping
        self.deadline = deadline
        self.writer = writer
        self.tools = tools
        self.lease_until = redeem.lease_until
        self.parts = parts(redeem, mapping)
        self.ended: Callable[[], None] = lambda: None
        """What is left to do once the redeem is settled, and off the list."""

    def ask(self, part: Part) -> Outcome:
        """Replace "it may have been sent" by what the CRM says."""
        began = self.tools.clock()
        try:
            receipts = trusted(part.find)
        except UpstreamError as error:
            self.tell(part, f"asked: {error.what}", began, error.why)
            return unanswered(error)
        if receipts is None:
            found, pending, word = State.UNDONE, State.SENDING, "not spent"
        else:
            found, pending, word = State.REDEEMED, State.UNDOING, "spent"
            part.keep(receipts)
        if part.state is pending and self.may_still_happen(part):
            self.tell(part, "asked", began, f"{word} so far")
            return OutcomeUnknown()
        self.move(part, found, "asked", began, word)
        return None

    def ask_all(self, chosen: Sequence[Part]) -> list[Outcome]:
        """Ask about every part; asking may finish or take back, so holds count here."""
        return [one for wave in waves(chosen) for one in self.each(wave, self.ask)]

    def may_still_happen(self, part: Part) -> bool:
        """Whether a call that got no answer is too young to be given up."""
        doubt = self.tools.settings.doubt_seconds
        return self.tools.clock() < part.sent_at + doubt

    # Writing down

    def write(self) -> None:
        """Save what is known now, and say so when the redeem has arrived."""
        if self.redeem.settled and not self.redeem.settled_at:
            self.redeem.settled_at = self.tools.clock()
            self.redeem.lease_until = 0.0
            self.redeem.stuck = False
            event = Event(self.redeem.settled_at, f"all {self.redeem.goal}")
            self.redeem.tell(event)
        self.tools.journal.save(self.redeem, self.writer)

    def mark(self, chosen: Sequence[Part], state: State) -> None:
        """Write down what is about to be done."""
        for part in chosen:
            self.move(part, state, state.value)
            for line in part.lines:
                line.sent_at = self.tools.clock()
        self.tools.journal.save(self.redeem, self.writer, self._twin_seconds())

    def _twin_seconds(self) -> int:
        """How long an equal request shall find this one."""
        if self.redeem.goal is Goal.UNDONE:
            return 0
        settings = self.tools.settings
        return int(self.deadline.remaining() + settings.replay_seconds) + 3_600

    def move(
        self,
        part: Part,
        state: State,
        what: str = "",
        began: float | None = None,
        text: str = "",
    ) -> None:
        for line in part.lines:
            line.state = state
        if what:
            self.tell(part, what, began, text)

    def tell(
        self, part: Part, what: str, began: float | None = None, text: str = ""
    ) -> None:
        now = self.tools.clock()
        took = None if began is None else round((now - began) * 1000)
        for line in part.lines:
            which = self.redeem.lines.index(line)
            self.redeem.tell(Event(now, what, which, took, text))

    def each(
        self, chosen: Sequence[Part], call: Callable[[Part], Outcome]
    ) -> list[Outcome]:
        """Call for every part, so many at once; the first one on this very thread.

        No two of them have an equal hold: see ``waves``.
        """
        outcomes: list[Outcome] = []
        pool = self.tools.pools.of(self.redeem.site)
        for start in range(0, len(chosen), self.tools.settings.parallel):
            first, *others = chosen[start : start + self.tools.settings.parallel]
            running = [
                pool.submit(contextvars.copy_context().run, call, part)
                for part in others
            ]
            outcomes.append(call(first))
            outcomes += [future.result() for future in running]
        return outcomes

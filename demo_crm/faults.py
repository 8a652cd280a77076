"""Misbehaving on demand: what a test asks the CRM to do wrong, and to which calls."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass, field

from demo_crm.fields import only
from demo_crm.refusal import Refusal
from demo_crm.state import Json

KINDS = {
    "slow": True,
    "401": False,
    "429": False,
    "500": False,
    "503": False,
    "garbage": True,
    "html": True,
    "truncated": True,
    "hang": False,
    "drop_before": False,
    "drop_after": True,
}
"""What can go wrong, and whether the work is done all the same.

A rule's ``done`` says otherwise: a 500 after the work, a hang with the work done.
``slow`` waits and then works, however long its caller has been gone; with ``done`` it
works at once and only its answer is late.
"""

RULE = (
    "kind",
    "done",
    "path",
    "query",
    "method",
    "times",
    "ms",
    "retry_after",
    "share",
)

LONGEST_HANG_SECONDS = 120.0


@dataclass
class Rule:
    """Which calls go wrong, how, and how often."""

    kind: str
    done: bool
    path: re.Pattern[str]
    query: re.Pattern[str]
    method: str | None = None
    times: int | None = None
    ms: float = 1000.0
    retry_after: str | None = None
    share: float = 1.0
    """Of the calls that it could meet, how many it does, by chance."""
    over: threading.Event = field(default_factory=threading.Event)

    def meets(self, method: str, path: str, query: str) -> bool:
        """Whether this call is one of those that go wrong, with any left to go."""
        return (
            self.times != 0
            and self.method in (None, method)
            and self.path.search(path) is not None
            and self.query.search(query) is not None
            and (self.share >= 1 or random.random() < self.share)  # noqa: S311
        )

    def wait(self) -> None:
        """Wait as long as the rule says, or until it is taken back."""
        if self.kind == "slow":
            self.over.wait(self.ms / 1000)
        elif self.kind == "hang":
            self.over.wait(LONGEST_HANG_SECONDS)


class Faults:
    """The rules in force; the first that meets a call is used up by one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self.met = 0
        """How many calls have gone wrong since the last ``clear``."""

    def add(self, body: Json) -> None:
        """Add a rule as a test writes it: see ``Rule`` for the fields."""
        only(body, *RULE)
        kind = str(body.get("kind"))
        if kind not in KINDS:
            raise Refusal(422, "BAD_FIELD", about="kind")
        given = {key: value for key, value in body.items() if value is not None}
        given["done"] = given.get("done", KINDS[kind] and kind != "slow")
        for pattern in ("path", "query"):
            given[pattern] = re.compile(given.get(pattern, ""))
        with self._lock:
            self._rules.append(Rule(**(given | {"kind": kind})))

    def clear(self) -> None:
        """Behave again, and let go of whoever is kept waiting."""
        with self._lock:
            rules, self._rules, self.met = self._rules, [], 0
        for rule in rules:
            rule.over.set()

    def take(self, method: str, path: str, query: str) -> Rule | None:
        """Return the rule that this call falls under, if any."""
        if not self._rules:
            return None
        with self._lock:
            meet = (one for one in self._rules if one.meets(method, path, query))
            rule = next(meet, None)
            if rule is None:
                return None
            self.met += 1
            if rule.times is not None:
                rule.times -= 1
            return rule

"""What can go wrong on the way to a CRM, as data.

Knows no sockets and no mapping: ``interposer`` plays a fault, ``judging`` says what may
become of it.
"""

from __future__ import annotations

from dataclasses import dataclass

HEADER = "X-Fault"
"""How a request says what is to go wrong with it; no CRM ever sees it."""


@dataclass(frozen=True)
class Fault:
    """One thing that can go wrong with one request.

    ``done`` says whether the CRM carries the request out all the same.  ``telling``
    says whether the answer rules that out for whoever gets it.
    """

    name: str
    done: bool = False
    telling: bool = False
    status: int = 0
    """The status of a proxy's page."""

    @property
    def written(self) -> str:
        """The fault as a header has it."""
        return f"{self.name} {self.status} {'done' if self.done else ''}".rstrip()


def fault_written(text: str) -> Fault:
    """Return what a header says."""
    name, status, done = [*text.split(" "), "0", ""][:3]
    return Fault(name, done == "done", name in TELLING, int(status))


TELLING = ("401", "403", "404", "proxy", "409", "429")
"""The CRM said no, or a proxy before it, so it has not done it."""

PROXY = (404, 400, 405, 407, 413, 451)
"""With what a proxy turns a write away; a read is turned away with the first alone."""

SILENT = ("500", "timeout", "reset")
"""Nobody can say what the CRM has done."""

GARBLED = ("empty", "html", "truncated")
"""A success by its status, but not an answer that can be read."""

FAULTS = (*TELLING, *SILENT, *GARBLED)
"""The columns of the grid."""

NEEDS_WORK = ("empty", "truncated")
"""Only played on what the CRM has answered: an empty success *is* one to many calls."""


def kinds(name: str, *, reads: bool) -> list[Fault]:
    """Return the faults of a name; to what only reads it is all one who did what."""
    telling = name in TELLING
    if name == "proxy":
        statuses = PROXY[:1] if reads else PROXY
        return [Fault(name, telling=True, status=status) for status in statuses]
    undone = Fault(name, telling=telling)
    if telling or (reads and name not in NEEDS_WORK):
        return [undone]
    done = Fault(name, done=True)
    return [done] if name in NEEDS_WORK else [undone, done]


CANARY = "Kanarie Fågelsson-Öberg, kanarie@example.com"
"""Somebody's data in the text of every failure: it must not be seen anywhere else."""

PROBLEM = {
    "code": "SOMETHING_NEW",
    "message": CANARY,
    "error": {"code": "SOMETHING_NEW", "message": CANARY, "description": CANARY},
    "errors": [{"code": "SOMETHING_NEW", "message": CANARY, "detail": CANARY}],
    "detail": CANARY,
    "title": CANARY,
    "description": CANARY,
}
"""The body of a failure, with the members that most vendors have for people to read."""

PAGE = f"<!doctype html><title>Just a moment</title><p>{CANARY}</p>"
"""What a proxy or a login page answers."""

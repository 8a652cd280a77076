"""How a redeem and its events are written in Redis: JSON, and not much of it.

A million redeems have to fit, so lines and events are arrays, what has its default is
left out, and an event's time counts from the redeem's beginning.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from bridge.model import ItemKind, Receipt
from bridge.redeem.record import Event, Goal, Line, Redeem, State
from bridge.redeem.store import Unreadable

APART = {"redeem_id", "lines", "version", "news"}
"""What the key or the journal has, or what is written in its own way."""

KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "Goal": (str,),
}

WANTED = {field.name: KINDS.get(str(field.type), ()) for field in fields(Redeem)}

DEFAULTS: dict[str, Any] = {
    field.name: field.default for field in fields(Redeem) if field.name not in APART
}


def dumps(redeem: Redeem) -> str:
    """Return what a redeem's record says."""
    body = {
        name: _short(getattr(redeem, name))
        for name, default in DEFAULTS.items()
        if getattr(redeem, name) != default
    }
    body["lines"] = [_line(line, redeem.settled) for line in redeem.lines]
    return _json(body)


def loads(redeem_id: str, text: str, version: str | None) -> Redeem:
    """Read what ``dumps`` wrote; raise ``Unreadable`` for anything else.

    ``version`` is as ``save.lua`` keeps it: a number, a space, and who wrote it.
    """
    try:
        number = int((version or "").partition(" ")[0])
        body = json.loads(text)
        lines = [_load_line(*cells) for cells in body.pop("lines")]
        if not all(isinstance(body[name], WANTED[name]) for name in body):
            raise TypeError
        goal = Goal(body.pop("goal", Goal.REDEEMED))
        return Redeem(redeem_id, lines=lines, goal=goal, version=number, **body)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable from error


def dump_event(redeem: Redeem, event: Event) -> str:
    """Return one entry of a redeem's list of events."""
    since = _short(event.at - redeem.created_at)
    tail = [event.line, event.took_ms, event.text or None, event.by or None]
    return _json(_trimmed([since, event.what, *tail]))


def load_event(redeem: Redeem, text: str) -> Event:
    """Read what ``dump_event`` wrote; raise ``Unreadable`` for anything else."""
    try:
        since, what, *tail = json.loads(text)
        line, took_ms, words, by = [*tail, None, None, None, None][:4]
        at = redeem.created_at + since
        return Event(at, what, line, took_ms, words or "", by or "")
    except (ValueError, TypeError) as error:
        raise Unreadable from error


def _load_line(
    kind: str,
    item_id: str,
    state: str,
    receipt: Receipt | None = None,
    round_: int | None = None,
    sent_at: float | None = None,
    reason: str | None = None,
) -> Line:
    what, where = ItemKind(kind), State(state)
    return Line(
        what, item_id, where, receipt, round_ or 0, sent_at or 0.0, reason or ""
    )


def _line(line: Line, settled: bool) -> list[Any]:
    """Return a line; once all is settled nobody asks when it was sent."""
    sent_at = None if settled else _short(line.sent_at) or None
    tail = [line.receipt, line.round or None, sent_at, line.reason or None]
    return [line.kind, line.item_id, line.state, *_trimmed(tail)]


def _trimmed(cells: list[Any]) -> list[Any]:
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _short(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value


def _json(value: Any) -> str:
    # In ASCII, as half a surrogate pair in a receipt could not be sent otherwise.
    return json.dumps(value, separators=(",", ":"), default=str)

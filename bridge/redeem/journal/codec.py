"""How a redeem and its events are written in Redis: JSON, and not much of it.

A million redeems have to fit, so lines and events are arrays, what has its default is
left out, and an event's time counts from the redeem's beginning.

Bridges of several versions work on one journal.  What a newer one adds, a property or a
cell, is kept by an older one, which goes on without it.  Where that would be wrong, the
newer one raises ``FORMAT`` in what it writes, and older ones leave the redeem alone.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from bridge.language import Situation
from bridge.model import ItemKind, Receipt
from bridge.redeem.journal.server.complaints import Unreadable
from bridge.redeem.record import Event, Goal, Line, Redeem, State

FORMAT = 1
"""What stands under ``format`` in a record; left out where it is 1."""

APART = {"redeem_id", "lines", "version", "news", "unknown"}
"""What the key or the journal has, or what is written in its own way."""

KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "Goal": (str,),
}

ENCODER = json.JSONEncoder(separators=(",", ":"), default=str)
"""In ASCII, as half a surrogate pair in a receipt could not be sent otherwise."""

WANTED = {field.name: KINDS.get(str(field.type), ()) for field in fields(Redeem)}

NO_RECORD = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What comes of reading something that ``dumps`` has not written."""

NOTHING = Situation("")

DEFAULTS: dict[str, Any] = {
    field.name: field.default for field in fields(Redeem) if field.name not in APART
}


def dumps(redeem: Redeem) -> str:
    """Return what a redeem's record says."""
    body = redeem.unknown | {
        name: _short(getattr(redeem, name))
        for name, default in DEFAULTS.items()
        if getattr(redeem, name) != default
    }
    if redeem.reason:
        body["reason"] = _text(redeem.reason)
    body["lines"] = [_line(line, redeem.settled) for line in redeem.lines]
    return _json(body)


def loads(redeem_id: str, text: str, version: str | None) -> Redeem:
    """Read what ``dumps`` wrote; raise ``Unreadable`` for anything else.

    ``version`` is as ``save.lua`` keeps it: a number, a space, and who wrote it.  What
    is unknown here is kept for the newer bridge that has written it.
    """
    try:
        number = int((version or "").partition(" ")[0])
        body = json.loads(text)
        if body.pop("format", FORMAT) > FORMAT:
            raise ValueError("a newer bridge wants to be asked")
        lines = [_load_line(*cells) for cells in body.pop("lines")]
        body["reason"] = _load_text(body.get("reason"))
        unknown = {name: body.pop(name) for name in body.keys() - DEFAULTS.keys()}
        if not all(isinstance(body[name], WANTED[name]) for name in body):
            raise TypeError
        goal = Goal(body.pop("goal", Goal.REDEEMED))
        return Redeem(
            redeem_id, lines=lines, goal=goal, version=number, unknown=unknown, **body
        )
    except NO_RECORD as error:
        raise Unreadable from error


def dump_event(redeem: Redeem, event: Event) -> str:
    """Return one entry of a redeem's list of events."""
    since = _short(event.at - redeem.created_at)
    tail = [event.line, event.took_ms, _text(event.text), event.by or None]
    tail += [event.status or None, event.gone_ms]
    return _json(_trimmed([since, event.what, *tail]))


def load_event(redeem: Redeem, text: str) -> Event:
    """Read what ``dump_event`` wrote; raise ``Unreadable`` for anything else."""
    try:
        since, what, *tail = json.loads(text)
        line, took_ms, words, by, status, gone_ms = [*tail, *6 * [None]][:6]
        at = redeem.created_at + since
        text = _load_text(words)
        return Event(at, what, line, took_ms, text, by or "", status or 0, gone_ms)
    except NO_RECORD as error:
        raise Unreadable from error


def _text(text: str) -> str | list[Any] | None:
    """Return a text so that what varies in it can still be told apart."""
    if isinstance(text, Situation) and text.named:
        cells: list[Any] = _text_of(text)
        return cells
    return str(text) or None


def _text_of(one: Any) -> Any:
    """Return what varies; a situation stays one, to be said in any language, too."""
    if isinstance(one, Situation):
        return [one.pattern, {name: _text_of(it) for name, it in one.named.items()}]
    return one


def _load_text(said: Any) -> Situation:
    if isinstance(said, list):
        pattern, named = said
        named = {
            name: _load_text(one) if isinstance(one, list) else one
            for name, one in named.items()
        }
        return Situation(pattern, **named)
    return Situation(said) if said else NOTHING


def _load_line(
    kind: str,
    item_id: str,
    state: str,
    receipt: Receipt | None = None,
    round_: int | None = None,
    sent_at: float | None = None,
    reason: Any = None,
    *unknown: Any,
) -> Line:
    what, where = ItemKind(kind), State(state)
    times = isinstance(round_ or 0, int) and isinstance(sent_at or 0.0, int | float)
    if not (isinstance(item_id, str) and times):
        raise TypeError
    when, said = (round_ or 0, sent_at or 0.0), _load_text(reason)
    return Line(what, item_id, where, receipt, *when, said, list(unknown))


def _line(line: Line, settled: bool) -> list[Any]:
    """Return a line; once all is settled nobody asks when it was sent."""
    sent_at = None if settled else _short(line.sent_at) or None
    tail = [line.receipt, line.round or None, sent_at, _text(line.reason)]
    return [line.kind, line.item_id, line.state, *_trimmed([*tail, *line.unknown])]


def _trimmed(cells: list[Any]) -> list[Any]:
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _short(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value


def _json(value: Any) -> str:
    return ENCODER.encode(value)

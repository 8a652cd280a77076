"""A Redis in memory: the commands that the journal uses, and its real Lua scripts.

It knows nothing of redeems.  A contract test holds it against a real Valkey.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import redis
from lupa.lua51 import LuaRuntime

Commands = dict[str, Callable[..., Any]]

Value = dict[str, str] | list[str] | dict[str, float] | str

WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"


class RedisServer:
    """Keys, their values, and when they expire."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._values: dict[str, Any] = {}
        self._ends: dict[str, float] = {}
        self._known = Known(self)

    def execute(self, name: str, *words: Any) -> Any:
        """Carry out a command, and answer as redis-py does."""
        return self._known[name](*words)

    def keys(self, part: str) -> list[str]:
        """Return the names of all keys with something in them."""
        return sorted(key for key in list(self._values) if part in key)

    def least(self, key: str) -> float:
        """Return the least score in a sorted set; infinite if it is empty."""
        return min(self._values.get(key, {}).values(), default=float("inf"))

    def kept(self) -> Callable[[], None]:
        """Return what has all be as it is now once more: what comes after is lost."""
        values, ends = deepcopy(self._values), dict(self._ends)

        def back() -> None:
            self._values, self._ends = values, ends

        return back

    # What stands under a key

    def _at(self, key: str, kind: type) -> Any:
        ends = self._ends.get(key)
        if ends is not None and ends <= self._clock():
            self._forget(key)
        value = self._values.get(key)
        if value is not None and type(value) is not kind:
            raise redis.ResponseError(WRONG_TYPE)
        return value

    def _made(self, key: str, kind: type) -> Any:
        value = self._at(key, kind)
        if value is None:
            value = self._values[key] = kind()
        return value

    def _forget(self, key: str) -> None:
        self._values.pop(key, None)
        self._ends.pop(key, None)

    def _tidy(self, key: str) -> None:
        if not self._values.get(key):
            self._forget(key)

    # Strings

    def _get(self, key: str) -> str | None:
        found: str | None = self._at(key, str)
        return found

    def _set(self, key: str, value: object, *options: Any) -> bool | None:
        if "NX" in options and self._at(key, str) is not None:
            return None
        self._forget(key)
        self._values[key] = str(value)
        for unit, seconds in (("EX", 1.0), ("PX", 0.001)):
            if unit in options:
                count = options[options.index(unit) + 1]
                self._ends[key] = self._clock() + int(count) * seconds
        return True

    # Keys

    def _del(self, *keys: str) -> int:
        there = [key for key in keys if key in self._values]
        for key in there:
            self._forget(key)
        return len(there)

    def _expire(self, key: str, seconds: Any) -> int:
        if key not in self._values:
            return 0
        self._ends[key] = self._clock() + int(seconds)
        return 1

    def _persist(self, key: str) -> int:
        return int(self._ends.pop(key, None) is not None)

    # Hashes

    def _hget(self, key: str, field: str) -> str | None:
        found: str | None = (self._at(key, dict) or {}).get(field)
        return found

    def _hmget(self, key: str, *fields: str) -> list[str | None]:
        there = self._at(key, dict) or {}
        return [there.get(field) for field in fields]

    def _hset(self, key: str, *pairs: Any) -> int:
        there = self._made(key, dict)
        before = len(there)
        words = list(map(str, pairs))
        there.update(zip(words[::2], words[1::2], strict=True))
        return len(there) - before

    def _hincrby(self, key: str, field: str, by: Any) -> int:
        there = self._made(key, dict)
        there[field] = str(int(there.get(field, 0)) + int(by))
        return int(there[field])

    # Lists

    def _rpush(self, key: str, *entries: Any) -> int:
        there: list[str] = self._made(key, list)
        there.extend(map(str, entries))
        return len(there)

    def _lrange(self, key: str, first: Any, last: Any) -> list[str]:
        there: list[str] = self._at(key, list) or []
        last = int(last)
        return there[int(first) : None if last == -1 else last + 1]

    # Sets

    def _sadd(self, key: str, *members: str) -> int:
        there: set[str] = self._made(key, set)
        before = len(there)
        there.update(members)
        return len(there) - before

    def _srem(self, key: str, *members: str) -> int:
        there: set[str] = self._at(key, set) or set()
        before = len(there)
        there.difference_update(members)
        self._tidy(key)
        return before - len(there)

    def _scard(self, key: str) -> int:
        return len(self._at(key, set) or ())

    def _smembers(self, key: str) -> list[str]:
        return sorted(self._at(key, set) or ())

    # Sorted sets

    def _zadd(self, key: str, *words: Any) -> int:
        *options, score, member = words
        there: Sorted = self._made(key, Sorted)
        new = member not in there
        if new or "NX" not in options:
            there[member] = float(score)
        return int(new)

    def _zrem(self, key: str, *members: str) -> int:
        there: Sorted = self._at(key, Sorted) or Sorted()
        gone = [there.pop(one, None) for one in members]
        self._tidy(key)
        return sum(one is not None for one in gone)

    def _zscore(self, key: str, member: str) -> str | None:
        score = (self._at(key, Sorted) or {}).get(member)
        return None if score is None else f"{score:.17g}"

    def _zcard(self, key: str) -> int:
        return len(self._at(key, Sorted) or ())

    def _zrange(self, key: str, first: int, last: int) -> list[str]:
        ranked = (self._at(key, Sorted) or Sorted()).ranked()
        return ranked[first : None if last == -1 else last + 1]

    def _zrangebyscore(
        self, key: str, _least: str, most: float, _limit: str, skip: int, count: int
    ) -> list[str]:
        there: Sorted = self._at(key, Sorted) or Sorted()
        due = [one for one in there.ranked() if there[one] <= most]
        return due[skip : skip + count]

    # Scripts

    def _eval(self, script: str, count: int, *words: Any) -> Any:
        keys, args = words[:count], words[count:]
        return SCRIPTS.run(script, self._known, keys, args)


class Known(Commands):
    """Commands by their names."""

    def __init__(self, server: RedisServer) -> None:
        super().__init__()
        self._server = server

    def __missing__(self, name: str) -> Callable[..., Any]:
        self[name] = known = getattr(self._server, f"_{name.lower()}")
        return known


class Sorted(dict[str, float]):
    """A sorted set: members and their scores."""

    def ranked(self) -> list[str]:
        return sorted(self, key=lambda member: (self[member], member))


WRAPPED = """
local function run(redis, KEYS, ARGV)
%s
end
return function(redis, count, ...)
    return run(redis, {unpack({...}, 1, count)}, {unpack({...}, count + 1)})
end
"""
"""How a script is called: tables are made there, quicker than from here."""


class Scripts:
    """The Lua in which Redis runs scripts, each compiled once.

    It holds no server: Python's garbage collector does not see what Lua holds.
    """

    def __init__(self) -> None:
        self._lua = LuaRuntime(unpack_returned_tuples=True)
        self._redis = self._lua.table(call=self._call, pcall=self._call)
        self._compiled: dict[str, Any] = {}
        self._commands = Commands()

    def run(
        self, script: str, commands: Commands, keys: Sequence[Any], args: Sequence[Any]
    ) -> Any:
        """Run a script over the commands of a server."""
        run = self._compiled.get(script)
        if run is None:
            run = self._compiled[script] = self._lua.execute(WRAPPED % script)
        words = [one if type(one) is str else _word(one) for one in args]
        self._commands = commands
        told = run(self._redis, len(keys), *keys, *words)
        return None if told is False else told

    def _call(self, name: str, *words: Any) -> Any:
        answer = self._commands[name](*words)
        if answer is None:
            return False
        return self._lua.table_from(answer) if isinstance(answer, list) else answer


def _word(word: object) -> str:
    """Return an argument as it goes over the line."""
    return repr(word) if isinstance(word, float) else str(word)


SCRIPTS = Scripts()

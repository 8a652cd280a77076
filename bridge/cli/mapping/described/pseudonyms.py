"""One thing for another: words, numbers, days and times that are nobody's.

Everything that was learned gets another value of its own kind, the same one wherever it
stands; days and times of day keep their order.  Nothing leads back: they are drawn by
chance, and no table of them is kept.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from random import Random

STAMP = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:([T ])(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
"""A day, alone or with a time of day."""

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
"""Between them, eight digits are taken for a day."""

BEGIN, END = date(1950, 1, 1), date(2024, 12, 31)
"""Where the days come from."""

SHORTEST = 3
"""Characters of a word by which somebody could be known."""

TRIES = 100

OTHERS = "åäöéü"


class Pseudonyms:
    """Draws what stands for what; everything is learned before anything is asked."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._learned: set[str] = set()
        self._drawn: dict[str, str] = {}
        self._taken: set[str] = set()
        self._days: set[date] = set()
        self._times: set[time] = set()
        self._stamps: tuple[dict[date, date], dict[time, time]] | None = None

    def learn(self, text: str) -> None:
        """Remember what is in a text, so that nothing else comes to be called so."""
        for piece, is_word in pieces(text):
            if is_word:
                self._learned.add(_plain(piece))
        for within in STAMP.finditer(text):
            if day := _day(within):
                self._days.add(day)
        if found := STAMP.fullmatch(text):
            if day := _day(found):
                self._days.add(day)
            if (at := _time(found)) and not _is_round(at):
                self._times.add(at)

    def text(self, text: str, kept: Callable[[str], bool] = lambda _: False) -> str:
        """Return a text of the same build; ``kept`` says which of its words stay."""
        if found := STAMP.fullmatch(text):
            stamped = self._stamped(found)
            if stamped:
                return stamped
        return "".join(
            self.word(piece) if is_word and not kept(piece) else piece
            for piece, is_word in pieces(text)
        )

    def word(self, word: str) -> str:
        """Return another word with as many letters and digits, large and small."""
        found = STAMP.fullmatch(word)
        if found and (stamped := self._stamped(found)):
            return stamped
        plain = _plain(word)
        if plain not in self._drawn:
            self._drawn[plain] = self._draw(plain)
        other = self._drawn[plain]
        if len(plain) != len(word):
            return other
        cased = [
            new.upper() if old.isupper() else new
            for old, new in zip(word, other, strict=False)
        ]
        return "".join(cased) + other[len(word) :]

    def _draw(self, plain: str) -> str:
        if not plain.strip("0"):
            return plain  # nothing, in as many digits
        for attempt in range(TRIES * 3):
            # A short word may have no other one that is free: it gets longer.
            more = "x" * (attempt // TRIES) if plain[-1:].isalpha() else ""
            more = more or "1" * (attempt // TRIES)
            other = "".join(map(self._character, plain, _leading(plain))) + more
            known = other in self._learned and len(other) >= SHORTEST
            if other != plain and other not in self._taken and not known:
                break
        self._taken.add(other)
        return other

    def _character(self, one: str, first: bool) -> str:
        if one in string.digits:
            return self._random.choice("123456789" if first else string.digits)
        if one.isascii():
            return self._random.choice(string.ascii_lowercase)
        return self._random.choice(OTHERS)

    def _stamped(self, found: re.Match[str]) -> str:
        """Return another day, and time of day, written alike; "" if it is no day."""
        day, at = _day(found), _time(found)
        if day is None or (found[4] and at is None):
            return ""
        days, times = self._stamps = self._stamps or self._ranked()
        between = "-" if "-" in found[0][:6] else ""
        if day not in days or not (at is None or at in times or _is_round(at)):
            return ""
        made = days[day].strftime(f"%Y{between}%m{between}%d")
        if at is None:
            return made
        at = times.get(at, at)
        made += f"{found[4]}{at:%H:%M}"
        if found[7]:
            made += f":{at:%S}"
        if found[8]:
            fraction = found[8][1:]
            made += "." + (self.word(fraction) if fraction.strip("0") else fraction)
        return made + (found[9] or "")

    def _ranked(self) -> tuple[dict[date, date], dict[time, time]]:
        """Draw as many days and times as there are, and give them out in order."""
        days = sorted(self._days)
        span = range(max((END - BEGIN).days, 4 * len(days)))
        drawn = self._random.sample(span, 2 * len(days))
        free = [BEGIN + timedelta(one) for one in drawn]
        others = sorted([one for one in free if one not in self._days][: len(days)])
        seconds = sorted(self._random.sample(range(86400), len(self._times)))
        return (
            dict(zip(days, others, strict=True)),
            dict(zip(sorted(self._times), map(_clock, seconds), strict=True)),
        )


def pieces(text: str) -> Iterable[tuple[str, bool]]:
    """Take a text apart: words of letters and digits, and what stands between them."""
    piece, was = "", False
    for one in text:
        is_word = one.isascii() and one.isalnum()
        # Beyond ASCII only what is plainly no letter stays: a mark may be half of one.
        is_word |= not one.isascii() and unicodedata.category(one)[0] not in "SPZ"
        if piece and is_word != was:
            yield piece, was
            piece = ""
        piece, was = piece + one, is_word
    if piece:
        yield piece, was


def _plain(word: str) -> str:
    return word.lower()


def _leading(word: str) -> list[bool]:
    """Say of each character whether it is a number's first: that is never 0 here."""
    return [at == 0 and one != "0" for at, one in enumerate(word)]


def _day(found: re.Match[str]) -> date | None:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def _time(found: re.Match[str]) -> time | None:
    if not found[4]:
        return None
    try:
        return time(int(found[5]), int(found[6]), int(found[7] or 0))
    except ValueError:
        return None


def _is_round(at: time) -> bool:
    """Whether a time is an hour: where a day begins, in one zone or another."""
    return not (at.minute or at.second)


def _clock(seconds: int) -> time:
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)

"""Time zones of people: by name, or the one of a country.

From the package tzdata, so that every machine knows the same ones.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

MOST = ("most", "mainland")
"""What the table's remarks say of the zone in which nearly all of a country lives."""


def zone(name: str) -> ZoneInfo:
    """Return a zone by its name, as ``Europe/Stockholm``; ``ValueError`` if unknown."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise ValueError(
            "must be the name of a time zone, such as Europe/Stockholm"
        ) from None


@cache
def zone_of(country: str) -> ZoneInfo:
    """Return the zone of a country (ISO 3166-1 alpha-2).

    UTC where a country has several, and none for nearly everybody in it: a wrong hour
    that looks right is worse than one that says what it is.
    """
    lines = (files("tzdata.zoneinfo") / "zone.tab").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    mine = [(row[2], "".join(row[3:])) for row in rows if row[0] == country]
    most = [name for name, remark in mine if any(word in remark for word in MOST)]
    if len(mine) > 1:
        mine = [(name, "") for name in most]
    return ZoneInfo(mine[0][0] if len(mine) == 1 else "UTC")

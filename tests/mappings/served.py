"""A CRM that is there for a bridge: what the tests before it have to know.

It does not know whether the CRM is a live one or a fake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

REDIS = """\
redis:
  url: unix://{valkey}
  prefix: one
"""


@dataclass(frozen=True)
class Served:
    """Where a CRM is, and what a bridge's configuration says about it."""

    url: str
    key: str
    """What lets the bridge in, as it stands in the configuration."""
    sites: str
    """``sites:`` with one site ``shop``, and its user ``till`` with ``secret``."""

    @property
    def nowhere(self) -> dict[str, str]:
        """What to replace to have nothing answer at the CRM's address."""
        return {f":{urlsplit(self.url).port}": ":1"}


OTHER_BRIDGE = {"prefix: one": "prefix: two"}
"""What to replace to have a bridge that knows nothing of the first one."""


def replaced(text: str, values: Mapping[str, str]) -> str:
    """Put new text in the place of old, all of which is there."""
    for old, new in values.items():
        assert old in text, old
        text = text.replace(old, new)
    return text

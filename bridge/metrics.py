"""What the bridge counts.  The only file that knows prometheus_client.

No label ever carries personal data, an id or a text: only names from the
configuration, from the SPI and from this code.
"""

from __future__ import annotations

from prometheus_client import Counter

REPAIRS = Counter(
    "sitoo_bridge_repairs_total",
    "Properties of a CRM's answers that were repaired, left out or dropped",
    ["site", "property", "what"],
)

"""The loose values that a mapping may hand over; the SPI edge makes them strict."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

Amount = Decimal | int | str
"""Money or a quantity: never a float."""

Moment = datetime | int | str
"""An aware datetime, Unix seconds, or ISO 8601 with an offset."""

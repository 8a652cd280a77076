"""How the two systems of a site belong together, as the configuration says it."""

from __future__ import annotations

from typing import Literal

FoundBy = Literal["customer_id", "member_number", "email"]
"""What of a customer of the one system finds them in the other."""

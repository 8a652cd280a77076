"""Whoever could stand between a POS and a CRM, each doing the same with one card.

All of them read one card upstream and translate it into the SPI's customer with its
promotions; the first two hand it on as it is.  Two processes and 64 threads, where
there are such things; the bridge with credentials, checks, metrics and logs besides.
"""

from __future__ import annotations

from bench.candidates.start import CANDIDATES, CARD, CUSTOMER, Missing

__all__ = ["CANDIDATES", "CARD", "CUSTOMER", "Missing"]

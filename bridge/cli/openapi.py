"""``sitoo-bridge openapi``: the API description without a running server."""

from __future__ import annotations

"""How the CRM says no."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer that is not a success: a status, a code and what the code is about."""

    def __init__(self, status: int, code: str, **details: Any) -> None:
        self.status = status
        self.body = {"error": {"code": code, **details}}
        super().__init__(code)

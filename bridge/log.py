"""How the bridge logs.  First form: only the request id that every line carries."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")

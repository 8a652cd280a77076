"""Where a request comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where a request comes from; "" for what the POS did not say.

    The ids are the POS's claim: good for tracing, never for deciding who may do what.
    """

    site: str
    store_id: str = ""
    staff_id: str = ""
    register_id: str = ""
    request_id: str = ""
    traceparent: str = ""

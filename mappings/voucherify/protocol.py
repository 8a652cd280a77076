"""How Voucherify's API v2018-08-01 is talked to: REST, with two headers for a key.

The secret key comes from the site's ``auth``; the application id, which is none, goes
with each call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bridge.errors import Failing, NotFound
from bridge.mapping import Signals, Upstream, quote
from mappings.voucherify import refusals
from mappings.voucherify.options import Options

Json = dict[str, Any]

APP_ID = "X-App-Id"

OWN_ID = "cust_"
"""How ids begin that Voucherify gives; it finds a customer by a source id as well."""

PAGE = 100
"""Records in one answer: no list gives more (``ParameterLimit``)."""

LAST_PAGE = 99
"""Of a list that is read by numbers, no page has a higher one (``ParameterPage99``)."""

SIGNALS = Signals(
    throttled=frozenset({(400, "multiple_requests"), (409, "multiple_requests")}),
    retry_at=("X-Rate-Limit-Retry",),
)
"""``multiple_requests`` says that a redemption of the same voucher is under way, and
that this one was not begun (errors.mdx)."""


class Voucherify:
    """One project, for the time of one request."""

    def __init__(self, upstream: Upstream, options: Options) -> None:
        self._upstream = upstream
        self._options = options

    @property
    def _headers(self) -> dict[str, str]:
        return {APP_ID: self._options.app_id}

    def get(self, path: str, **query: Any) -> Any:
        return self._upstream.get(path, query=query, headers=self._headers)

    def put(self, path: str, body: Json) -> Any:
        return self._upstream.put(path, json=body, headers=self._headers)

    def post(self, path: str, body: Json, *, reads: bool = False) -> Any:
        return self._upstream.post(path, json=body, headers=self._headers, reads=reads)

    def customer(self, customer_id: str) -> Json:
        """Return a customer by id or source id; raise ``NotFound``."""
        return dict(self.get(f"/v1/customers/{quote(customer_id)}"))

    def customer_if_any(self, customer_id: str) -> Json | None:
        try:
            return self.customer(customer_id)
        except NotFound:
            return None

    def with_email(self, email: str) -> list[Json]:
        """Return who has an e-mail address, the newest first."""
        rows: list[Json] = self.get("/v1/customers", email=email)["customers"]
        return [
            row for row in rows if (row.get("email") or "").lower() == email.lower()
        ]

    def holdings(self, customer_id: str) -> list[Json]:
        """Return what has been assigned to a customer, used or not."""
        path, query = f"/v1/customers/{quote(customer_id)}/redeemables", {"limit": PAGE}
        rows: list[Json] = []
        while True:
            page = self.get(path, **query)
            rows += page["data"]
            if not page["has_more"]:
                return rows
            query["starting_after_id"] = page["more_starting_after"]

    def tiers(self, customer_id: str) -> list[Json]:
        """Return the promotion tiers that a customer qualifies for.

        Without goods: what a till has in its cart, the SPI does not say.
        """
        options: Json = {
            "limit": 50,
            "expand": ["redeemable"],
            "filters": {
                "resource_type": {"conditions": {"$is": ["promotion_tier"]}},
            },
        }
        asked = {
            "customer": {"id": customer_id},
            "order": {"amount": 100},
            "scenario": "ALL",
            "options": options,
        }
        rows: list[Json] = []
        while True:
            page = self.post("/v1/qualifications", asked, reads=True)["redeemables"]
            rows += page["data"]
            if not page["has_more"]:
                return rows
            options["starting_after"] = rows[-1]["created_at"]

    def redemptions(self, customer_id: str, *, pages: int = LAST_PAGE) -> list[Json]:
        """Return a customer's redemptions and rollbacks, the newest first.

        With fewer than all ``pages``, older ones may be missing.  Where even all do not
        reach the end, nobody can say what is not there: ``Unavailable``.
        """
        return [row for page in self._redemptions(customer_id, pages) for row in page]

    def _redemptions(self, customer_id: str, pages: int) -> Iterator[list[Json]]:
        query = {"customer": customer_id, "limit": PAGE, "order": "-created_at"}
        for number in range(1, pages + 1):
            page = self.get("/v1/redemptions", **query, page=number)
            # Of a customer who is not there it says nothing at all.
            rows = page["redemptions"] if page != {} else []
            yield rows
            if len(rows) < PAGE:
                return
        if pages == LAST_PAGE:
            raise Failing(detail=refusals.LIST_IS_FULL)

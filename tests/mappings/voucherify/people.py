"""What every part of a project of our own goes by, and its customers.

``Rules`` has what differs between projects, or what Voucherify's description leaves
open: tests switch it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from bridge.testing import Call, FakeCrm, Refusal, on
from tests.mappings.description import Description, Witness
from tests.mappings.voucherify.records import (
    Json,
    Redeemable,
    customer_shown,
)

APP_ID = "8a5c0b1e-app"
SECRET = "3f1d9c7a-secret"

STATUSES = {401: "unauthorized", 404: "not_found", 415: "unsupported_media_type"}


@dataclass
class Rules:
    """What differs between projects, or is not described."""

    partial: bool = False
    replaces_metadata: bool = True
    metadata_on_children: bool = True
    lone_has_parent: bool = False
    children_name_parent: bool = True
    skips_no_effect: bool = True
    nothing_of_nobody: bool = False
    lax_about_email: bool = False
    list_is_late: bool = False
    empty_if_nothing: bool = False


@dataclass
class Clock:
    """The project's time."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 26, tzinfo=UTC))

    def __call__(self) -> str:
        self.now += timedelta(milliseconds=1)
        return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def pass_(self, *, days: int) -> None:
        self.now += timedelta(days=days)


class Customers(FakeCrm):
    """What every part of the API has, and customers."""

    def __init__(self, description: Description | None = None) -> None:
        super().__init__()
        self.witness = Witness(description)
        self.rules = Rules()
        self.clock = Clock()
        self.customers: dict[str, Json] = {}
        self.redeemables: dict[str, Redeemable] = {}
        self.redemptions: list[Json] = []
        self.calls: list[Call] = []
        self.number = itertools.count(1)
        self.out_of_order = 0
        self.busy = 0
        self.forbidden: set[str] = set()

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{next(self.number):024x}"

    def answered(self, call: Call) -> tuple[int, Any]:
        status, body = super().answered(call)
        self.witness(call, status, body)
        return status, body

    def answer(self, call: Call) -> Any:
        self.calls.append(call)
        sent = call.headers
        if (sent.get("x-app-id"), sent.get("x-app-token")) != (APP_ID, SECRET):
            refuse(401)
        if self.out_of_order:
            refuse(self.out_of_order)
        if call.path in self.forbidden:
            refuse(403)
        if call.method != "GET":
            if sent.get("content-type") != "application/json":
                refuse(415)
            if not isinstance(call.body, dict):
                refuse(400, "invalid_payload")
        try:
            return super().answer(call)
        except Refusal as refusal:
            if refusal.body is None:
                refuse(refusal.status)
            raise

    # Customers

    @on("GET", "/v1/customers")
    def list_customers(self, call: Call) -> Json:
        only(call.query, "email", "limit", "page")
        found = [
            one
            for one in reversed(self.customers.values())
            if self.rules.lax_about_email
            or call.query.get("email") in (None, one["email"])
        ]
        page = found[: limit(call.query, 100, 10)]
        return {
            "object": "list",
            "data_ref": "customers",
            "customers": [customer_shown(one) for one in page],
            "total": len(found),
        }

    @on("POST", "/v1/customers")
    def create_customer(self, call: Call) -> Json:
        return customer_shown(self.upsert(call.body))

    @on("GET", "/v1/customers/{id}")
    def get_customer(self, call: Call, customer_id: str) -> Json:
        return customer_shown(self.customer(customer_id))

    @on("PUT", "/v1/customers/{id}")
    def update_customer(self, call: Call, customer_id: str) -> Json:
        row = self.customer(customer_id)
        self.write(row, call.body)
        return customer_shown(row)

    def customer(self, customer_id: str) -> Json:
        everybody = self.customers.values()
        ids = ((one, (one["id"], one["source_id"])) for one in everybody)
        found = next((one for one, theirs in ids if customer_id in theirs), None)
        return found or refuse(404, "resource_not_found")

    def upsert(self, body: Json) -> Json:
        """Change whoever has the source id, without a word, or add somebody."""
        if "id" in body:
            return self.customer(body["id"])
        for one in self.customers.values():
            if body.get("source_id") == one["source_id"] is not None:
                self.write(one, body)
                return one
        row: Json = {
            "id": self.new_id("cust"),
            "source_id": body.get("source_id"),
            "created_at": self.clock(),
            "address": None,
            "metadata": {},
        }
        row |= dict.fromkeys(("name", "email", "phone", "birthdate"))
        self.customers[row["id"]] = row
        self.write(row, body)
        return row

    def write(self, row: Json, body: Json) -> None:
        texts = ("name", "email", "phone", "birthdate")
        only(body, *texts, "source_id", "address", "metadata")
        if any(not isinstance(body.get(key, ""), str) for key in texts):
            refuse(400, "invalid_customer")
        if body.get("birthdate") is not None:
            datetime.strptime(body["birthdate"], "%Y-%m-%d").replace(tzinfo=UTC)
        for key in texts:
            if key in body:
                row[key] = body[key] or None
        if "address" in body:
            row["address"] = body["address"] and dict(body["address"])
        if "metadata" in body:
            had = {} if self.rules.replaces_metadata else row["metadata"]
            row["metadata"] = {**had, **body["metadata"]}


def refuse(status: int, key: str = "") -> NoReturn:
    key = key or STATUSES.get(status, "not_allowed")
    said = {"code": status, "key": key, "message": f"{key}: Anna, anna@example.org"}
    raise Refusal(status, said | {"request_id": "v-0"})


def only(sent: Json, *known: str) -> None:
    if not sent.keys() <= {*known}:
        refuse(400, "invalid_payload")


def limit(query: dict[str, str], most: int, default: int) -> int:
    size = int(query.get("limit", default))
    if not 1 <= size <= most:
        refuse(400, "invalid_query_params")
    return size

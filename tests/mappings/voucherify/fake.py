"""A Voucherify project of our own, as far as the mapping uses one: unforgiving.

Made after Voucherify's description of API v2018-08-01 and its guides.  What those leave
open, tests switch: see ``Rules``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bridge.testing import Call, on
from tests.mappings.voucherify.people import (
    APP_ID,
    SECRET,
    Customers,
    limit,
    only,
    refuse,
)
from tests.mappings.voucherify.records import (
    Json,
    Refused,
    holding_shown,
    redemption_shown,
    tier_shown,
)
from tests.mappings.voucherify.stacking import apply

__all__ = ["APP_ID", "SECRET", "Project"]


class Project(Customers):
    """One project and its API."""

    # What can be redeemed

    @on("GET", "/v1/customers/{id}/redeemables")
    def list_redeemables(self, call: Call, customer_id: str) -> Json:
        only(call.query, "limit", "starting_after_id", "order")
        owner = self.customer(customer_id)["id"]
        rows = [one for one in self.redeemables.values() if one.owner == owner]
        ids = [one.holding for one in rows]
        after = call.query.get("starting_after_id")
        start = ids.index(after) + 1 if after else 0
        page = rows[start:][: limit(call.query, 100, 10)]
        more = start + len(page) < len(rows)
        answer = {
            "object": "list",
            "data_ref": "data",
            "data": [holding_shown(one, self.clock.now) for one in page],
            "total": len(rows),
            "has_more": more,
        }
        return answer | ({"more_starting_after": page[-1].holding} if more else {})

    @on("POST", "/v1/qualifications")
    def qualify(self, call: Call) -> Json:
        """Tell which tiers a customer may have, however often it was redeemed."""
        options = call.body.get("options", {})
        only(call.body, "customer", "order", "scenario", "options")
        if options.get("limit", 5) > 50:
            refuse(400, "invalid_payload")
        self.upsert(call.body["customer"])
        wanted = options["filters"]["resource_type"]["conditions"]["$is"]
        after = options.get("starting_after")
        rows = [
            one
            for one in reversed(self.redeemables.values())
            if one.object in wanted
            and one.state(self.clock.now) == "ACTIVE"
            and one.minimum <= call.body["order"]["amount"]
        ]
        rows = [one for one in rows if after is None or one.created_at < after]
        page = rows[: options.get("limit", 5)]
        expanded = "redeemable" in options.get("expand", ())
        data = {
            "object": "list",
            "data_ref": "data",
            "data": [tier_shown(one, expanded=expanded) for one in page],
            "total": len(page),
            "has_more": len(page) < len(rows),
        }
        return {"redeemables": data, "tracking_id": "track_1"}

    # Redeeming

    @on("POST", "/v1/redemptions")
    def redeem(self, call: Call) -> Json:
        body = call.body
        if self.busy:
            self.busy -= 1
            refuse(400, "multiple_requests")
        only(body, "customer", "redeemables", "order", "metadata", "options")
        owner = self.upsert(body["customer"])
        try:
            applied, failed = apply(self, owner, body)
        except Refused as refused:
            refuse(400, refused.key)
        if not applied and not self.rules.empty_if_nothing:
            refuse(400, failed[0]["result"].get("error", {}).get("key") or "no_effect")
        parent = None
        if len(applied) > 1 or self.rules.lone_has_parent:
            parent = self.new_id("r")
        ours = body.get("metadata") or {}
        theirs = ours if self.rules.metadata_on_children or not parent else {}
        rows = [self.record(one, owner, parent, theirs) for one in applied]
        if parent:
            stack = {"object": "redemption", "id": parent, "units": None}
            self.record(stack, owner, None, ours, parent)
        expand = body.get("options", {}).get("expand", ())
        shown = [
            redemption_shown(r, with_metadata="redemption" in expand) for r in rows
        ]
        if not self.rules.children_name_parent:
            shown = [one | {"redemption": None} for one in shown]
        answer = {
            "redemptions": shown,
            "inapplicable_redeemables": [f for f in failed if "error" in f["result"]],
            "skipped_redeemables": [f for f in failed if "error" not in f["result"]],
        }
        if parent:
            answer["parent_redemption"] = redemption_shown(self.redemptions[-1])
        return answer

    def record(
        self,
        spent: Json,
        owner: Json,
        parent: str | None,
        metadata: Json,
        own_id: str | None = None,
    ) -> Json:
        row = {
            "id": own_id or self.new_id("r"),
            "object": "redemption",
            "date": self.clock(),
            "at": self.clock.now,
            "customer": owner,
            "metadata": metadata,
            "redemption": parent,
            "status": "SUCCEEDED",
            "spent": spent,
        }
        self.redemptions.append(row)
        return row

    @on("GET", "/v1/redemptions")
    def list_redemptions(self, call: Call) -> Json:
        only(call.query, "customer", "limit", "page", "order", "result")
        number = int(call.query.get("page", "1"))
        if not 1 <= number <= 99 or call.query.get("order") != "-created_at":
            refuse(400, "invalid_query_params")
        who = call.query["customer"]
        rows = [
            row
            for row in reversed(self.redemptions)
            if who in (row["customer"]["id"], row["customer"]["source_id"])
        ]
        if self.rules.list_is_late:
            rows = []
        if self.rules.nothing_of_nobody and not rows:
            return {}
        size = limit(call.query, 100, 10)
        page = rows[(number - 1) * size : number * size]
        return {
            "object": "list",
            "data_ref": "redemptions",
            "redemptions": [redemption_shown(row) for row in page],
            "total": len(rows),
        }

    @on("POST", "/v1/redemptions/{id}/rollbacks")
    def roll_back(self, call: Call, parent: str) -> Json:
        only(call.body, "reason", "tracking_id", "customer", "order", "metadata")
        row = next((r for r in self.redemptions if r["id"] == parent), None)
        if row is None:
            refuse(404, "resource_not_found")
        if row["redemption"] or row["object"] != "redemption":
            refuse(400, "invalid_redemption_parent")
        if row["status"] == "ROLLED_BACK":
            refuse(400, "already_rolled_back")
        if self.clock.now - row["at"] > timedelta(days=92):
            refuse(400, "invalid_rollback_params")
        family = [r for r in self.redemptions if parent in (r["id"], r["redemption"])]
        backs = []
        for one in family:
            one["status"] = "ROLLED_BACK"
            if one["spent"]["object"] != "redemption":
                self.redeemables[one["spent"]["id"]].give_back(one)
            back = one | {
                "id": self.new_id("rr"),
                "object": "redemption_rollback",
                "date": self.clock(),
                "status": "SUCCEEDED",
                "redemption": one["id"],
            }
            self.redemptions.append(back)
            backs.append(redemption_shown(back))
        return {"rollbacks": backs[: len(backs) - (len(backs) > 1)]}

    # What tests ask

    def uses(self, item_id: str) -> list[str]:
        """Return the references that a voucher or tier is redeemed under now."""
        thing = item_id.partition(":")[0]
        return [self.reference(row) for row in self.standing(thing)]

    def standing(self, thing: str) -> Iterator[Json]:
        for row in self.redemptions:
            alive = row["object"] == "redemption" and row["status"] == "SUCCEEDED"
            if alive and row["spent"]["id"] == thing:
                yield row

    def reference(self, row: Json) -> str:
        parents = [r for r in self.redemptions if r["id"] == row["redemption"]]
        metadata = {**(parents[0]["metadata"] if parents else {}), **row["metadata"]}
        return str(metadata["sitoo_reference"])

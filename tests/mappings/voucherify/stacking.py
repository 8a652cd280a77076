"""What Voucherify makes of the redeemables of one redemption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.mappings.voucherify.records import Json, Redeemable, Refused

if TYPE_CHECKING:
    from tests.mappings.voucherify.fake import Project


def apply(project: Project, owner: Json, body: Json) -> tuple[list[Json], list[Json]]:
    """Spend what can be spent; return what was, and what was not and why.

    With the rule "All" everything is looked at before anything is spent.  Whose a
    voucher is is not looked at: that takes a rule of the retailer's.
    """
    asked = body["redeemables"]
    if not all({"object", "id"} <= one.keys() for one in asked):
        raise Refused("invalid_payload")
    keys = [(one["object"], one["id"]) for one in asked]
    if not 1 <= len(asked) <= 30 or len({*keys}) < len(keys):
        raise Refused("invalid_payload")
    left = body.get("order", {}).get("amount")
    if left is not None and (not isinstance(left, int) or left < 1):
        raise Refused("invalid_amount")
    plans: list[tuple[Redeemable, Json]] = []
    failed: list[Json] = []
    for one in asked:
        thing = next((r for r in project.redeemables.values() if r.is_(one)), None)
        try:
            spent = _looked_at(project, thing, owner, one, left)
        except Refused as refused:
            failed.append(_inapplicable(one, refused.key))
            continue
        if not (spent["takes"] or "gives" in spent) and project.rules.skips_no_effect:
            failed.append(_skipped(one))
            continue
        assert thing is not None
        left = None if left is None else left - spent["takes"]
        plans.append((thing, spent))
    if failed and not project.rules.partial:
        key = failed[0]["result"].get("error", {"key": "no_effect"})["key"]
        raise Refused(key)
    return [thing.spend(spent) for thing, spent in plans], failed


def _looked_at(
    project: Project, thing: Redeemable | None, owner: Json, one: Json, left: Any
) -> Json:
    if thing is None:
        raise Refused("resource_not_found")
    state = thing.state(project.clock.now)
    if state != "ACTIVE":
        raise Refused(STATES[state])
    if left is None:
        raise Refused("missing_amount")
    if left < 0 or (thing.minimum and left < thing.minimum):
        raise Refused("order_rules_violated")
    uses = [r for r in project.standing(thing.id) if r["customer"] is owner]
    if thing.once and uses:
        raise Refused("redemption_rules_violated")
    return thing.plan(one, left)


STATES = {
    "USED": "quantity_exceeded",
    "NO_BALANCE": "quantity_exceeded",
    "DISABLED": "voucher_disabled",
    "NOT_ACTIVE_YET": "voucher_not_active",
    "EXPIRED": "voucher_expired",
}


def _inapplicable(one: Json, key: str) -> Json:
    error = {"code": 400, "key": key, "message": f"{key}: Anna, anna@example.org"}
    return {
        "status": "INAPPLICABLE",
        "id": one["id"],
        "object": one["object"],
        "result": {"error": error, "details": {"key": key, "message": key}},
    }


def _skipped(one: Json) -> Json:
    return {
        "status": "SKIPPED",
        "id": one["id"],
        "object": one["object"],
        "result": {"details": {"key": "no_effect", "message": "No effect"}},
    }

"""Voyado's API as it is described: version 2 by its SDK, version 3 by its pages.

The document of version 2 was derived from a published SDK; it has no refusals and says
of no member that it must be there.  Here it is made strict, and completed by what
developer.voyado.com says of version 3 (read in November 2026): where version 3 only
repeats a path, it is that of version 2.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from tests.mappings.description import Description
from tests.mappings.voyado.fake import ATTRIBUTES, CONSENTS, PREFERENCES

Json = dict[str, Any]

DOCUMENT = "voyado-engage-v2-derived.openapi.json"

HEADERS = {"Content-Type": "application/json", "User-Agent": "", "apikey": ""}
"""developer.voyado.com, "API authentication": on each and every request."""

REPEATED = (
    "/contacts/id",
    "/contacts/{contactId}",
    "/contacts",
    "/point-accounts",
)
"""Paths that version 3 has as version 2 has them."""

REFUSALS = {
    "GET /api/v3/contacts/id": {
        400: (
            *("InvalidEmailAddress", "InvalidPhoneNumber", "InvalidContactType"),
            *("InvalidSocialSecurityNumber", "InvalidSearchQuery"),
        ),
        404: ("ContactNotFound",),
        409: ("MultipleMatches",),
    },
    "POST /api/v3/reward-vouchers/{rewardVoucherId}/redeem": {
        400: ("InvalidRewardVoucherId",),
        404: ("RewardVoucherNotFound",),
        409: ("RewardVoucherAlreadyRedeemed", "RewardVoucherExpired"),
    },
    "POST /api/v3/reward-vouchers/{rewardVoucherId}/reactivate": {
        400: ("InvalidRewardVoucherId",),
        404: ("RewardVoucherNotFound",),
        409: (
            *("RewardVoucherAlreadyActivated", "RewardVoucherExpired"),
            "ReactivationLimitExceeded",
        ),
    },
    "POST /api/v2/promotions/codes/{promotionId}/redeem": {
        400: ("NotAValidRedemptionChannel", "InvalidPromotionIdNoData"),
        404: ("PromotionNotFound", "PromotionNotAssociatedWithContact"),
        409: ("PromotionNotValidForRedemptionChannel", "PromotionAlreadyRedeemed"),
    },
}
"""The pages "Find contact", "Redeem a voucher", "Reactivate a voucher", "Redeem a
promotion": status and codes of each."""

VOUCHER = {
    "type": "object",
    "required": ["id", "voucherNumber", "name", "redeemed", "expiresOn", "value"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "voucherNumber": {"type": "string"},
        "name": {"type": "string"},
        "redeemedOn": {"type": "string", "format": "date-time"},
        "redeemed": {"type": "boolean"},
        "expiresOn": {"type": "string", "format": "date-time"},
        "value": {"$ref": "#/components/schemas/VoucherValue"},
        "localValues": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/VoucherValue"},
        },
        "points": {"type": "number"},
    },
}
"""The page "Vouchers", with its example of an answer."""

VALUE = {
    "type": "object",
    "required": ["currency", "amount"],
    "properties": {"currency": {"type": "string"}, "amount": {"type": "number"}},
}
PAGE = {
    "type": "object",
    "required": ["items", "count", "offset", "totalCount"],
    "properties": {
        "items": {"type": "array", "items": VOUCHER},
        "count": {"type": "integer"},
        "offset": {"type": "integer"},
        "totalCount": {"type": "integer"},
    },
}

CHANGE = {
    "type": "object",
    "properties": {
        **{name: {"type": "string", "nullable": True} for name in ATTRIBUTES},
        "preferences": {
            "type": "object",
            "properties": {name: {"type": "boolean"} for name in PREFERENCES},
        },
        "consents": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "value"],
                "properties": {
                    "id": {"type": "string", "enum": list(CONSENTS)},
                    "value": {"type": "boolean"},
                    "source": {"type": "string"},
                    "comment": {"type": "string"},
                },
            },
        },
    },
}
"""What this tenant's contacts can be sent: Voyado drops all else without a word."""

CONTACT = {
    **CHANGE,
    "properties": {**CHANGE["properties"], "contactType": {"type": "string"}},
}  # type: ignore[dict-item]


def description(directory: Path) -> Description:
    """Put together what the mapping and the fake are held against."""
    document: Json = json.loads((directory / DOCUMENT).read_text("utf-8"))
    paths: Json = document["paths"]
    for path in REPEATED:
        paths[f"/api/v3{path}"] = copy.deepcopy(paths[f"/api/v2{path}"])
    del paths["/api/v3/contacts/{contactId}"]["post"]  # PATCH it is, in version 3
    del paths["/api/v3/contacts/{contactId}"]["delete"]
    find = paths["/api/v3/contacts/id"]["get"]
    find["parameters"] = [one for one in find["parameters"] if one["name"] != "any"]
    change = copy.deepcopy(paths["/api/v3/contacts/{contactId}"]["get"])
    paths["/api/v3/contacts/{contactId}"]["patch"] = change | _takes(CHANGE)
    create = paths["/api/v3/contacts"]["post"]
    create |= _takes(CONTACT)
    for parameter in create["parameters"]:
        parameter["in"] = "query"
    paths |= _vouchers()
    document["components"]["schemas"]["VoucherValue"] = VALUE
    for path, operations in paths.items():
        for method, operation in operations.items():
            operation.pop("operationId", None)  # must be unique, and copies are not
            _refuses(operation, REFUSALS.get(f"{method.upper()} {path}"))
    return Description(document, headers=HEADERS)


def _vouchers() -> Json:
    owner = {"name": "contactId", "in": "query", "required": True}
    listed = [
        {**owner, "schema": {"type": "string", "format": "uuid"}},
        *(
            {"name": name, "in": "query", "schema": {"type": "integer"}}
            for name in ("offset", "count")
        ),
    ]
    one = {"name": "rewardVoucherId", "in": "path", "required": True}
    chosen = [{**one, "schema": {"type": "string"}}]
    base = "/api/v3/reward-vouchers"
    return {
        base: {"get": _operation(listed, PAGE)},
        f"{base}/available": {"get": _operation(listed, PAGE)},
        f"{base}/{{rewardVoucherId}}/redeem": {"post": _operation(chosen, VOUCHER)},
        f"{base}/{{rewardVoucherId}}/reactivate": {
            "post": _operation(chosen, {"type": "string"})
        },
    }


def _operation(parameters: list[Json], answer: Json) -> Json:
    content = {"application/json": {"schema": answer}}
    answers = {"200": {"description": "OK", "content": content}}
    return {"parameters": parameters, "responses": answers}


def _takes(body: Json) -> Json:
    content = {"application/json": {"schema": body}}
    return {"requestBody": {"required": True, "content": content}}


def _refuses(operation: Json, codes: dict[int, tuple[str, ...]] | None) -> None:
    """Describe refusals: by their codes where a page lists them."""
    statuses: dict[Any, Any] = {"4XX": None} if codes is None else dict(codes)
    for status in (401, 403, 411, 500):
        statuses.setdefault(status, None)
    for status, known in statuses.items():
        code = {"type": "string", **({"enum": list(known)} if known else {})}
        told = {"errorCode": code, "message": {"type": "string"}}
        schema = {"type": "object", "properties": told}
        content = {"application/json": {"schema": schema}}
        operation["responses"][str(status)] = {"description": "", "content": content}

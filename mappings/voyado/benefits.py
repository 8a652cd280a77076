"""What a contact can redeem, and what else a card shows of Voyado."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bridge import model
from bridge.errors import Situation, _
from mappings.voyado.options import Options
from mappings.voyado.protocol import Json

POINTS = Situation(_("Points"))
UNTIL = _("{balance} (until {day})")

CHANNEL = "POS"
WHOLE_PERCENTS = range(1, 101)
"""The SPI has no form for others."""


def promotion(row: Json, currency: str) -> model.Promotion:
    channel = next(one for one in row["redemptionChannels"] if one["type"] == CHANNEL)
    texts = (row.get("description"), channel.get("instruction"))
    return model.Promotion(
        promotion_id=row["id"],
        promotion_type=worth(channel, currency),
        name=row.get("heading") or row["name"],
        redeemed=bool(row.get("redeemed")),
        description=next(filter(None, texts), None),
        date_redeemed=row.get("redeemedOn") or None,
    )


def worth(channel: Json, currency: str) -> model.PromotionType:
    """Translate what an offer gives; what a till cannot work out is the cashier's."""
    value = channel.get("value")
    match channel["valueType"]:
        case "PERCENT" if value is not None and value in WHOLE_PERCENTS:
            return model.CartPercent(value_int=int(value))
        case "MONEY":
            amount = amount_in(currency, value, channel.get("localValues"))
            if amount is not None:
                return model.CartAmount(value_money=amount)
        case "EXTERNALOFFER" if value:
            return model.Offer(value_string=str(value))
    return model.Manual()


def bonus_check(row: Json, currency: str) -> model.BonusCheck:
    return model.BonusCheck(
        bonus_check_id=row["id"],
        name=row["name"],
        # Without an amount in this currency the edge leaves it out, and says so.
        cart_amount=amount_in(currency, row["value"], row.get("localValues")),  # type: ignore[arg-type]
        redeemed=bool(row.get("redeemed")),
        date_redeemed=row.get("redeemedOn") or None,
    )


def amount_in(
    currency: str, value: Any, local_values: Sequence[Json] | None
) -> Decimal | None:
    """Return an amount in a currency, or in the group's for ""."""
    for one in map(_lowered, (value, *(local_values or ()))):
        if currency in ("", one.get("currency")):
            return None if one.get("amount") is None else Decimal(one["amount"])
    return None


def _lowered(value: Any) -> Json:
    """Return an amount as vouchers have it: in promotions it has capital letters."""
    if not isinstance(value, dict):
        return {}
    return {name.casefold(): one for name, one in value.items()}


def is_for_tills(row: Json) -> bool:
    return any(one["type"] == CHANNEL for one in row.get("redemptionChannels") or ())


def is_lapsed(row: Json, now: datetime) -> bool:
    expires = moment(row.get("expiresOn"))
    return expires is not None and expires < now


def moment(text: str | None) -> datetime | None:
    """Return a time; ``None`` where it does not say what time zone it is in."""
    found = datetime.fromisoformat(text) if text else None
    return found.astimezone(UTC) if found and found.tzinfo else None


def points(accounts: Sequence[Json]) -> list[model.CustomerSection]:
    lines = [
        model.SectionText(title=POINTS, text=_balance(account)) for account in accounts
    ]
    return [model.CustomerSection(title=POINTS, values=[*lines])] if lines else []


def _balance(account: Json) -> str:
    balance = f"{Decimal(account['balance']).normalize():f}"
    expires = (account.get("balanceExpires") or "")[:10]
    return Situation(UNTIL, balance=balance, day=expires) if expires else balance


def status(
    member: Json | None, unread: Sequence[str], options: Options
) -> model.CustomerStatus | None:
    """Say how a member stands, and what could not be read: it may be there."""
    if not member and not unread:
        return None
    told = member or {"statusColor": "green", "statusText": ""}
    color: Any = options.colors.get(str(told["statusColor"]).casefold(), "orange")
    known = model.CustomerStatus(color=color, text=told["statusText"] or "")
    return model.unread(*unread, known=known) if unread else known


def consent(definition: Json, language: str) -> model.Consent:
    """Show a consent as Voyado puts it together: its text, and that of its link."""
    meta = definition.get("metaData") or {}
    texts = [meta.get(part) or {} for part in ("displayText", "linkText")]
    said = [one.get(language) or next(iter(one.values()), "") for one in texts]
    return model.Consent(
        consent_id=definition["id"],
        name=" ".join(filter(None, said)) or definition["name"],
    )

"""People by the dozen, for tests that race, crash and page: made by counting.

Nothing here is random, so that a test can name an item before the CRM has started.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import cycle, islice
from typing import Any

Json = dict[str, Any]

RACERS = ("Sixten Åberg", "Ebba Sjöström", "Hjördis Ängquist", "Öyvind Lönnroth")
OFFERS_EACH = 20
VOUCHERS_EACH = 10

REGULAR = "00000000-0000-4000-8000-000000010200"
PURCHASES = 200
FIRST_PURCHASE = datetime(2021, 1, 14, 11, 30, tzinfo=timezone(timedelta(hours=1)))

VAT_RATE = 25

ARTICLES = (
    ("110214-M", "Stickad tröja, blå", 59900),
    ("204410-38", "Kängor med räfflad sula", 129900),
    ("330871", "Ullsockor, 2 par", 14900),
    ("412006-L", "Regnjacka för höst och vår", 89900),
    ("550932", "Mössa med öronlappar", 24950),
)


def dossiers() -> list[Json]:
    """Return the racers, with items to fight over, and the regular customer."""
    return [*(racer(n, name) for n, name in enumerate(RACERS, 1)), regular()]


def racer(n: int, name: str) -> Json:
    """Return somebody with more single-use items than anybody could use."""
    given, family = name.split()
    card = f"2000{n}"
    contact = {
        "id": f"00000000-0000-4000-8000-0000000{card}",
        "cardNo": card,
        "givenName": given,
        "familyName": family,
        "email": f"racer{n}@example.com",
    }
    offers = [
        {
            "id": f"P-{card}-{i:02}",
            "label": f"Engångserbjudande {i}",
            "benefit": {"percent": 5},
        }
        for i in range(1, OFFERS_EACH + 1)
    ]
    vouchers = [
        {"id": f"B-{card}-{i:02}", "label": f"Bonuscheck {i}", "cents": 5000}
        for i in range(1, VOUCHERS_EACH + 1)
    ]
    return {"contact": contact, "offers": offers, "vouchers": vouchers}


def regular() -> Json:
    """Return somebody who has been shopping about once a week for four years."""
    contact = {
        "id": REGULAR,
        "cardNo": "10200",
        "givenName": "Ingegärd",
        "familyName": "Bergström",
        "email": "ingegard.bergstrom@example.com",
        "cell": "+46 70-174 06 20",
        "sex": 2,
    }
    bought = [purchase(n, *article) for n, article in enumerate(articles())]
    return {"contact": contact, "purchases": bought[::-1]}


def articles() -> list[tuple[str, str, int]]:
    return list(islice(cycle(ARTICLES), PURCHASES))


def purchase(n: int, article: str, text: str, cents: int) -> Json:
    """Return the n-th purchase; every fourth was of two pieces with 10 % off."""
    count, off = (2, cents // 5) if n % 4 == 3 else (1, 0)
    cost = cents * count
    reduction = {"label": "Stamkund 10 %", "cents": off, "vatCents": vat(off)}
    return {
        "soldOn": (FIRST_PURCHASE + timedelta(days=7 * n)).isoformat(),
        "shop": "200",
        "shopName": "Concept Store",
        "order": 20000 + n,
        "currency": "SEK",
        "lines": [
            {
                "article": article,
                "text": text,
                "count": count,
                "listCents": cost,
                "listVatCents": vat(cost),
                "vatRate": VAT_RATE,
                "reductions": [reduction] if off else [],
                "paidCents": cost - off,
            }
        ],
        "tenders": [{"label": "Kort", "cents": cost - off}],
    }


def vat(cents: int) -> int:
    """Return the VAT that an amount includes, half a cent rounded up."""
    return (2 * cents * VAT_RATE + 100 + VAT_RATE) // (2 * (100 + VAT_RATE))

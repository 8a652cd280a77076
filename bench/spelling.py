"""What one spelling costs: the texts and numbers of a card, in this process alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.figures import Chapter, at_most, middle, plain
from bridge.spi.identity import identifiers, letters, mail_address, phone
from bridge.spi.identity.phone import e164, is_e164

ROUNDS = 7
CARDS = 200
LIMIT = 0.1

TEXTS = [
    text
    for number in range(30)
    for text in (
        f"p{number}",
        f"Rabatt på kaffe {number}",
        "Gäller hela köpet",
        "25.00",
    )
]
"""What thirty promotions say."""


def chapters(_: Path) -> Iterator[Chapter]:
    """Measure a customer who was here a moment ago, and two whom nobody has seen."""
    seen = [_spelled("+46701740605", "+46846500412")] * CARDS
    fresh = [_spelled(f"+4670{n:07}", f"+468{n:08}") for n in range(CARDS)]
    raw = [_spelled(f"070-{n:07}", f"08-{n:08}") for n in range(CARDS)]
    yield Chapter(
        "One spelling for a card of 30 promotions and two numbers",
        [
            at_most("a customer seen before", _per_card(seen), LIMIT, "ms", 3),
            at_most("one never seen, in E.164", _per_card(fresh), LIMIT, "ms", 3),
            plain("one never seen, as dialled at home", _per_card(raw), "ms", 3),
        ],
    )


def _spelled(mobile: str, landline: str) -> Callable[[], None]:
    def spell() -> None:
        for text in TEXTS:
            letters.written(text)
        mail_address.spelling("kim.berg@example.com")
        for number in (mobile, landline):
            is_e164(number) or e164(number, "SE", mobile=True)

    return spell


def _per_card(cards: list[Callable[[], None]]) -> float:
    """Return the processor's milliseconds a card, each round with nothing kept."""
    rounds = []
    for _ in range(ROUNDS):
        for kept in (phone.e164, identifiers.personal_id, identifiers.company_id):
            kept.cache_clear()
        began = time.process_time()
        for spell in cards:
            spell()
        rounds.append((time.process_time() - began) / len(cards) * 1000)
    return middle(rounds)

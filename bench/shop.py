"""A redeem kernel in this process: a journal in a real Valkey, and a CRM to choose."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.deadline import Deadline
from bridge.embedded import EmbeddedValkey
from bridge.mapping import Mapping
from bridge.model import Context, Item, Receipt
from bridge.redeem import (
    Journal,
    Redeem,
    Redeemer,
    RedeemSettings,
    RedisSettings,
    open_journal,
)
from bridge.site import Site
from bridge.upstream import Cache, Gateway, UpstreamSettings

CONTEXT = Context(site="sweden", store_id="17", staff_id="1042", register_id="171")


class Instant(Mapping):
    """A CRM that answers at once: what is left is the journal's own cost."""

    title = "Instant"

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        return {"spend": "S000001"}

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        return None

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        """Nothing was spent."""


@dataclass
class Shop:
    """One till that redeems."""

    journal: Journal
    redeemer: Redeemer
    site: Site

    def redeem(self, customer_id: str, promotions: Sequence[str]) -> Redeem:
        """Redeem promotions for a customer, as the SPI does."""
        return self.redeemer.redeem(
            self.site, CONTEXT, customer_id, [], promotions, deadline=Deadline(8)
        )

    def redeem_new(self, items: int) -> None:
        """Redeem so many promotions that nobody has heard of, for such a customer."""
        self.redeem(new_id(), [new_id() for _ in range(items)])


def shop(journal: Journal, mapping: type[Mapping], upstream: UpstreamSettings) -> Shop:
    """Return a till of a site whose CRM is at ``upstream``."""
    site = Site(
        name=CONTEXT.site,
        country="SE",
        mapping_class=mapping,
        options=mapping.Options(),
        gateway=Gateway(CONTEXT.site, upstream),
        users={},
        catalogue=Cache(CONTEXT.site, 300),
    )
    return Shop(journal, Redeemer(journal, RedeemSettings()), site)


def instant_shop(journal: Journal) -> Shop:
    """Return a till whose CRM answers at once."""
    return shop(journal, Instant, UpstreamSettings(url="http://127.0.0.1:1"))


@contextmanager
def valkey_journal(directory: Path) -> Iterator[Journal]:
    """Keep a journal in a Valkey that writes everything to disk at once."""
    server = EmbeddedValkey()
    path = server.start(directory)
    try:
        yield open_journal(RedisSettings(url=f"unix://{path}"), RedeemSettings())
    finally:
        server.stop()


def new_id() -> str:
    """Return an id as CRMs make them."""
    return str(uuid.uuid4())

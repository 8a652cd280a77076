"""Two demo CRMs behind one site: customers in the one, their benefits in the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml

from bridge.app import create_app
from bridge.config import Config, load
from tests.demo_crm_process import KEY, DemoCrm
from tests.mappings.till import Till
from tests.serving import serving

FOUND_BY = ("customer_id", "member_number", "email")

ANNA = {
    "givenName": "Anna",
    "familyName": "Ask",
    "cardNo": "70001",
    "email": "Anna.Ask@example.com",
    "cell": "+46701740605",
}


@dataclass
class Shop:
    """A customer that both systems know, under an id of their own each."""

    customers: DemoCrm
    benefits: DemoCrm
    configure: Callable[..., Config]
    start: Callable[..., Till]

    def anna(self) -> tuple[str, str]:
        """Make Anna in both; return her ids with the customers and the benefits."""
        hers, theirs = (
            crm.call("POST", "/contacts", json=ANNA).json()["id"]
            for crm in (self.customers, self.benefits)
        )
        assert hers != theirs
        return hers, theirs

    def offers(self, contact: str, count: int = 1) -> list[str]:
        return list(self.benefits.grant(contact, offers=count)["offers"])

    def spent(self, item: str) -> str | None:
        """Return what an item is spent under where it belongs."""
        return self.benefits.spent().get(item)


@pytest.fixture(scope="session")
def crms() -> Iterator[tuple[DemoCrm, DemoCrm]]:
    with DemoCrm() as customers, DemoCrm() as benefits:
        yield customers, benefits


@pytest.fixture
def shop(
    crms: tuple[DemoCrm, DemoCrm],
    valkey: Path,
    redis_client: redis.Redis,
    tmp_path: Path,
) -> Iterator[Shop]:
    customers, benefits = crms
    for crm in crms:
        crm.reset()
        crm.clear_faults()
    redis_client.flushall()

    def half(crm: DemoCrm, **more: Any) -> dict[str, Any]:
        key = {"kind": "header", "name": "X-Api-Key", "value": KEY["X-Api-Key"]}
        return {"mapping": "demo", "upstream": {"url": crm.url, "auth": key}, **more}

    def configure(found_by: str = "customer_id") -> Config:
        site = {"country": "SE", "users": {"till": "secret"}}
        site |= {"customers": half(customers)}
        site |= {"benefits": half(benefits, found_by=found_by)}
        path = tmp_path / "config.yaml"
        server = {"redis": {"url": f"unix://{valkey}"}}
        path.write_text(yaml.safe_dump({"sites": {"shop": site}, **server}))
        return load(path)

    with ExitStack() as started:

        def start(found_by: str = "customer_id", register: str = "1") -> Till:
            app = create_app(configure(found_by))
            return Till(started.enter_context(serving(app)), register)

        yield Shop(customers, benefits, configure, start)
    for crm in crms:
        crm.clear_faults()

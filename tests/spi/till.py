"""What the tests of the edge are made of: a till, a CRM and a redeemer to play with."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bridge.config import Config, SiteConfig
from bridge.mapping import Mapping
from bridge.model import Customer
from bridge.redeem import RedisSettings
from bridge.secret import Secret
from bridge.upstream import UpstreamSettings

JOHN = Customer(customer_id="c1", name_first="John", promotions=[], bonus_checks=[])


@dataclass
class Crm:
    """What the mapping was asked, and what it answers: a value, or raises: an error."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    def answer(self, mapping: Mapping, verb: str, *asked: Any) -> Any:
        self.calls.append((verb, *asked))
        self.contexts.append(mapping.context)
        answer = self.answers[verb]
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Redeemed:
    redeem_id: str


@dataclass
class FakeRedeemer:
    """Keeps what it was asked, and gives one answer or raises one error."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    error: Exception | None = None
    redeem_id: str = "64DCDD6D716EA0F470734356665E5730"

    def redeem(
        self, site, context, customer_id, bonus_checks, promotions, **how
    ) -> Any:
        self.calls.append(
            ("redeem", site.name, customer_id, bonus_checks, promotions, how)
        )
        if self.error:
            raise self.error
        return Redeemed(self.redeem_id)

    def undo(self, site, context, customer_id, redeem_id, **how) -> None:
        self.calls.append(("undo", site.name, customer_id, redeem_id, how))
        if self.error:
            raise self.error


class Till:
    """Asks like Sitoo POS: HTTP Basic, JSON, and whatever else the test adds."""

    def __init__(self, client: FlaskClient, login: str | None = "pos:secret") -> None:
        self.client = client
        self.headers = {"Authorization": basic(login)} if login else {}

    def __call__(self, method: str, path: str, **how: Any) -> TestResponse:
        headers = self.headers | how.pop("headers", {})
        return self.client.open(path, method=method, headers=headers, **how)

    def get(self, path: str, **how: Any) -> TestResponse:
        return self("GET", path, **how)

    def post(self, path: str, **how: Any) -> TestResponse:
        return self("POST", path, **how)

    def put(self, path: str, **how: Any) -> TestResponse:
        return self("PUT", path, **how)

    def delete(self, path: str, **how: Any) -> TestResponse:
        return self("DELETE", path, **how)


def basic(login: str) -> str:
    return f"Basic {base64.b64encode(login.encode()).decode()}"


def error_of(response: TestResponse) -> tuple[int, str]:
    """Return status and text of an answer that is the SPI's Error and nothing else."""
    assert response.content_type == "application/json"
    assert set(response.json) == {"errortext", "statuscode"}
    assert response.json["statuscode"] == response.status_code
    assert response.json["errortext"]
    return response.status_code, response.json["errortext"]


def site(name: str, **users: str) -> SiteConfig:
    return SiteConfig(
        name=name,
        country="SE",
        mapping="fake",
        mapping_class=Mapping,
        options=None,
        users={user: (Secret(password),) for user, password in users.items()},
        upstream=UpstreamSettings("http://crm.invalid"),
    )


def config(*sites: SiteConfig) -> Config:
    # Nobody listens there: whatever works in these tests works without Redis.
    return Config(sites, RedisSettings("unix:///nowhere/valkey.sock"))


def complete(crm: Crm) -> type[Mapping]:
    """Return a mapping that offers everything but redeeming."""

    class Complete(Mapping):
        title = "Complete"

        def search(self, key):
            return crm.answer(self, "search", key)

        def lookup(self, key):
            return crm.answer(self, "lookup", key)

        def get(self, customer_id):
            return crm.answer(self, "get", customer_id)

        def create(self, properties):
            return crm.answer(self, "create", properties)

        def update(self, customer_id, properties):
            return crm.answer(self, "update", customer_id, properties)

        def transactions(self, customer_id):
            return crm.answer(self, "transactions", customer_id)

        def consents(self):
            return crm.answer(self, "consents")

        def additional_options(self):
            return crm.answer(self, "additional_options")

        def probe(self):
            crm.answer(self, "probe")

    return Complete

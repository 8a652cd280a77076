"""The contract can fail: a wrong path, field or header is noticed, each by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.errors import BridgeError
from bridge.model import Item, ItemKind, SearchKey, SearchKeyType
from mappings.voyado import Mapping, contacts, protocol, spending
from tests.mappings.conftest import Connect
from tests.mappings.description import Description, documents
from tests.mappings.voyado.fake import Engage

Patch = pytest.MonkeyPatch
Break = Callable[[Patch], None]
Act = Callable[[Mapping, Engage], Any]


@pytest.fixture(autouse=True)
def as_described() -> None:
    """Here it is not, and that is to be noticed."""
    documents("voyado")


@pytest.fixture
def engage(description: Description | None) -> Iterator[Engage]:
    """One of its own: some of what is asked is answered when the test is over."""
    with Engage(description) as engage:
        yield engage


def search(mapping: Mapping, engage: Engage) -> Any:
    customer = engage.contact()
    email = engage.contacts[customer]["attributes"]["email"]
    return mapping.search(SearchKey(SearchKeyType.EMAIL, email))


def rename(mapping: Mapping, engage: Engage) -> Any:
    changes: Any = {"name_last": "Ek", "accepts_communication": ["email"]}
    return mapping.update(engage.contact(), changes)


def redeem_voucher(mapping: Mapping, engage: Engage) -> Any:
    customer = engage.contact()
    item = Item(ItemKind.BONUS_CHECK, engage.voucher(customer), customer)
    return mapping.redeem_item(item, "R-1")


def redeem_promotion(mapping: Mapping, engage: Engage) -> Any:
    customer = engage.contact()
    item = Item(ItemKind.PROMOTION, engage.promotion(customer), customer)
    return mapping.redeem_item(item, "R-1")


def wrong_path(patch: Patch) -> None:
    path = "/api/v3/contacts/{}/promotions"
    patch.setitem(protocol.PATHS, "promotions", path)


def wrong_version(patch: Patch) -> None:
    path = "/api/v2/reward-vouchers/{}/redeem"
    patch.setitem(protocol.PATHS, "redeem voucher", path)


def wrong_parameter(patch: Patch) -> None:
    patch.setattr(contacts, "parameter", lambda key, options: "any")


def wrong_field(patch: Patch) -> None:
    patch.setitem(contacts.CHANNELS, "email", "acceptsMail")


def wrong_member(patch: Patch) -> None:
    redeem = protocol.Voyado.post

    def post(self: Any, what: str, *ids: str, json: Any = None, **query: Any) -> Any:
        body = json and {"channel": json["redemptionChannel"]}
        return redeem(self, what, *ids, json=body, **query)

    patch.setattr(protocol.Voyado, "post", post)


def without(header: str) -> Break:
    def broken(patch: Patch) -> None:
        made = protocol.Voyado.__init__

        def init(self: Any, *given: Any) -> None:
            made(self, *given)
            del self._headers[header]

        patch.setattr(protocol.Voyado, "__init__", init)

    return broken


def with_body(patch: Patch) -> None:
    def redeem(self: Any, item: Item) -> Any:
        body = {"contactId": item.customer_id}
        return self._voyado.post("redeem voucher", item.item_id, json=body)

    patch.setattr(spending.Spending, "redeem", redeem)


@pytest.mark.parametrize(
    ("broken", "act", "words"),
    [
        (wrong_path, search, "no document has this"),
        (wrong_version, redeem_voucher, "no document has this"),
        (wrong_parameter, search, "there is no parameter any"),
        (wrong_field, rename, "acceptsMail"),
        (wrong_member, redeem_promotion, "channel"),
        (with_body, redeem_voucher, "takes no body"),
        (without("Content-Type"), search, "needs the header Content-Type"),
    ],
)
def test_what_is_not_as_described_is_noticed(
    connect: Connect,
    engage: Engage,
    monkeypatch: Patch,
    broken: Break,
    act: Act,
    words: str,
) -> None:
    broken(monkeypatch)
    with contextlib.suppress(BridgeError):  # Voyado may well refuse it
        act(connect(), engage)
    said = engage.witness.problems()
    assert any(words in complaint for complaint in said), said


def test_a_missing_key_is_noticed(
    connect: Connect, configure: Any, engage: Engage
) -> None:
    config = configure(**{"name: apikey": "name: x-api-key"})
    with pytest.raises(BridgeError):
        search(connect(config), engage)
    said = engage.witness.problems()
    assert any("needs the header apikey" in complaint for complaint in said), said


def test_an_answer_that_is_not_as_described_is_noticed(
    connect: Connect, engage: Engage, monkeypatch: Patch
) -> None:
    honest = Engage._voucher

    def renamed(self: Engage, row: Any) -> Any:
        told = honest(self, row)
        return {**told, "checkNumber": told["voucherNumber"]}

    monkeypatch.setattr(Engage, "_voucher", renamed)
    customer = engage.contact()
    engage.voucher(customer)
    connect().get(customer)
    said = engage.witness.problems()
    assert any("checkNumber" in complaint for complaint in said), said

"""The file shows what the demo mapping shows, of everybody whom the demo CRM knows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from bridge.deadline import Deadline
from bridge.errors import BridgeError, Invalid
from bridge.mapping import Mapping, Secret
from bridge.model import Context, CustomerAdditionalOption, SearchKey, SearchKeyType
from bridge.testing import described
from bridge.upstream import Gateway, HeaderAuth, UpstreamSettings
from mappings import demo
from tests.demo_crm_process import JOHN, DemoCrm
from tests.mappings.rest.described import DEMO

FILE, OPTIONS = described(DEMO)
CONTEXT = Context(site="demo", store_id="200", register_id="3")

Both = tuple[Mapping, Mapping]


@pytest.fixture
def both(running: DemoCrm) -> Iterator[Both]:
    running.reset()
    auth = HeaderAuth("X-Api-Key", Secret("demo-crm-key"))
    gateway = Gateway("demo", UpstreamSettings(running.url, auth, attempts=1))

    def made(kind: type[Mapping]) -> Mapping:
        upstream = gateway.at(Deadline(20), CONTEXT)
        mapping = kind(OPTIONS, upstream, CONTEXT)
        upstream.explain = mapping.explain
        return mapping

    yield made(FILE), made(demo.Mapping)
    gateway.close()


def everybody(crm: DemoCrm) -> list[dict[str, Any]]:
    found = []
    for number in range(10010, 10040):
        query = {"cardNo": str(number)}
        found += crm.call("GET", "/contacts", query=query).json()["hits"]
    assert len(found) > 8
    return found


def told(verb: str, *rest: Any) -> Any:
    """Return what comes of a verb: a value, or which error with which text."""
    *given, mapping = rest
    try:
        value = getattr(mapping, verb)(*given)
        return [*value] if isinstance(value, Iterator) else value
    except BridgeError as error:
        return type(error), error.errortext


@pytest.mark.parametrize("verb", ["get", "transactions"])
def test_every_customer(both: Both, running: DemoCrm, verb: str) -> None:
    for one in [*everybody(running), {"id": "nobody"}]:
        asked = partial(told, verb, one["id"])
        file, module = map(asked, both)
        assert file == module


@pytest.mark.parametrize("verb", ["search", "lookup"])
def test_every_key(both: Both, running: DemoCrm, verb: str) -> None:
    keys = [("email", "nobody@example.com"), ("mobile", "+46701112233")]
    for one in everybody(running):
        for ours, theirs in demo.CONTACT.items():
            if ours in {*SearchKeyType} and one.get(theirs):
                keys.append((ours, one[theirs]))
    for kind, key in keys:
        asked = SearchKey(SearchKeyType(kind), key)
        file, module = (getattr(mapping, verb)(asked) for mapping in both)
        assert file == module


@pytest.mark.parametrize("verb", ["consents", "additional_options"])
def test_the_catalogue(both: Both, verb: str) -> None:
    file, module = (getattr(mapping, verb)() for mapping in both)
    assert file == module


@pytest.mark.parametrize(
    "changes",
    [
        {"gender": "undisclosed"},
        {"gender": None, "phone": None},
        {"invoice_address": {"city": "Växjö", "address2": None}},
        {"delivery_address": None},
        {"accepts_communication": ["mail"], "consents": []},
        {"additional_options": [CustomerAdditionalOption(id="x", enum_values=["y"])]},
        {"email": "not one"},
    ],
)
def test_changes(both: Both, running: DemoCrm, changes: Any) -> None:
    results = []
    for mapping in both:
        running.reset()
        results.append(told("update", JOHN, changes, mapping))
    assert results[0] == results[1]


def test_what_the_crm_has_no_word_for_is_refused_and_not_cleared(both: Both) -> None:
    file, _ = both
    before = file.get(JOHN)
    with pytest.raises(Invalid, match="gender: cannot be this in your customer system"):
        file.update(JOHN, {"gender": "another"})
    assert file.get(JOHN) == before

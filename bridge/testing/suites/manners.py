"""What is asked of every mapping, whatever its CRM can do."""

from __future__ import annotations

import contextlib
from inspect import signature
from itertools import product
from typing import Any

import pytest

from bridge.config.schema import schema_of
from bridge.errors import BridgeError
from bridge.mapping import Answer, offers
from bridge.testing.acts import ACTS
from bridge.testing.bench import CONTEXT, Bench
from bridge.testing.choosing import needs
from bridge.testing.faults import CANARY, PROBLEM
from bridge.testing.suites.setting import Setting

STATUSES = (200, 400, 401, 404, 409, 422, 500)

ODD_BODIES: list[Any] = [
    None,
    "",
    "no",
    7,
    [],
    {},
    [None],
    {"error": None},
    {"error": "no"},
    {"error": []},
    {"errors": {}},
    {"errors": [{}]},
    {"code": 7, "message": None},
    PROBLEM,
]


class Manners(Setting):
    """How a mapping presents itself."""

    def test_it_has_a_title(self) -> None:
        title = getattr(self.mapping, "title", "")
        assert title.strip(), "title: the CRM's name as its maker spells it"

    def test_it_offers_something(self) -> None:
        verbs = [
            verb for verb in ACTS if verb != "probe" and offers(self.mapping, verb)
        ]
        assert verbs, "to do: override the verbs that your CRM can do"

    def test_its_options_can_be_configured(self) -> None:
        options = self.mapping.Options
        frozen = getattr(options, "__dataclass_params__", None)
        assert getattr(frozen, "frozen", False), "Options: must be a frozen dataclass"
        try:
            schema_of(options)
        except TypeError as error:
            raise AssertionError(f"Options: {error}") from None

    def test_no_verb_is_left_to_do(self, verb: str) -> None:
        """Of a verb that only says NotImplementedError, all other tests are skipped."""
        nowhere: Any = None
        options = self.mapping.Options if self.options is None else self.options
        mapping = self.mapping(options, nowhere, CONTEXT)
        method = getattr(mapping, verb)
        to_do = None
        # Whatever else it raises, it does something; other tests say whether rightly.
        with contextlib.suppress(Exception):
            try:
                method(*[None] * len(signature(method).parameters))
            except NotImplementedError as error:
                to_do = str(error)
        if to_do is not None:
            pytest.fail(f"to do: {verb}: {to_do}", pytrace=False)

    @needs("probe")
    def test_its_probe_asks_the_crm(self, bench: Bench) -> None:
        outcome = bench.attempt("probe")
        assert outcome.error is None, f"probe: {outcome.error}"
        assert outcome.trip.calls, "probe: makes no request, so it shows nothing"

    @needs("explain")
    def test_it_explains_whatever_comes(self, bench: Bench) -> None:
        for status, body in product(STATUSES, ODD_BODIES):
            explained = bench.mapping().explain(Answer(status, {}, body))
            assert explained is None or isinstance(explained, BridgeError), (
                "explain: returns an error for the POS, or None"
            )
            assert CANARY not in str(explained), (
                "explain: repeats what the CRM says, which may be about a person"
            )

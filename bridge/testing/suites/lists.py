"""What is only read: purchases, consents, additional options."""

from __future__ import annotations

from bridge.errors import NotFound
from bridge.testing.bench import Bench
from bridge.testing.choosing import needs
from bridge.testing.known import Known
from bridge.testing.presenting import seen
from bridge.testing.suites.setting import ODD_IDS, Setting


class Lists(Setting):
    """Transactions, consents and additional options."""

    @needs("transactions")
    def test_purchases_can_be_shown(self, bench: Bench, known: Known) -> None:
        purchases = bench.call("transactions", known.customer_id)
        assert len(purchases) >= known.purchases, "transactions: some are missing"
        shown = seen("transactions", purchases, self.country)
        dates = [one["date_created"] for one in shown]
        assert dates == sorted(dates, reverse=True), "transactions: the newest first"

    @needs("transactions")
    def test_nobody_has_purchases(self, bench: Bench) -> None:
        for customer_id in ODD_IDS:
            error = bench.attempt("transactions", customer_id).error
            assert isinstance(error, NotFound), (
                f"transactions({customer_id!r}): {error!r}"
            )

    @needs("consents")
    def test_consents_can_be_shown(self, bench: Bench) -> None:
        shown = seen("consents", bench.call("consents"), self.country)
        _are_told_apart([one["consent_id"] for one in shown], "consents")

    @needs("additional_options")
    def test_additional_options_can_be_shown(self, bench: Bench) -> None:
        sections = bench.call("additional_options")
        shown = seen("additional_options", sections, self.country)
        options = [option for section in shown for option in section["options"]]
        _are_told_apart([option["id"] for option in options], "additional_options")
        for option in options:
            values = [value["id"] for value in option.get("enum_options", ())]
            _are_told_apart(values, "additional_options")
            if option["type"] != "text":
                assert values, f"additional_options: {option['id']} has no values"


def _are_told_apart(ids: list[str], verb: str) -> None:
    assert len(set(ids)) == len(ids), f"{verb}: two have the same id"

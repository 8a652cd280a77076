"""Parts that a card can do without hang, and cards are shown all the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import JOHN, DemoCrm
from tests.end_to_end.service import POS, Service

CARDS = 24


def test_parts_that_hang_take_no_card_with_them(tmp_path: Path) -> None:
    """There are far more cards than threads for their parts."""
    with DemoCrm() as crm:
        upstream = {
            "url": crm.url,
            "auth": {"kind": "header", "name": "X-Api-Key", "value": "demo-crm-key"},
            "parallel": 4,
            "optional_seconds": 0.5,
        }
        users = {POS[0]: POS[1]}
        site = {"country": "SE", "mapping": "demo", "users": users}
        sites = {"shop": site | {"upstream": upstream}}
        crm.fault("hang", path="/(points|vouchers)$", times=None)
        with (
            Service(
                tmp_path, crm, EmbeddedValkey(), settings={"sites": sites}
            ) as service,
            ThreadPoolExecutor(CARDS) as pool,
        ):
            path = f"/customers/{JOHN}"
            asked = [pool.submit(service.call, "GET", path) for _ in range(CARDS)]
            answers = [one.result() for one in asked]
        crm.clear_faults()
    assert [one.status_code for one in answers] == [200] * CARDS
    for card in (one.json() for one in answers):
        assert card["customer_id"] == JOHN
        assert "bonus_checks" not in card
        assert card["status"]["color"] == "orange"

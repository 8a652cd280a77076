"""The crash matrix, by default in a short form, against the fake of Voyado's.

Where the site lets promotions be assigned anew, everything can be given back; where it
does not, the journal may have to wait for a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import pytest
import redis

from bridge.parts import create_site
from bridge.redeem import Journal, Redeem, RedisSettings, Store
from bridge.redeem.record import Goal, State
from tests.extent import EVERYTHING
from tests.mappings.conftest import Configure
from tests.mappings.mortality import Goods, Mortality
from tests.mappings.suites.crash import LOST, LOST_BACK, REDEEM, UNDO, CrashTests
from tests.mappings.voyado.conftest import REASSIGN
from tests.mappings.voyado.fake import REFERENCE
from tests.mappings.voyado.office import Office
from tests.redeem.conftest import SETTINGS
from tests.redeem.faults import Fuse


class TestCrash(CrashTests):
    lost = "redemptionChannel"
    lost_back = "/assign "
    every: ClassVar = {REDEEM: 3, UNDO: 5, LOST: 3, LOST_BACK: 5}

    @pytest.fixture
    def mortality(
        self, configure: Configure, valkey: Path, redis_client: redis.Redis
    ) -> Iterator[Mortality]:
        """Bridges that die, at a site that lets promotions be assigned anew."""
        (config,) = configure(**REASSIGN).sites
        site = create_site(config, config.mapping_class)
        store = Store(redis_client, RedisSettings(url=f"unix://{valkey}"))
        with ThreadPoolExecutor(4) as pool:
            self.mortality = Mortality(
                site, Journal(store, SETTINGS), redis_client, pool
            )
            yield self.mortality
        site.gateway.close()

    def spent(self, office: Office, goods: Goods) -> set[str]:
        """Voyado keeps no reference; there is one redeem in the journal."""
        check, offer = (item.item_id for item in goods)
        template = office.crm.promotions[offer]["promotionId"]
        usable = office.crm.usable(template)
        assert usable in (0, 1), "never two for one"
        assert office.crm.is_redeemed(check) == (usable == 0)
        if usable:
            return set()
        redeems = journalled(self.mortality)
        return {one.redeem_id for one in redeems if one.goal is Goal.REDEEMED}


class TestCrashOfVouchers(TestCrash):
    lost = "POST /api/v3/reward-vouchers"
    lost_back = "/reactivate "


@pytest.mark.parametrize("lost", ["", "redemptionChannel", REFERENCE])
def test_a_promotion_that_stays_spent_is_said_to_be(
    mortality: Mortality, office: Office, lost: str
) -> None:
    """By default no promotion is given back: then the journal waits for a person."""
    ends = set()
    for step in range(0, 99, 1 if EVERYTHING else 2):
        customer, fuse = office.customer(), Fuse(step)
        goods = [
            one for kind in office.kinds for one in office.items(customer, 1, kind)
        ]
        mortality._live(goods, fuse, undo=False, lost=lost)
        ends.add(_end(mortality, office, goods))
        if not fuse.blown:
            break
    # Without its note nothing is begun.
    assert ends == ({"none"} if lost == REFERENCE else {"all", "none", "kept"})


def journalled(mortality: Mortality) -> list[Redeem]:
    keys = [str(key)[-33:-1] for key in mortality.client.scan_iter("*:{*}")]
    return [one for key in keys if (one := mortality.journal.load(key))]


def _end(mortality: Mortality, office: Office, goods: Goods) -> str:
    """Say how it ended, if journal and Voyado say the same."""
    redeems = journalled(mortality)
    spent = [bool(office.references(item)) for item in goods]
    if not redeems:
        assert spent == [False, False]
        return "none"
    (redeem,) = redeems
    states = {line.state for line in redeem.lines}
    match spent:
        case [True, True]:
            assert redeem.goal is Goal.REDEEMED
            assert states == {State.REDEEMED}
            return "all"
        case [False, False]:
            assert redeem.goal is Goal.UNDONE
            assert states == {State.UNDONE}
            return "none"
    assert spent == [False, True], "the voucher is given back"
    assert [line.state for line in redeem.lines] == [State.UNDONE, State.KEPT]
    assert not redeem.settled
    return "kept"

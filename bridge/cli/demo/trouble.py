"""Trouble to practise on: redeems in every state, over three stores.

Nothing of it is written into the journal.  Tills ask, the demo CRM is away, refuses,
fails or says nothing, and the bridge does what it does in a shop.

In the end two faults of the CRM stay, so that two redeems stay open until somebody ends
them: it does not say what became of ``UNHEARD_OF``, nor take ``WANTED_BACK`` back.
"""

from __future__ import annotations

from bridge.cli.demo.till import Crm, Till, wait_for

ASA, AINO, BJORN, GORAN, ANDERS, KATHE, ORJAN = (
    f"5b0c7d5e-64f2-4d0c-8a7e-6f1c9a0100{number}"
    for number in (13, 14, 15, 17, 20, 21, 23)
)
SIXTEN, EBBA, HJORDIS, OYVIND = (
    f"00000000-0000-4000-8000-0000000{number}" for number in range(20001, 20005)
)
"""Customers of the demo CRM; their ids end with their member numbers."""

UNHEARD_OF = "P-10023-1"
WANTED_BACK = "FI-BC-77"

LONG = "600"
"""Seconds, as a header: the bridge asks again at once only what may come in time."""

SPEND, FIND = "/spend$", "/spends$"

TRIES = 3
"""How often the bridge asks what may be asked again."""

LEFT_ALONE = 4
"""Answers in a row that say so: then all of the bridge's processes know."""


class Trouble:
    """Three stores, their tills and the CRM."""

    def __init__(self, url: str, crm: Crm) -> None:
        self._url = url
        self._crm = crm

    def without_crm(self) -> None:
        """What happens while the CRM is not there at all."""
        till = self._till("200", "2")
        till.redeem(SIXTEN, promotions=("P-20001-01",))
        left_alone = False
        while not left_alone:
            told: list[bool] = []
            while not told or not all(told[-LEFT_ALONE:]) or len(told) < LEFT_ALONE:
                told.append("retry-after" in till.card(SIXTEN).headers)
            again = till.redeem(SIXTEN, promotions=("P-20001-02",))
            left_alone = "retry-after" in again.headers

    def with_crm(self) -> None:
        """Everything else; takes as long as the bridge waits for a second tap."""
        self._wait_until_asked_again()
        self._ends_at_once()
        self._is_given_back()
        self._stays()

    def _till(self, store: str, register: str) -> Till:
        return Till(self._url, store, register)

    def _wait_until_asked_again(self) -> None:
        told: list[int] = []

        def well() -> bool:
            told.append(self._till("200", "2").card(SIXTEN).status)
            return told[-LEFT_ALONE:] == [200] * LEFT_ALONE

        wait_for("the CRM was not asked again", well)

    def _ends_at_once(self) -> None:
        """Successes, refusals, and a CRM that says at once that it will not."""
        self._till("201", "3").redeem(ASA, bonus_checks=("BC-10013-1",))
        self._till("200", "1").redeem(
            ASA,
            promotions=("2c5f4a6e-10d3-4b0f-9d3a-000000100132",),
            bonus_checks=("BC-10013-1",),
        )
        self._till("300", "1").redeem(BJORN, promotions=("P-10015-1",))
        self._till("201", "1").redeem(
            ANDERS, promotions=("P-10020-LAPSED", "P-10020-OPEN")
        )
        returned = self._till("201", "1")
        returned.undo(GORAN, returned.redeem(GORAN, promotions=("P-10017-1",)))
        self._crm.fails("429", SPEND, retry_after=LONG)
        self._till("300", "1").redeem(EBBA, bonus_checks=("B-20002-01",))
        self._crm.fails("401", SPEND)
        self._till("201", "2").redeem(HJORDIS, bonus_checks=("B-20003-01",))

    def _is_given_back(self) -> None:
        """What nobody heard of: recovery finds it spent, and gives it back."""
        self._crm.fails("drop_after", SPEND)
        self._crm.fails("drop_before", FIND, times=TRIES)
        self._till("300", "1").redeem(EBBA, promotions=("P-20002-01",))
        self._crm.works()
        self._crm.fails("500", SPEND, done=True)
        self._crm.fails("500", FIND, times=TRIES)
        self._till("300", "2").redeem(HJORDIS, promotions=("P-20003-01",))
        self._crm.works()
        # Until the till has gone, whatever the machine: it is let go right after that.
        self._crm.fails("slow", SPEND, ms=60_000)
        hasty = self._till("200", "4")
        hasty.hang_up_on(OYVIND, "P-20004-01", self._crm.has_failed)
        self._crm.works()
        wanted = {"P-20002-01", "P-20003-01", "P-20004-01"}
        wait_for("recovery gave nothing back", lambda: wanted <= self._crm.given_back())

    def _stays(self) -> None:
        """What a person has to look at, or what waits for the CRM."""
        # It cannot be given back, and the other one is somebody else's.
        self._till("200", "1").redeem(
            KATHE, promotions=("P-10021-FINAL",), bonus_checks=("BC-10020-OPEN",)
        )
        helsinki = self._till("300", "2")
        sold = helsinki.redeem(AINO, bonus_checks=(WANTED_BACK,))
        for path, query in ((f"/{WANTED_BACK}/release$", ""), (FIND, UNHEARD_OF)):
            self._crm.fails("429", path, query=query, times=None, retry_after=LONG)
        helsinki.undo(AINO, sold)
        self._crm.fails("drop_after", f"/{UNHEARD_OF}/spend$")
        self._till("201", "2").redeem(ORJAN, promotions=(UNHEARD_OF,))
        self._till("201", "5").redeem(ORJAN, promotions=(UNHEARD_OF, "P-10023-2"))

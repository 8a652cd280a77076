"""The one class that a mapping's test makes its own from."""

from __future__ import annotations

from bridge.testing.choosing import choose
from bridge.testing.suites.customers import Customers
from bridge.testing.suites.failures import Failures
from bridge.testing.suites.lists import Lists
from bridge.testing.suites.manners import Manners
from bridge.testing.suites.mishaps import Mishaps
from bridge.testing.suites.round_trip import RoundTrip
from bridge.testing.suites.searching import Searching
from bridge.testing.suites.side_by_side import SideBySide


class MappingContract(
    Manners,
    Searching,
    Customers,
    RoundTrip,
    Lists,
    Mishaps,
    SideBySide,
    Failures,
):
    """Everything that the bridge expects of a mapping, as tests.

    A subclass named ``Test...`` sets ``mapping`` and has ``upstream`` and ``seed``.
    Its tests are those of the verbs that the mapping offers.  The CRM, real or made up,
    comes from a fixture ``crm``, which may be anything, of any scope.
    """

    __test__ = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if hasattr(cls, "mapping"):
            cls.__test__ = True
            choose(cls, cls.mapping)

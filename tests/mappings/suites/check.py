"""``sitoo-bridge check``: what can be wrong with any CRM, told apart."""

from __future__ import annotations

from typing import ClassVar

from bridge.mapping import Mapping
from tests.mappings.conftest import Check
from tests.mappings.served import Served


class CheckTests:
    """A CRM that is well, one that is not there, and one that lets nobody in."""

    mapping: ClassVar[type[Mapping]]
    another_key: ClassVar[str] = "another"
    """One that looks like the CRM's, which does not let the bridge in."""
    mend: ClassVar[str] = "Correct upstream.auth"
    """Where the key stands that is to be corrected."""

    def test_nothing_is_wrong(self, check: Check, served: Served) -> None:
        assert check() == [f"{self.mapping.title} answers at {served.url}"]

    def test_a_wrong_key(self, check: Check, served: Served) -> None:
        (said,) = check(**{served.key: self.another_key})
        assert "does not let the bridge in" in said
        assert self.mend in said

    def test_an_unreachable_server(self, check: Check, served: Served) -> None:
        (said,) = check(**served.nowhere)
        assert "cannot be reached" in said
        assert "Look at upstream.url" in said

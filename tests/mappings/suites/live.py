"""``sitoo-bridge check --live``, for CRMs that cannot run here: ours, a retailer's.

The same command tries both, by the same configuration, whose secrets the environment
has.  So it is known to work before a retailer runs it against a system for tests.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.mapping import Mapping
from tests.mappings.office import Office
from tests.mappings.served import REDIS, Served

Try = Callable[..., str]


class LiveTests:
    """What is tried is read; only an item that is named is redeemed and given back.

    A retailer's is tried where the environment says all that ``sites`` asks for, and
    with ``<VENDOR>_CUSTOMER`` whom to read: ``email:anna@example.com``.  With
    ``<VENDOR>_REDEEM`` an item may be redeemed: ``bonus_check:ID``, ``promotion:ID``.
    """

    vendor: ClassVar[str]
    """What the names in the environment begin with."""
    sites: ClassVar[str]
    """``sites:`` with one site ``live``, and ``env:`` for what differs."""

    def ours(self, served: Served) -> dict[str, str]:
        """Return the environment for the CRM that is here."""
        raise NotImplementedError

    @pytest.fixture
    def run(self, valkey: Path, tmp_path: Path) -> Try:
        """Run the command, and return what it says, which is no problem."""
        config = tmp_path / "live.yaml"
        config.write_text(self.sites + REDIS.format(valkey=valkey), "utf-8")

        def tried(customer: str, item: str = "") -> str:
            how = ["--live", f"live:{customer}", *(["--redeem", item] if item else [])]
            result = CliRunner().invoke(main, ["check", "-c", str(config), *how])
            assert result.exit_code == 0, result.output
            return result.output

        return tried

    def test_ours(
        self,
        run: Try,
        served: Served,
        office: Office,
        mapping: Mapping,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        for name, value in self.ours(served).items():
            monkeypatch.setenv(name, value)
        customer = office.customer()
        who = f"email:{mapping.get(customer).email}"
        items = [
            item for kind in office.kinds for item in office.items(customer, 1, kind)
        ]
        said = run(who)
        assert all(f"{item.kind}:{item.item_id}" in said for item in items), said
        assert not any(map(office.references, items))
        for item in items:
            if item.kind not in mapping.irreversible:
                said = run(who, f"{item.kind}:{item.item_id}")
                assert ": given back" in said
                assert office.references(item) == []

    def test_a_retailers(self, run: Try) -> None:
        needed = [*re.findall(r"env:(\w+)", self.sites), f"{self.vendor}_CUSTOMER"]
        missing = [name for name in needed if not os.environ.get(name)]
        if missing:
            pytest.skip(f"nothing to try it on: set {', '.join(missing)}")
        item = os.environ.get(f"{self.vendor}_REDEEM", "")
        print(run(os.environ[f"{self.vendor}_CUSTOMER"], item))

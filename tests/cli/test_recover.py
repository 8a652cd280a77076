"""``sitoo-bridge recover``: on its own, once or until told to stop."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.running import running

CONFIG = """
sites:
  north:
    country: SE
    mapping: demo
    users: {{till: secret}}
    upstream: {{url: "http://127.0.0.1:9"}}
redis: {{url: "{redis}"}}
"""


def test_says_what_it_settled(tmp_path: Path, valkey: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(redis=f"unix://{valkey}"))
    with running("recover", "-c", str(config), "--once") as recover:
        assert recover.end() == 0
    assert recover.said == ["settled 0"]


def test_says_that_there_is_no_journal(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(redis=f"unix://{tmp_path}/nobody.sock"))
    with running("recover", "-c", str(config), "--once") as recover:
        assert recover.end() == 1
    assert recover.logged == [
        "sitoo-bridge: The journal cannot be reached, so nothing can be redeemed or "
        "undone now."
    ]


def test_waits_for_the_journal_until_it_is_told_to_stop(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(redis=f"unix://{tmp_path}/nobody.sock"))
    with running("recover", "-c", str(config)) as recover:
        recover.until_logged("recovery waits for it")
        recover.tell(signal.SIGTERM)
        assert recover.end() == 0

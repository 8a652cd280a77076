"""``sitoo-bridge recover``: on its own, once or until told to stop."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.running import Running, running

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
        "sitoo-bridge: The journal cannot be reached.",
    ]


def test_waits_for_the_journal_until_it_is_told_to_stop(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(redis=f"unix://{tmp_path}/nobody.sock"))
    with running("recover", "-c", str(config)) as recover:
        recover.until_logged("recovery waits for it")
        recover.tell(signal.SIGTERM)
        assert recover.end() == 0


STOPPED_BETWEEN = """
import os, signal
from bridge.cli import main, recover
class Late(recover.Told):
    def clear(self):
        # Whoever has it read the configuration again wants it to stop after all.
        os.kill(os.getpid(), signal.SIGTERM)
        super().clear()
recover.Told = Late
main()
"""


STOPPED_WHILE_IT_BEGINS_TO_WAIT = """
import os, signal, threading
wait = threading.Condition.wait
def interrupted(self, timeout=None):
    # It holds the lock that whoever sets its event has to have.
    if threading.current_thread() is threading.main_thread():
        os.kill(os.getpid(), signal.SIGHUP)
    return wait(self, timeout)
threading.Condition.wait = interrupted
from bridge.cli import main
from bridge.redeem.recovery import Handout
look = Handout.next_round
def counted(self):
    print("looks", flush=True)
    return look(self)
Handout.next_round = counted
main()
"""


def test_a_signal_that_interrupts_recovery_anywhere_stops_it(
    tmp_path: Path, valkey: Path
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(redis=f"unix://{valkey}"))
    code = STOPPED_WHILE_IT_BEGINS_TO_WAIT
    recover = Running(["-c", code, "recover", "-c", str(config)])
    try:
        recover.until("ready")
        for _ in range(3):
            recover.until("looks")
        recover.tell(signal.SIGTERM)
        assert recover.end() == 0
    finally:
        recover.process.kill()
        recover.process.wait()


def test_stops_when_a_stop_comes_right_behind_a_reload(
    tmp_path: Path, valkey: Path
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(redis=f"unix://{valkey}"))
    recover = Running(["-c", STOPPED_BETWEEN, "recover", "-c", str(config)])
    try:
        recover.until("ready")
        recover.tell(signal.SIGHUP)
        assert recover.end() == 0
    finally:
        recover.process.kill()
        recover.process.wait()

"""Processes that live and die together, however one of them goes."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bridge.processes import Child, Crew, Ended, Program, StopAsked, crew
from tests.running import Running, still_there

WAITS = "import signal; signal.pause()"
SHOUT = "print('noise'); print('ready at last', flush=True)"


def program(code: str, name: str = "one", **keywords: object) -> Program:
    return Program(name, [sys.executable, "-c", code], **keywords)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_children_do_not_outlive_a_parent_that_was_killed(
    number: signal.Signals,
) -> None:
    code = (
        "import signal, sys, time; from bridge.processes import Child, Program\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        f"child = Child(Program('one', [sys.executable, '-c', {WAITS!r}]))\n"
        "print('started', child.pid, flush=True); time.sleep(60)"
    )
    parent = Running(["-c", code])
    child = psutil.Process(int(parent.until("started").split()[1]))
    parent.tell(number)
    assert parent.end() == -number
    assert still_there([child]) == []


def test_a_child_that_ended_is_nobody_to_end_later(tmp_path: Path) -> None:
    """Its pid may be somebody else's by then."""
    child = Child(program("pass"))
    child.wait()
    leash = Child._leash
    assert leash is not None
    assert child.pid not in leash._pids


def test_tells_how_a_child_ended() -> None:
    assert Child(program("raise SystemExit(3)")).wait() == 3
    assert Child(program(WAITS)).kill() == -signal.SIGKILL


def test_forces_a_child_that_does_not_listen() -> None:
    code = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SHOUT}"
    child = Child(program(f"{code}; {WAITS}", announces=True, patience=0.01))
    assert child.announcement() == "at last"
    assert child.stop() == -signal.SIGKILL
    child.drain()


def test_killing_takes_the_childs_own_children() -> None:
    spawn = (
        "import subprocess, sys\n"
        f"inner = subprocess.Popen([sys.executable, '-c', {WAITS!r}])\n"
        "print('ready', inner.pid, flush=True); inner.wait()"
    )
    child = Child(program(spawn, announces=True))
    grandchild = psutil.Process(int(child.announcement() or 0))
    assert child.kill() == -signal.SIGKILL
    assert still_there([grandchild]) == []
    child.drain()


def test_the_youngest_is_stopped_first(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    code = (
        "import pathlib, signal, sys\n"
        "def leave(*_):\n"
        f"    with open({str(diary)!r}, 'a') as diary: diary.write(sys.argv[1])\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, leave)\n"
        "print('ready', flush=True); signal.pause()"
    )
    with Crew() as everybody:
        for letter in "abc":
            arguments = [sys.executable, "-c", code, letter]
            child = everybody.start(Program(letter, arguments, announces=True))
            everybody.ready(child, 10)
    assert diary.read_text() == "cba"


def test_waits_for_a_child_to_be_ready() -> None:
    with Crew() as everybody:
        child = everybody.start(program(f"{SHOUT}; {WAITS}", announces=True))
        assert everybody.ready(child, 10) == "at last"


def test_does_not_wait_for_ever() -> None:
    with Crew() as everybody:
        child = everybody.start(program(WAITS, announces=True))
        with pytest.raises(TimeoutError, match="one was not ready"):
            everybody.ready(child, 0.01)


@pytest.mark.parametrize("wait", [True, False])
def test_all_end_when_one_does(wait: bool) -> None:
    with Crew() as everybody:
        other = everybody.start(program(WAITS, "other"))
        child = everybody.start(program("raise SystemExit(3)", announces=True))
        with pytest.raises(Ended, match="one ended unexpectedly") as caught:
            everybody.ready(child, 10) if wait else everybody.run()
        assert caught.value.status == 3
    assert other.status() == -signal.SIGTERM


def test_starts_again_what_the_others_can_do_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(crew, "FIRST_DELAY", 0.001)
    tally = tmp_path / "tally"
    code = (
        f"import os; fd = os.open({str(tally)!r}, os.O_APPEND | os.O_CREAT | "
        "os.O_WRONLY); os.write(fd, b'x')"
    )
    waits_for_three = (
        f"import os\nwhile not os.path.exists({str(tally)!r}) or "
        f"os.path.getsize({str(tally)!r}) < 3: os.sched_yield()"
    )
    with Crew() as everybody:
        everybody.start(program(code, "recovery", replaceable=True))
        everybody.start(program(waits_for_three, "the server"))
        with pytest.raises(Ended, match="the server"):
            everybody.run()
    assert tally.stat().st_size >= 3


@pytest.fixture(params=crew.SIGNALS)
def number(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """One of the signals, not ignored, however the tests were started."""
    before = signal.signal(request.param, signal.SIG_DFL)
    yield request.param
    signal.signal(request.param, before)


def test_a_signal_asks_everybody_to_stop(number: signal.Signals) -> None:
    with Crew() as everybody:
        child = everybody.start(program(WAITS))
        os.kill(os.getpid(), number)
        with pytest.raises(StopAsked):
            everybody.run()
    assert child.status() == -signal.SIGTERM
    assert signal.getsignal(number) is signal.SIG_DFL


DEAF = """
import os, signal, sys, threading, time
from bridge.processes import Crew, Program, StopAsked
main = threading.main_thread().native_id
def asleep():
    with open(f"/proc/self/task/{main}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "S"
def tell():
    while not (waits.is_set() and asleep()):
        time.sleep(0)
    # Python notes it, and the main thread, which waits, is not woken.
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
waits = threading.Event()
threading.Thread(target=tell, daemon=True).start()
try:
    with Crew() as crew:
        waits.set()
        HOW
except StopAsked:
    print("asked", flush=True)
"""
"""A signal that comes when the main thread has just looked for one, and begins to wait.

The thread that is told instead makes sure of that moment, which else is rare.
"""

WAIT_FOR_READY = """
        crew.ready(crew.start(Program("one", ["sleep", "60"], announces=True)), 60)
"""


@pytest.mark.parametrize("how", ["crew.run()", WAIT_FOR_READY])
def test_a_signal_that_wakes_nobody_is_heard_all_the_same(how: str) -> None:
    crew = Running(["-c", DEAF.replace("HOW", how.strip())])
    try:
        crew.until("asked")
    finally:
        crew.process.kill()
        crew.end()


def test_work_beside_the_children_is_waited_for() -> None:
    done: list[str] = []
    with Crew() as everybody:
        everybody.start(program(WAITS))
        everybody.beside(lambda: done.append("it"))
        with pytest.raises(TimeoutError, match="too slow"):
            everybody.beside(_fail)
    assert done == ["it"]


def _fail() -> None:
    raise TimeoutError("too slow")


def test_work_beside_the_children_keeps_nobody_from_stopping() -> None:
    go_on = threading.Event()
    with Crew() as everybody:
        child = everybody.start(program(WAITS))

        def work() -> None:
            child.kill()
            go_on.wait()

        with pytest.raises(Ended):
            everybody.beside(work)
        go_on.set()


def test_nohup_is_respected() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Crew() as everybody:
            child = everybody.start(program(f"{SHOUT}; {WAITS}", announces=True))
            os.kill(os.getpid(), signal.SIGHUP)
            assert everybody.ready(child, 10) == "at last"
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)

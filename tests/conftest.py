"""What tests of several parts need: a real Valkey server, and quiet between tests.

It also says which tests stay together when several processes share them.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from bridge import log, traces
from bridge.embedded import EmbeddedValkey

FIRST = (
    "tests/soak/test_soak.py",
    "tests/mappings/tryton",
    "tests/mappings/vendure",
    "tests/server/test_nginx.py",
    "tests/mappings/directus",
    "tests/mappings/odoo",
    "tests/simulation/test_simulation.py",
    "tests/end_to_end/test_crash.py",
    "tests/mappings/rest",
    "tests/end_to_end/test_hung_tills.py",
    "tests/end_to_end/test_description.py",
    "tests/redeem/test_crash.py",
    "tests/redeem/test_model.py",
    "tests/journal_ui/test_browser.py",
    "tests/deploy/test_image.py",
    "tests/cli/test_demo.py",
)
"""What takes minutes, and so begins first: at the end all are through at once.

First of all what waits more than it works.
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file's tests stay together, and all tests of a live CRM, which starts once.

    Those of the simulation take long, and share nothing.
    """
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _assign_work_unit(self, node: Any) -> None:
            """Hand out the longest first."""
            for long in reversed(FIRST):
                for scope in [one for one in self.workqueue if one.startswith(long)]:
                    self.workqueue.move_to_end(scope, last=False)
            super()._assign_work_unit(node)

        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith("tests/simulation/test_simulation.py"):
                return nodeid
            file: str = super()._split_scope(nodeid)
            directory, _, _ = file.rpartition("/")
            return directory if directory.startswith("tests/mappings/") else file

    return Scheduling(config, log)


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Undo what a test did to the loggers of the whole process, or left behind."""
    log.request_id.set("")
    traces.under_way.set(traces.NONE)
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, (*log.OURS, *log.INDISCREET))]
    levels = [logger.level for logger in loggers]
    handlers, hook = root.handlers[:], threading.excepthook
    yield
    root.handlers[:], threading.excepthook = handlers, hook
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The unix socket of a Valkey server that writes every command to disk."""
    server = EmbeddedValkey()
    yield server.start(tmp_path_factory.mktemp("valkey"))
    server.stop()


@pytest.fixture
def redis_client(valkey: Path) -> Iterator[redis.Redis]:
    """A client of that server, whose data are gone before each test."""
    client = redis.Redis(unix_socket_path=str(valkey), decode_responses=True)
    client.flushall()
    yield client
    client.close()

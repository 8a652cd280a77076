"""A plugin that writes down which tests failed, and why, for ``.ci/steady``.

``-p tests.failures --failures=DIRECTORY``: each test gets a numbered directory with
its ``name``, as pytest takes it, and the ``text`` of its first failure.  ``not_all`` is
there when a file of tests could not be read, or the run was stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--failures", type=Path, help="write down here what failed")


def pytest_configure(config: pytest.Config) -> None:
    # Where several processes share the tests, the one that hands them out hears of all.
    directory = config.getoption("failures")
    if directory is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Writer(directory))


class Writer:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.seen: set[str] = set()

    def pytest_runtest_logreport(self, report: Any) -> None:
        if not report.failed or report.nodeid in self.seen:
            return
        self.seen.add(report.nodeid)
        place = self.directory / str(len(self.seen))
        place.mkdir()
        (place / "name").write_text(report.nodeid, "utf-8")
        text = report.longreprtext.rstrip() + "\n"
        (place / "text").write_text(text, "utf-8", "backslashreplace")

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            (self.directory / "not_all").touch()

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.shouldfail or session.shouldstop:
            (self.directory / "not_all").touch()

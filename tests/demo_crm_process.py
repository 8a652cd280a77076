"""The demo CRM as a process of its own, as a test drives it.

with DemoCrm() as crm:
    crm.fault("drop_after", path="/spend$")
    ...
    assert [entry["action"] for entry in crm.ledger()] == ["redeem", "undo"]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

ROOT = Path(__file__).parent.parent
KEY = {"X-Api-Key": "demo-crm-key"}

JOHN = "a26d8975-3b86-43c0-9b12-a86401074770"
JOHNS_OFFER = "d65804be-1941-4a5b-851a-abd000bfc8bc"


class DemoCrm:
    """Starts on a free port; ``start`` returns when it listens."""

    def __init__(
        self,
        *,
        data: Path | None = None,
        latency_ms: float = 0,
        empty: bool = False,
        port: int = 0,
    ) -> None:
        self._arguments = [f"--port={port}", f"--latency={latency_ms}"]
        if data is not None:
            self._arguments.append(f"--data={data}")
        if empty:
            self._arguments.append("--empty")
        self._process: subprocess.Popen[str] | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update(KEY)
        self.url = ""

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self._process is not None, "not started"
        return self._process

    def start(self) -> DemoCrm:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "demo_crm", *self._arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        word, _, self.url = self._process.stdout.readline().strip().partition(" ")
        assert word == "ready", "the demo CRM did not start: see its stderr"
        return self

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.terminate()
        return self._ended()

    def kill(self) -> int:
        """End it as a power cut would (SIGKILL)."""
        self.process.kill()
        return self._ended()

    def _ended(self) -> int:
        assert self.process.stdout is not None
        code = self.process.wait(10)
        self.process.stdout.close()
        self._session.close()
        return code

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        query: dict[str, Any] | None = None,
    ) -> requests.Response:
        """Call the CRM directly, past the bridge."""
        url = self.url + path
        return self._session.request(method, url, json=json, params=query, timeout=10)

    def _ok(self, method: str, path: str, **given: Any) -> Any:
        answer = self.call(method, path, **given)
        answer.raise_for_status()
        return answer.json()

    def ledger(self, *, after: int = 0) -> list[dict[str, Any]]:
        """Return every redeem and undo since ``seq`` ``after``, oldest first.

        An entry has seq, at, action ("redeem", "undo"), contact, kind ("offer",
        "voucher"), item, reference, spend and till.
        """
        entries = self._ok("GET", "/ledger", query={"after": after})["entries"]
        return list(entries)

    def spent(self) -> dict[str, str]:
        """Return the reference that each item is spent under now, by item id.

        The few that the seed has spent are among them.
        """
        spends = self._ok("GET", "/spends")["spends"]
        return {spend["item"]: spend["reference"] for spend in spends}

    def revision(self) -> int:
        """Return a number that every change of any kind makes larger."""
        return int(self._ok("GET", "/ping")["revision"])

    def fault(
        self,
        kind: str,
        *,
        method: str | None = None,
        path: str = "",
        query: str = "",
        times: int | None = 1,
        ms: float | None = None,
        retry_after: str | None = None,
        done: bool | None = None,
        share: float | None = None,
    ) -> None:
        """Have calls go wrong.  Rules are looked at in the order they were made.

        ``kind``: slow, 401, 429, 500, 503, garbage, html, truncated, hang, drop_before,
        drop_after.  ``path`` is a regular expression searched for in the path as sent
        (quoted, no query), ``query`` one for what follows the path; ``times`` None
        means until ``clear_faults``.  ``ms`` is for slow.  ``done`` says whether the
        work is done all the same, where that is to be other than usual (see
        ``demo_crm.faults.KINDS``).  ``share`` is for one call in so many, by chance.
        """
        rule = {
            "kind": kind,
            "method": method,
            "path": path,
            "query": query,
            "times": times,
            "ms": ms,
            "retry_after": retry_after,
            "done": done,
            "share": share,
        }
        self._ok("POST", "/faults", json=rule)

    def faults_met(self) -> int:
        """Return how many calls have gone wrong since the faults were last cleared."""
        return int(self._ok("GET", "/faults")["met"])

    def clear_faults(self) -> None:
        """Behave again; whoever hangs is let go."""
        self._ok("DELETE", "/faults")

    def reset(self) -> None:
        """Go back to the seed, with an empty ledger and no faults."""
        self.clear_faults()
        self._ok("POST", "/reset")

    def grant(
        self, contact: str, *, offers: int = 0, vouchers: int = 0
    ) -> dict[str, list[str]]:
        """Give a contact fresh items to spend; return their ids by kind."""
        body = {"contact": contact, "offers": offers, "vouchers": vouchers}
        given: dict[str, list[str]] = self._ok("POST", "/grants", json=body)
        return given

    def __enter__(self) -> DemoCrm:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

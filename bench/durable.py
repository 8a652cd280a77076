"""The same redeem in a durable workflow library: DBOS Transact, on SQLite.

What somebody might take instead of a journal of their own.  It keeps every step's
result; it knows no undo, no two tills and no lost answers.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def workflow(directory: Path) -> Iterator[Callable[[int], None]]:
    """Give a function that runs a workflow of so many steps."""
    from dbos import DBOS

    DBOS(
        config={
            "name": "bench",
            "system_database_url": f"sqlite:///{directory}/dbos.sqlite",
            "log_level": "ERROR",
        }
    )

    @DBOS.step()
    def spend(item_id: str) -> dict[str, str]:
        return {"spend": "S000001"}

    @DBOS.workflow()
    def redeem(items: Sequence[str]) -> list[dict[str, str]]:
        return [spend(item_id) for item_id in items]

    DBOS.launch()
    try:
        yield lambda steps: (redeem([str(uuid.uuid4()) for _ in range(steps)]), None)[1]
    finally:
        DBOS.destroy()

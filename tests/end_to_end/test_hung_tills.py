"""A slow CRM, more tills than threads, and tills that hang up when it takes too long.

Whatever the queue, and whenever they hang up: when all has settled, exactly that is
spent whose till was answered 200.
"""

from __future__ import annotations

import json
import random
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from bridge.embedded import EmbeddedValkey
from bridge.redeem import Journal, RedeemSettings, RedisSettings, Store
from tests.demo_crm_process import JOHN, DemoCrm
from tests.end_to_end.service import Service
from tests.end_to_end.test_overload import eventually
from tests.end_to_end.test_parsers import HOST, JSON, LOGIN
from tests.end_to_end.test_slow_clients import connected, everything
from tests.extent import EVERYTHING

TILLS = 200 if EVERYTHING else 48
THREADS = 4
CRM_MS = 250

SETTINGS = {"retry_seconds": 0.1, "retry_at_most_seconds": 0.5, "doubt_seconds": 0.5}


@pytest.mark.parametrize("queue_seconds", [0.5, 30], ids=["short", "long"])
def test_nothing_is_spent_for_a_till_that_was_not_told_so(
    tmp_path: Path, queue_seconds: float
) -> None:
    server = {"bind": "127.0.0.1:0", "workers": 1, "threads": THREADS}
    server |= {"queue_seconds": queue_seconds, "deadline_seconds": 2}
    settings = {"server": server, "redeem": SETTINGS}
    with (
        DemoCrm(latency_ms=CRM_MS) as crm,
        Service(tmp_path, crm, EmbeddedValkey(), settings=settings) as service,
        ThreadPoolExecutor(TILLS) as pool,
    ):
        offers = crm.grant(JOHN, offers=TILLS)["offers"]
        dice = random.Random(7)
        patience = [dice.uniform(0.05, 2.5) for _ in offers]
        ends = list(pool.map(redeemed, [service] * TILLS, offers, patience))
        with redis.Redis(
            unix_socket_path=str(service.socket), decode_responses=True
        ) as client:
            place = RedisSettings(url=f"unix://{service.socket}")
            journal = Journal(Store(client, place), RedeemSettings())
            eventually(lambda: journal.counts() == (0, 0))
            settled = {end.redeem_id: journal.load(end.redeem_id) for end in ends}
        spent = crm.spent()
    statuses = Counter(end.status for end in ends)
    print(f"queue of {queue_seconds} s: {dict(statuses)}")
    told = {end.offer for end in ends if end.status == 200}
    assert {offer for offer in offers if offer in spent} == told
    assert statuses[200] >= THREADS
    assert statuses[0] + statuses[503] >= TILLS / 4
    for end in ends:
        if end.status == 200 and end.hung_up:
            # It was on its way: all was settled before the till hung up.
            redeem = settled[end.redeem_id]
            assert redeem is not None
            assert redeem.settled_at <= end.hung_up + 0.001  # it is rounded


@dataclass(frozen=True)
class End:
    """How a redeem ended for its till."""

    offer: str
    status: int = 0
    """0: the other side hung up, too."""
    redeem_id: str = ""
    hung_up: float = 0.0
    """When it hung up, if it did: Unix time."""


def redeemed(service: Service, offer: str, seconds: float) -> End:
    """Redeem over a connection that is given up after so long.

    What is on its way in that moment is still read: it has been told.
    """
    body = json.dumps({"bonus_checks": [], "promotions": [offer]})
    head = f"POST /customers/{JOHN}/redeem HTTP/1.1\r\n{HOST}{JSON}{LOGIN}"
    head += f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    hung_up = 0.0
    with connected(service) as till:
        till.settimeout(seconds)
        till.sendall(f"{head}{body}".encode())
        try:
            answer = till.recv(4096)
        except TimeoutError:
            hung_up = time.time()
            till.shutdown(socket.SHUT_WR)
            answer = b""
        till.settimeout(30)
        answer += everything(till)
    if not answer:
        return End(offer, hung_up=hung_up)
    status = int(answer.split(b" ")[1])
    redeem_id = json.loads(answer.partition(b"\r\n\r\n")[2]).get("redeem_id", "")
    return End(offer, status, redeem_id, hung_up)

"""Finds the addresses of a host without waiting longer than one may.

``getaddrinfo`` cannot be given a time limit and may hang for half a minute, so it runs
in a thread of its own: only where a new connection is made, and once for all that wait
for the same host.
"""

from __future__ import annotations

import socket
import threading
from concurrent.futures import Future

_asked: dict[tuple[str, int], Future[list[str]]] = {}
_lock = threading.Lock()


def addresses(host: str, port: int, seconds: float) -> list[str]:
    """Return the host's addresses, the preferred ones first.

    Raises ``socket.gaierror`` if there are none, ``TimeoutError`` after ``seconds``.
    """
    if _is_address(host):
        return [host]
    with _lock:
        found = _asked.get((host, port))
        if found is None:
            found = _asked[host, port] = Future()
            threading.Thread(
                target=_ask, args=(host, port, found), daemon=True, name="names"
            ).start()
    return found.result(seconds)


def _ask(host: str, port: int, found: Future[list[str]]) -> None:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        result = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        failure = None
    except Exception as error:
        result, failure = [], error
    with _lock:
        del _asked[host, port]
    if failure is None:
        found.set_result(result)
    else:
        found.set_exception(failure)


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host.strip("[]"))
        except OSError:
            continue
        return True
    return False

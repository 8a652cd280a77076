"""What nginx's access log says of a call, as the soak reads it."""

from __future__ import annotations

import pytest

from tests.soak.history import Passed
from tests.soak.shop import passed

MARK = "0123456789abcdef" * 2

LINES = {
    "200 0.045 127.0.0.1:8080 200 " + MARK: Passed(200, 8080, 200),
    "503 0.800 127.0.0.1:8080 503 " + MARK: Passed(503, 8080, 503),
    "503 0.512 127.0.0.1:8090 502 -": Passed(503, 8090, 502),
    "503 1.020 127.0.0.1:8080, 127.0.0.1:8090 502, 502 -": Passed(503, 8090, 502),
    "200 0.045 127.0.0.1:8080, 127.0.0.1:8090 502, 200 " + MARK: Passed(200, 8090, 200),
    "499 0.210 127.0.0.1:8080 - -": Passed(499, 8080, 0),
    "408 5.000 - - -": Passed(408, 0, 0),
}


@pytest.mark.parametrize("rest", LINES)
def test_a_line(rest: str) -> None:
    asked = "2026-11-27T03:00:00+00:00 127.0.0.1 POST /customers/a b/redeem"
    assert passed(f"{asked} {rest} {MARK}\n") == (MARK, LINES[rest])


def test_what_is_no_till_s() -> None:
    line = "2026-11-27T03:00:00+00:00 127.0.0.1 GET /healthz 200 0.001 127.0.0.1:1 200"
    assert passed(f"{line} - -\n") is None

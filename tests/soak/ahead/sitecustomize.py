"""A machine whose clock is wrong, for every Python process that has this on its path.

``CLOCK_AHEAD`` says by how many seconds; durations are not touched.
"""

import os
import time

_true, _ahead = time.time, float(os.environ.get("CLOCK_AHEAD", 0))


def _time() -> float:
    return _true() + _ahead


if _ahead:
    time.time = _time

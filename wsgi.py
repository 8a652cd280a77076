"""The WSGI application, for a server other than the one in ``sitoo-bridge serve``.

Reads the configuration that ``SITOO_BRIDGE_CONFIG`` names.  Recovery is a process of
its own: ``sitoo-bridge recover``.
"""

from __future__ import annotations

import os
from pathlib import Path

from bridge import log, traces
from bridge.app import create_app
from bridge.config import load

config = load(Path(os.environ.get("SITOO_BRIDGE_CONFIG", "config.yaml")))
log.configure(config.log.level, config.log.format)
traces.begin(config.telemetry)
application = create_app(config)

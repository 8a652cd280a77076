"""A bridge before a live CRM: what the tests of every such mapping need.

The CRM's own ``conftest`` has the fixture ``configure``, which reads a configuration
with one site ``shop`` in it.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest
from werkzeug.serving import make_server

from bridge.app import create_app, create_site
from bridge.config import Config
from bridge.deadline import Deadline
from bridge.mapping import Mapping
from bridge.model import Context
from tests.mappings.till import Till

Configure = Callable[..., Config]
Connect = Callable[..., Any]


def without(reason: str) -> NoReturn:
    """Skip, or fail where everything must be there."""
    if os.environ.get("BRIDGE_CI") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def connect(configure: Configure) -> Iterator[Connect]:
    """Make a mapping for one request, as the bridge would."""
    gateways = []

    def make(config: Config | None = None, seconds: float = 20) -> Any:
        (site,) = (config or configure()).sites
        made = create_site(site, site.mapping_class)
        gateways.append(made.gateway)
        context = Context(site="shop", store_id="200", register_id="3")
        return made.mapping(context, Deadline(seconds))

    yield make
    for gateway in gateways:
        gateway.close()


@pytest.fixture
def mapping(connect: Connect) -> Mapping:
    made = connect()
    assert isinstance(made, Mapping)
    return made


@pytest.fixture
def bridge(configure: Configure, redis_client: Any) -> Iterator[Callable[..., Till]]:
    """Start bridges, each in threads of its own, and return a till at each."""
    servers = []

    def start(register: str = "1", **replaced: str) -> Till:
        app = create_app(configure(**replaced))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        # Else a stop waits for half a second.
        serve = functools.partial(server.serve_forever, poll_interval=0.02)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        servers.append((server, thread))
        return Till(f"http://127.0.0.1:{server.port}", register)

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def till(bridge: Callable[..., Till]) -> Till:
    return bridge()

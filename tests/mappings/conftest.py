"""A bridge before a CRM: what the tests of every mapping need.

The CRM's own ``conftest`` has the fixtures ``served`` and ``office``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import redis
from click.testing import CliRunner

from bridge.app import create_app
from bridge.cli import main
from bridge.config import Config, load
from bridge.deadline import Deadline
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.parts import create_site
from bridge.redeem import Journal, RedisSettings, Store
from tests.mappings.live import postgresql as live_postgresql
from tests.mappings.mortality import Mortality
from tests.mappings.served import REDIS, Served, replaced
from tests.mappings.till import Till
from tests.redeem.conftest import SETTINGS
from tests.serving import serving

Configure = Callable[..., Config]
Connect = Callable[..., Any]
Check = Callable[..., list[str]]


@pytest.fixture
def configure(served: Served, valkey: Path, tmp_path: Path) -> Configure:
    """Read a configuration as written down, with some of its text replaced."""

    def read(crm: Served = served, **new: str) -> Config:
        file = tmp_path / "config.yaml"
        text = crm.sites + REDIS.format(valkey=valkey)
        file.write_text(replaced(text, new), "utf-8")
        return load(file)

    return read


@pytest.fixture
def connect(configure: Configure) -> Iterator[Connect]:
    """Make a mapping for one request, as the bridge would."""
    gateways = []

    def make(config: Config | None = None, seconds: float = 20) -> Any:
        (site,) = (config or configure()).sites
        made = create_site(site, site.mapping_class)
        gateways.extend(one.gateway for one in made.systems().values())
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
    with ExitStack() as started:

        def start(register: str = "1", **new: str) -> Till:
            url = started.enter_context(serving(create_app(configure(**new))))
            return Till(url, register)

        yield start


@pytest.fixture
def till(bridge: Callable[..., Till]) -> Till:
    return bridge()


@pytest.fixture
def check(configure: Configure, tmp_path: Path) -> Check:
    """Run ``sitoo-bridge check``; return what it says about the site."""

    def run(**new: str) -> list[str]:
        configure(**new)
        config = str(tmp_path / "config.yaml")
        result = CliRunner().invoke(main, ["check", "-c", config])
        said = [line for line in result.output.splitlines() if "sites.shop:" in line]
        assert result.exit_code == any(line.startswith("problem") for line in said)
        return [line.partition("sites.shop: ")[2] for line in said]

    return run


@pytest.fixture
def mortality(
    configure: Configure, valkey: Path, redis_client: redis.Redis
) -> Iterator[Mortality]:
    """Bridges that die, over a journal of their own."""
    (config,) = configure().sites
    site = create_site(config, config.mapping_class)
    store = Store(redis_client, RedisSettings(url=f"unix://{valkey}"))
    with ThreadPoolExecutor(4) as pool:
        yield Mortality(site, Journal(store, SETTINGS), redis_client, pool)
    for system in site.systems().values():
        system.gateway.close()


@pytest.fixture(scope="module")
def postgresql() -> Path:
    """Where the programs of PostgreSQL are."""
    return live_postgresql.found()

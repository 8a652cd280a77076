"""Real proxies in front that keep the inside by simple rules: nobody gets past them.

Each denies what begins with a plain name, and passes on all else as it came, headers
with underscores included: the least that a proxy does.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.embedded import EmbeddedValkey
from bridge.journal_ui.door.passwords import hashed
from tests.demo_crm_process import DemoCrm
from tests.end_to_end.raw import Answered, connected, get
from tests.end_to_end.service import Service
from tests.extent import without
from tests.redis_servers import free_port, wait_until

JOURNAL = {"users": {"anna": {"role": "read", "password_hash": hashed("right")}}}

HAPROXY = """
defaults
    mode http
    timeout connect 5s
    timeout client 10s
    timeout server 10s
frontend outside
    bind {address}
    http-request deny if {{ path /metrics /readyz }} or {{ path_beg /journal }}
    option forwardfor
    default_backend bridge
backend bridge
    server one {bridge}
"""

NGINX = """
daemon off;
pid {directory}/nginx.pid;
error_log {directory}/error.log crit;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    underscores_in_headers on;
    merge_slashes off;
    server {{
        listen {address};
        location ~ ^/(metrics|readyz|journal) {{ deny all; }}
        location / {{
            proxy_pass http://{bridge};
            proxy_http_version 1.1;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }}
    }}
}}
"""

FRONTS = {
    "haproxy": (HAPROXY, ["-db", "-f"]),
    "nginx": (NGINX, ["-c"]),
}

PAGES = ("metrics", "readyz", "journal/sign-in")

SPELLINGS: list[Callable[[str], str]] = [
    lambda page: f"/{page}",
    lambda page: f"//{page}",
    lambda page: f"/%{ord(page[0]):02x}{page[1:]}",
    lambda page: f"/%2f{page}",
    lambda page: f"/x/..%2f{page}",
    lambda page: f"/./{page}",
    lambda page: f"/{page}%23x",
    lambda page: f"http://bridge//{page}",
    lambda page: f"http://bridge/%{ord(page[0]):02x}{page[1:]}",
    lambda page: f"/{page.upper()}",
    lambda page: f"/{page};x",
]

HEADERS = [
    "SCRIPT_NAME: /x",
    "SCRIPT-NAME: /x",
    "PATH_INFO: /metrics",
    "X-Original-URL: /metrics",
    "X-Forwarded-Prefix: /x",
]


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, crm: DemoCrm
) -> Iterator[Service]:
    settings = {
        "journal": JOURNAL,
        "server": {
            "bind": "127.0.0.1:0",
            "workers": 1,
            "trusted_proxies": ["127.0.0.1"],
        },
    }
    directory = tmp_path_factory.mktemp("fronts")
    with Service(directory, crm, EmbeddedValkey(), settings=settings) as service:
        yield service


@pytest.fixture(scope="module", params=FRONTS)
def front(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    service: Service,
) -> Iterator[str]:
    with started(request.param, tmp_path_factory.mktemp("front"), service) as address:
        yield address


@contextmanager
def started(name: str, directory: Path, service: Service) -> Iterator[str]:
    """Run a proxy in front of the bridge; yield where it listens."""
    program = shutil.which(name)
    if program is None:
        without(f"{name} is not installed")
    text, arguments = FRONTS[name]
    address = f"127.0.0.1:{free_port()}"
    bridge = service.url.removeprefix("http://")
    file = directory / "front.conf"
    file.write_text(text.format(address=address, bridge=bridge, directory=directory))
    with subprocess.Popen([program, *arguments, str(file)]) as process:
        try:
            wait_until(lambda: listens(address), f"{name} to listen")
            yield f"http://{address}"
        finally:
            process.terminate()


def listens(address: str) -> bool:
    try:
        connected(f"http://{address}").close()
    except OSError:
        return False
    return True


def opened(answered: Answered) -> bool:
    """Whether something of the inside is shown."""
    inside = (b"sitoo_bridge_requests", b'"breakers"', b"password")
    return any(word in answered.body for word in inside)


def test_what_is_sound_gets_through(front: str, service: Service) -> None:
    assert get(front, "/healthz").status == 200
    assert opened(get(service.url, "/metrics"))
    assert opened(get(service.url, "/journal/sign-in"))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("spelled", SPELLINGS)
def test_no_spelling_gets_past_a_proxy(
    front: str, page: str, spelled: Callable[[str], str]
) -> None:
    answered = get(front, spelled(page))
    assert answered.status in (400, 403, 404)
    assert not opened(answered)


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("target", ["/x/metrics", "/x/journal/sign-in", "/x", "/xx"])
def test_no_header_gets_past_a_proxy(front: str, target: str, header: str) -> None:
    answered = get(front, target, header)
    assert answered.status == 404
    assert not opened(answered)
    assert get(front, "/healthz", header, "X-Forwarded-Proto: x").status == 200

"""Two bridges behind the documentation's nginx file as it is: what a shop runs."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any

from tests.extent import without
from tests.redis_servers import free_port
from tests.running import Running, running
from tests.spi.till import basic

FILE = Path(__file__).parents[1] / "docs" / "retailers" / "nginx.conf"

PATIENCE = 30.0

LATEST = 12
"""Lines of the access log that are looked at: some of every till's."""

AROUND = """
daemon off;
worker_processes 1;
pid {directory}/nginx.pid;
error_log {directory}/main.log crit;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    {file}
}}
"""


class Bridge:
    """One of the two, on a port that it keeps."""

    def __init__(
        self,
        directory: Path,
        config: Callable[[int, int], str],
        environment: dict[str, str] | None = None,
    ) -> None:
        directory.mkdir()
        self.port, self.inside = free_port(), free_port()
        self.config = directory / "config.yaml"
        self.text = config(self.port, self.inside)
        self.config.write_text(self.text)
        self._environment = environment
        self._stack = ExitStack()

    def start(self) -> None:
        self.serve: Running = self._stack.enter_context(
            running("serve", "-c", str(self.config), environment=self._environment)
        )
        self.serve.until("ready http://")

    @property
    def doors(self) -> tuple[int, int]:
        """Where it listens: for Sitoo, and for the inside."""
        return self.port, self.inside

    def stop(self) -> None:
        self._stack.close()


class Front:
    """nginx, and how tills ask it."""

    def __init__(
        self, directory: Path, doors: Sequence[tuple[int, int]], also_logged: str = ""
    ) -> None:
        """``also_logged``: what each line of the access log has at its end, besides."""
        directory.mkdir()
        self.port = free_port()
        self.log = directory / "access.log"
        self.errors = directory / "error.log"
        text = FILE.read_text("utf-8")
        for old, new in {
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "127.0.0.1:8080 ": f"127.0.0.1:{doors[0][0]} ",
            "127.0.0.1:8090 ": f"127.0.0.1:{doors[1][0]} ",
            "127.0.0.1:8081 ": f"127.0.0.1:{doors[0][1]} ",
            "127.0.0.1:8091 ": f"127.0.0.1:{doors[1][1]} ",
            "/etc/ssl/certs/bridge.example.com.pem": f"{directory}/cert.pem",
            "/etc/ssl/private/bridge.example.com.key": f"{directory}/key.pem",
            "/var/log/nginx/sitoo-bridge.access.log": str(self.log),
            "/var/log/nginx/sitoo-bridge.error.log": str(self.errors),
            "$sent_http_x_request_id'": f"$sent_http_x_request_id{also_logged}'",
        }.items():
            assert old in text, old
            text = text.replace(old, new)
        make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
        make += " -addext subjectAltName=IP:127.0.0.1"
        subprocess.run(
            [*make.split(), "-keyout", "key.pem", "-out", "cert.pem"],
            cwd=directory,
            check=True,
            capture_output=True,
        )
        self.conf = directory / "nginx.conf"
        self.conf.write_text(AROUND.format(directory=directory, file=text))
        self.tls = ssl.create_default_context()
        self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE

    @contextmanager
    def running(self) -> Iterator[Front]:
        program = shutil.which("nginx")
        if program is None:
            without("There is no nginx here: apt-get install nginx-light")
        nginx = subprocess.Popen([program, "-c", str(self.conf), "-p", "/tmp"])
        try:
            until(lambda: self.ask("GET", "/healthz")[0] == 200)
            yield self
        finally:
            nginx.terminate()
            nginx.wait(10)

    def ask(
        self, method: str, path: str, body: str | None = None, **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        connection = HTTPSConnection(
            "127.0.0.1", self.port, timeout=20, context=self.tls
        )
        try:
            known = {"Authorization": basic("till:secret"), **headers}
            known["Content-Type"] = "application/json"
            connection.request(method, path, body, known)
            answer = connection.getresponse()
            text = answer.read().decode()
            return answer.status, text, dict(answer.headers)
        except (OSError, HTTPException) as error:
            return 0, type(error).__name__, {}
        finally:
            connection.close()

    def answered_by(self, port: int) -> bool:
        """Whether the latest lines have an answer of this bridge."""
        lines = self.log.read_text("utf-8").splitlines()[-LATEST:]
        return any(f" 127.0.0.1:{port} " in line for line in lines)


def until(holds: Callable[[], Any], pause: float = 0.05) -> None:
    give_up = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up
        threading.Event().wait(pause)

"""``sitoo-bridge demo`` as somebody sees it who has just cloned the repository."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from tests.redis_servers import wait_until
from tests.running import Running, running, still_there

JOHN = "a26d8975-3b86-43c0-9b12-a86401074770"
PROMOTION = "d65804be-1941-4a5b-851a-abd000bfc8bc"
LAST_LINE = "Ctrl-C stops everything"


@pytest.fixture(scope="module")
def demo() -> Iterator[Running]:
    with running("demo", "--port", "0") as one:
        one.until(LAST_LINE)
        yield one


def url_of(one: Running) -> str:
    (line,) = [line for line in one.said if "is ready at" in line]
    return line.split()[5]


def ask(
    url: str, method: str = "GET", body: Any = None, user: str = "demo:demo"
) -> tuple[int, Any]:
    """Send one request as the POS would; return the status and the parsed answer."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    headers = {"Authorization": f"Basic {b64encode(user.encode()).decode()}"}
    raw = None
    if body is not None:
        raw = body if isinstance(body, str) else json.dumps(body)
        headers["Content-Type"] = "application/json"
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    try:
        connection.request(method, path, raw, headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
    finally:
        connection.close()


def test_every_command_to_paste_works(demo: Running) -> None:
    commands = [line for line in demo.said if line.startswith("  curl -u ")]
    found = [pasted(command) for command in commands]
    assert [status for status, _ in found] == [200, 200, 200]
    search, card, redeem = (answer for _, answer in found)
    assert search[0]["customer_id"] == card["customer_id"] == JOHN
    assert len(redeem["redeem_id"]) == 32


def test_the_crm_fails_and_works_again_as_the_demo_says(demo: Running) -> None:
    lines = [line for line in demo.said if line.startswith("  curl ")]
    (begin, end) = (line for line in lines if "/faults" in line)
    search, card, redeem = (line for line in lines if "/faults" not in line)
    promotions = [one["promotion_id"] for one in pasted(card)[1]["promotions"]]
    assert pasted(begin)[0] == 200
    try:
        other = redeem.replace("d65804be-1941-4a5b-851a-abd000bfc8bc", promotions[-1])
        assert pasted(other.replace("Store-ID: 200", "Store-ID: 201"))[0] >= 500
    finally:
        assert pasted(end)[0] == 200
    assert pasted(search)[0] == 200
    (config,) = (line.split()[-1] for line in demo.said if "configuration" in line)
    assert "mapping: demo" in Path(config).read_text("utf-8")


def pasted(command: str) -> tuple[int, Any]:
    """Do what curl does with the options that the demo's commands have."""
    words = iter(shlex.split(command)[1:])
    headers, found = {}, {}
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word.startswith("-"):
            found[word] = next(words)
        else:
            found["url"] = word
    if "-u" in found:
        user = b64encode(found["-u"].encode()).decode()
        headers["Authorization"] = f"Basic {user}"
    body = found["-d"].encode() if "-d" in found else None
    method = found.get("-X", "POST" if body else "GET")
    asked = urllib.request.Request(found["url"], body, headers, method=method)
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_says_where_the_description_is(demo: Running) -> None:
    pages = [
        line.split()[-1] for line in demo.said if line.endswith(("/docs", ".json"))
    ]
    assert len(pages) == 2
    for page in pages:
        with urllib.request.urlopen(page) as answer:
            assert answer.status == 200


def test_listens_on_this_machine_only(demo: Running) -> None:
    listening = [
        connection.laddr
        for process in demo.descendants()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_counts_over_all_its_processes(demo: Running) -> None:
    """What one worker has counted, the other one knows."""
    (server,) = [one for one in demo.descendants() if "--listen-fd" in one.cmdline()][
        :1
    ]
    one, other = server.children()
    with _only(one, not_=other):
        for _ in range(3):
            assert ask(f"{url_of(demo)}/consents")[0] == 200

    def told() -> list[str]:
        """What the other one says, while the one that has counted cannot."""
        with (
            _only(other, not_=one),
            urllib.request.urlopen(f"{url_of(demo)}/metrics") as answer,
        ):
            text = answer.read().decode()
        return re.findall(r'sitoo_bridge_requests_total{operation="consents".*', text)

    wait_until(told, "one process to write down what it has counted")
    (line,) = told()
    assert float(line.split()[-1]) >= 3


@contextmanager
def _only(one: psutil.Process, *, not_: psutil.Process) -> Iterator[None]:
    """Have all requests answered by one of two workers."""
    not_.suspend()
    yield
    not_.resume()


def test_a_second_demo_on_the_same_port_says_so(demo: Running) -> None:
    port = str(urlsplit(url_of(demo)).port)
    with running("demo", "--port", port) as second:
        assert second.end() == 2
    assert second.said == []
    (sentence,) = second.logged
    assert f"Port {port} is taken" in sentence
    assert "--port" in sentence


def test_a_directory_that_cannot_be_made_is_one_sentence() -> None:
    with running("demo", "--port", "0", "--data", "/dev/null/here") as demo:
        assert demo.end() == 2
    (sentence,) = demo.logged
    assert "--data: /dev/null/here cannot be made (Not a directory)" in sentence


def test_no_line_repeats_what_was_asked_for() -> None:
    """Neither the bridge's lines nor gunicorn's own, whatever is wrong with it."""
    secret = "hemlig.person"
    with running("demo", "--port", "0") as demo:
        demo.until(LAST_LINE)
        url = url_of(demo)
        found = f"/customers?key_type=email&key={secret}%40example.com"
        assert ask(url + found) == (200, [])
        assert ask(f"{url}/customers?key_type=nonsense&key={secret}")[0] == 400
        assert ask(f"{url}/{secret}?key={secret}")[0] == 404
        assert ask(url + found, user=f"{secret}:{secret}")[0] == 401
        for garbage in (
            f"GET {found} HTTP/9.9\r\n\r\n",
            f"GARBAGE\x00{found}\r\n\r\n",
            f"GET {found} HTTP/1.1\r\nX {secret}: y\r\n\r\n",
            f"GET {found} HTTP/1.1\r\nStore-ID: {secret * 2000}\r\n\r\n",
            f"GET {found}{secret * 2000} HTTP/1.1\r\n\r\n",
            f"POST {found} HTTP/1.1\r\nTransfer-Encoding: {secret}\r\n\r\n",
        ):
            _is_refused(url, garbage)
        demo.tell(signal.SIGTERM)
        assert demo.end() == 0
    lines = "\n".join(demo.logged)
    assert lines.count("an invalid request was refused") == 6
    assert secret not in demo.everything()


def _is_refused(url: str, garbage: str) -> None:
    """Expect the SPI's error object from the server itself."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), 10) as connection:
        connection.sendall(garbage.encode())
        answer = b""
        while chunk := connection.recv(4096):
            answer += chunk
    head, _, body = answer.decode().partition("\r\n\r\n")
    assert "Content-Type: application/json" in head
    error = json.loads(body)
    assert error.keys() == {"errortext", "statuscode"}
    assert error["statuscode"] == int(head.split()[1]) >= 400


def test_a_client_that_does_not_hang_up_delays_nobody(demo: Running) -> None:
    """Accepting must not wait for clients that keep their end open."""
    parts = urlsplit(url_of(demo))
    address = (parts.hostname, parts.port)
    with ExitStack() as kept_open:
        for _ in range(8):
            rude = kept_open.enter_context(socket.create_connection(address, 10))
            _gets_an_answer(rude)
        for _ in range(8):
            with socket.create_connection(address, 1.5) as polite:
                _gets_an_answer(polite)


def _gets_an_answer(connection: socket.socket) -> None:
    connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
    assert connection.recv(4096).startswith(b"HTTP/1.0 200")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_stops_every_process_it_started(number: signal.Signals, tmp_path: Path) -> None:
    environment = {"TMPDIR": str(tmp_path)}
    with running("demo", "--port", "0", environment=environment) as demo:
        demo.until(LAST_LINE)
        started = demo.descendants()
        names = " ".join(" ".join(process.cmdline()) for process in started)
        for one in ("demo_crm", "valkey-server", "serve", "recover"):
            assert one in names
        demo.tell(number)
        assert demo.end() == (0 if number is signal.SIGINT else -number)
    assert still_there(started) == []
    # It says what starts and stops, and nothing goes wrong on the way.
    assert {json.loads(line)["level"] for line in demo.logged} == {"info"}
    if number is signal.SIGINT:
        assert os.listdir(tmp_path) == []


def test_ends_when_a_part_of_it_does() -> None:
    with running("demo", "--port", "0") as demo:
        demo.until(LAST_LINE)
        started = demo.descendants()
        (crm,) = [one for one in started if "demo_crm" in one.cmdline()]
        crm.kill()
        assert demo.end() == 1
    assert demo.logged[-1].endswith(
        "the demo CRM ended unexpectedly: everything stops."
    )
    assert still_there(started) == []


def test_keeps_everything_where_it_is_told_to(tmp_path: Path) -> None:
    arguments = ("demo", "--port", "0", "--data", str(tmp_path / "kept"))
    items = {"bonus_checks": [], "promotions": [PROMOTION]}
    with running(*arguments) as first:
        first.until(LAST_LINE)
        status, redeem = ask(f"{url_of(first)}/customers/{JOHN}/redeem", "POST", items)
        assert status == 200
    with running(*arguments) as second:
        second.until(LAST_LINE)
        redeems = f"{url_of(second)}/customers/{JOHN}/redeem"
        # Spent in the CRM, and what the journal has leads back.
        assert ask(redeems, "POST", {**items, "bonus_checks": ["x"]})[0] == 409
        assert ask(f"{redeems}/{redeem['redeem_id']}", "DELETE") == (200, None)
        assert ask(redeems, "POST", items)[0] == 200


def test_begins_empty_and_slow_when_told_to() -> None:
    with running("demo", "--port", "0", "--empty", "--crm-latency", "50") as demo:
        demo.until(LAST_LINE)
        added, found, consents = (
            pasted(line) for line in demo.said if line.startswith("  curl -u ")
        )
        assert added[0] == 201
        assert found == (200, [added[1]])
        assert consents[0] == 200
        assert "--latency 50" in " ".join(
            " ".join(process.cmdline()) for process in demo.descendants()
        )


def test_the_journal_opens_with_demo_and_demo(demo: Running) -> None:
    url = url_of(demo)
    with requests.Session() as browser:
        browser.trust_env = False
        form = browser.get(f"{url}/journal").text
        fields = dict(re.findall(r'name="(csrf|next)" value="([^"]+)"', form))
        login = {"name": "demo", "password": "demo", **fields}
        page = browser.post(f"{url}/journal/sign-in", data=login)
        assert page.status_code == 200
        assert "<h1>Redeems</h1>" in page.text
        assert browser.get(f"{url}/journal?customer={JOHN}").status_code == 200

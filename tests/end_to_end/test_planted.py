"""Personal data is planted wherever a client can put any, and looked for afterwards.

Which places there are the API description says, and the code that reads headers: a new
parameter, header or property is planted from its first day, or this fails.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import redis

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import JOHN, DemoCrm
from tests.end_to_end.raw import Answered, say
from tests.end_to_end.reference import REDEEM
from tests.end_to_end.service import POS, Service
from tests.redis_servers import wait_until

BRIDGE = Path(__file__).parents[2] / "bridge"

READ = re.compile(r"""headers(?:\.get\(|\[)"([A-Za-z-]+)"|HTTP_([A-Z_]+)""")
"""How the code reads a request's header."""

EMPTY: dict[str, list[str]] = {"bonus_checks": [], "promotions": []}
"""A redeem's arrays, both of which have to be there."""

LOGIN = b64encode(":".join(POS).encode()).decode()


@dataclass
class Plants:
    """Somebody's address for each place, and the places that have one."""

    places: list[str] = field(default_factory=list)

    def __call__(self, place: str) -> str:
        if place not in self.places:
            self.places.append(place)
        return f"plant-{self.places.index(place)}@example.com"

    def named(self, place: str) -> str:
        """Return somebody's name instead, which nothing tells from an id."""
        return self(place).replace("@example.com", " Berg")

    def found_in(self, kept: bytes) -> list[str]:
        """Return the places from where something has got into this."""
        found = re.findall(rb"(?i)plant-(\d+)(?:@|%40| |%20|\+)", kept)
        numbers = {int(one) for one in found}
        return [self.places[number] for number in sorted(numbers)]


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, crm: DemoCrm
) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("planted")
    log = {"level": "debug", "format": "json"}
    with Service(directory, crm, EmbeddedValkey(), settings={"log": log}) as service:
        yield service


def test_what_is_planted_anywhere_is_kept_nowhere(service: Service) -> None:
    plants, journalled = Plants(), False
    description = service.call("GET", "/openapi.json").json()
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            for sent in requests_with(plants, description, path, method, operation):
                answered = send(service, *sent)
                journalled |= "redeem" in path and answered.status == 200
                assert answered.status < 500, sent
                assert plants.found_in(answered.head.encode()) == []
    for sent in strange(plants):
        send(service, *sent)
    assert all_headers() <= {
        place.rpartition(" ")[2].lower() for place in plants.places
    }
    # Ids that stood for nothing get their pseudonyms aside: no till waits for it.
    wait_until(lambda: not plants.found_in(dump(service)), "the journal to forget")
    kept = service.log.read_bytes() + dump(service)
    kept += service.call("GET", "/metrics").content
    kept += service.call("GET", "/readyz").content
    assert plants.found_in(kept) == []
    assert kept.count(b"~") >= 4
    assert journalled
    assert len(plants.places) > 60
    assert plants.found_in(b"x plant-0%40example.com") == plants.places[:1]


def requests_with(
    plants: Plants, description: Any, path: str, method: str, operation: Any
) -> Iterator[tuple[Any, ...]]:
    """Yield a request for each place of an operation, and one with all of them."""
    everywhere: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
    for parameter in map(resolved(description), operation["parameters"]):
        where, name = parameter["in"], parameter["name"]
        everywhere[where][name] = plants(f"{method} {path} {name}")
    body = operation.get("requestBody")
    content = body["content"]["application/json"]["schema"] if body else {}
    fields = filled(plants, description, content, f"{method} {path}") if body else None
    known = {"customer_id": JOHN, "redeem_id": "0" * 32}
    sound = REDEEM if path.endswith("/redeem") else {"name_first": "Kim"}
    for where, named in everywhere.items():
        for name, plant in named.items():
            one = {kind: {} for kind in everywhere} | {where: {name: plant}}
            query = {"key_type": "email", **one["query"]} if everywhere["query"] else {}
            place = {**everywhere["path"], **known, **one["path"]}
            yield method, path, place, query, one["header"], sound
    for name, value in (fields or {}).items():
        place = {**everywhere["path"], **known}
        yield method, path, place, {}, {}, {name: value}
        if path.endswith("/redeem"):
            yield method, path, place, {}, {}, {**EMPTY, name: value}
    if "customer_id" in everywhere["path"]:
        stranger = {"customer_id": plants.named(f"{method} {path} customer_id")}
        yield method, path, {**known, **stranger}, everywhere["query"], {}, sound
        yield method, path, {**known, **stranger}, {}, {}, fields
    yield method, path, everywhere["path"], everywhere["query"], {}, sound
    yield method, path, everywhere["path"], everywhere["query"], {}, fields


def filled(plants: Plants, description: Any, schema: Any, place: str) -> Any:
    """Return a value of a schema with somebody's address wherever there is text."""
    schema = resolved(description)(schema)
    for kind in ("allOf", "anyOf", "oneOf"):
        for one in schema.get(kind, ())[:1]:
            return filled(plants, description, one, place)
    properties = schema.get("properties")
    if properties:
        return {
            name: filled(plants, description, inner, f"{place} {name}")
            for name, inner in properties.items()
        }
    if "items" in schema:
        return [filled(plants, description, schema["items"], place)]
    return plants(place)


def resolved(description: Any) -> Any:
    """Return what follows references into the description."""

    def follow(one: Any) -> Any:
        while "$ref" in one:
            found = description
            for name in one["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            one = found
        return one

    return follow


def strange(plants: Plants) -> Iterator[tuple[Any, ...]]:
    """Yield what no description names: everything else that a client can send."""
    consents = "/consents", {}, {}
    for name in (
        *all_headers(),
        "user-agent",
        "cookie",
        "host",
        "referer",
        "x-anything",
    ):
        yield "get", *consents, {name: plants(f"header {name}")}, None
    # Nobody can tell a name from an id: a journal that is searched by till keeps it,
    # but nothing that is not about a redeem does.
    for name in ("store-id", "staff-id", "register-id"):
        yield "get", *consents, {name: plants.named(f"named {name}")}, None
    login = b64encode(f"{plants('user')}:{plants('password')}".encode()).decode()
    yield "get", *consents, {"Authorization": f"Basic {login}"}, None
    yield "get", *consents, {"Authorization": f"Bearer {plants('token')}"}, None
    yield "get", f"/{plants('no path')}", {}, {}, {}, None
    yield "get", "/consents", {}, {plants("name"): plants("value")}, {}, None
    yield plants("method").upper(), *consents, {}, None
    yield plants("method").partition("@")[0].upper() + "%40", *consents, {}, None
    yield "post", "/customers", {}, {}, {}, [plants("a list")]
    yield "post", "/customers", {}, {}, {}, {plants("a key"): plants("its value")}


def all_headers() -> set[str]:
    """Return the headers that some code of ours reads from a request."""
    told = "\n".join(
        path.read_text("utf-8")
        for part in ("spi", "app.py", "journal_ui")
        for path in [BRIDGE / part, *(BRIDGE / part).rglob("*.py")]
        if path.is_file()
    )
    found = (one or two.replace("_", "-") for one, two in READ.findall(told))
    return {name.lower() for name in found} - {"content-type", "retry-after"}


def send(
    service: Service,
    method: str,
    path: str,
    ids: dict[str, str],
    query: dict[str, str],
    headers: dict[str, str],
    body: Any,
) -> Answered:
    """Send one request over a connection of its own."""
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    asked = "&".join(f"{quote(name)}={quote(one)}" for name, one in query.items())
    content = json.dumps(body).encode() if method in ("post", "put") else b""
    lines = {
        "Host": "bridge",
        "Authorization": f"Basic {LOGIN}",
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        **headers,
        "Connection": "close",
    }
    head = [f"{method.upper()} {path}{'?' if asked else ''}{asked} HTTP/1.1"]
    head += [f"{name}: {value}" for name, value in lines.items()]
    return say(service.url, "\r\n".join([*head, "", ""]).encode() + content)


def dump(service: Service) -> bytes:
    """Return all that Redis knows, names of keys included."""
    return b"\n".join(dumped(service))


def dumped(service: Service) -> Iterator[bytes]:
    reads = {
        "string": lambda client, key: [client.get(key)],
        "hash": lambda client, key: client.hgetall(key).values(),
        "list": lambda client, key: client.lrange(key, 0, -1),
        "set": lambda client, key: client.smembers(key),
        "zset": lambda client, key: client.zrange(key, 0, -1),
    }
    with redis.Redis(unix_socket_path=str(service.socket)) as client:
        for key in client.scan_iter("*"):
            yield key
            yield from reads[client.type(key).decode()](client, key)

"""What a mapping's calls become on the wire, and how it reads lists."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
import responses

from bridge.config.schema import read
from bridge.errors import ConfigError, NotFound, Unavailable
from bridge.upstream import Answer, UpstreamSettings, quote
from tests.upstream.conftest import Connect, at

URL = "https://crm.example/api"


def sent(place: int = 0) -> Any:
    return responses.calls[place].request


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("a26d8975-3b86", "a26d8975-3b86"),
        ("a/b?c=d&e#f%2F", "a%2Fb%3Fc%3Dd%26e%23f%252F"),
        ("åsa@example.com", "%C3%A5sa%40example.com"),
        ("..a", "..a"),
        ("a b+c", "a%20b%2Bc"),
        ("\r\nHost: x\x00", "%0D%0AHost%3A%20x%00"),
        ("\ud800", "%3F"),
    ],
)
def test_any_text_becomes_one_segment_of_a_path(value: str, quoted: str) -> None:
    assert quote(value) == quoted


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_what_would_lead_elsewhere_is_nobodys_id(value: str) -> None:
    with pytest.raises(NotFound):
        quote(value)


@responses.activate
@pytest.mark.parametrize("base", [URL, f"{URL}/"])
@pytest.mark.parametrize("path", ["/contacts", "contacts"])
def test_a_path_is_below_the_sites_address(
    connect: Connect, base: str, path: str
) -> None:
    responses.get(f"{URL}/contacts", json=[])
    assert at(connect(base)).get(path) == []


@responses.activate
@pytest.mark.parametrize(
    ("query", "encoded"),
    [
        ({"key": "+46 70&x=1"}, "key=%2B46%2070%26x%3D1"),
        ({"a": None, "b": True, "c": 2, "d": Decimal("1.50")}, "b=true&c=2&d=1.50"),
        ({"fields": ["a", "b"]}, "fields=a&fields=b"),
        ([("a", "1"), ("a", "2")], "a=1&a=2"),
        ({"$filter": "name eq 'å'"}, "%24filter=name%20eq%20%27%C3%A5%27"),
        ({"key": "\ud800"}, "key=%3F"),
    ],
)
def test_a_query_is_encoded(connect: Connect, query: Any, encoded: str) -> None:
    responses.get(f"{URL}/x", json=1)
    at(connect(URL)).get("/x", query=query)
    assert sent().url == f"{URL}/x?{encoded}"


@responses.activate
def test_numbers_stay_what_they_are(connect: Connect) -> None:
    responses.post(f"{URL}/x", body='{"sum": 12.30, "count": 3}')
    upstream = at(connect(URL))
    answer = upstream.post("/x", json={"sum": Decimal("12.30"), "n": Decimal(7)})
    assert answer == {"sum": Decimal("12.30"), "count": 3}
    assert str(answer["sum"]) == "12.30"
    assert sent().body == b'{"sum":12.3,"n":7}'
    for money in ("0.1", "99999999.99", "123456789012.34", "-0.05"):
        upstream.post("/x", json=Decimal(money))
        assert Decimal(sent(-1).body.decode()) == Decimal(money)
    with pytest.raises(TypeError):
        upstream.post("/x", json=object())


@responses.activate
def test_headers_of_the_bridge_and_of_the_mapping(connect: Connect) -> None:
    responses.get(f"{URL}/x", json=1, headers={"ETag": "v1"})
    responses.post(f"{URL}/x", json=1)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    upstream = at(connect(URL), traceparent=trace)
    answer = upstream.call(
        "GET",
        "/x",
        headers={"accept": "application/vnd.api+json", "X-Store": "Łódź\r\n 1"},
    )
    assert (answer.status, answer.headers["etag"]) == (200, "v1")
    assert sent().headers["Accept"] == "application/vnd.api+json"
    assert sent().headers["X-Store"].encode("latin-1") == "Łódź 1".encode()
    assert sent().headers["traceparent"] == trace
    assert sent().headers["User-Agent"].startswith("sitoo-crm-bridge")
    assert "Content-Type" not in sent().headers
    upstream.post("/x", json={})
    assert sent(1).headers["Content-Type"] == "application/json"
    assert sent(1).headers["Content-Length"] == "2"


@responses.activate
def test_the_request_s_id_is_told_in_the_header_that_the_crm_knows(
    connect: Connect,
) -> None:
    responses.get(f"{URL}/x", json=1)
    name = "X-Request-ID"
    for settings in ({}, {"request_id_header": "X-Correlation-ID"}):
        gateway = connect(URL, **settings)
        at(gateway, request_id="a1").get("/x")
        assert sent(-1).headers[settings.get("request_id_header", name)] == "a1"
    assert name not in sent(-1).headers
    at(gateway).get("/x")
    at(connect(URL, request_id_header=None), request_id="a1").get("/x")
    for call in (-2, -1):
        assert not {name, "X-Correlation-ID"} & sent(call).headers.keys()
    at(connect(URL), request_id="a1").get("/x", headers={name: "own"})
    assert sent(-1).headers[name] == "own"


@pytest.mark.parametrize(
    "name", ["", "a b", "X:1", "X\r\nY", "å", "Host", "content-type"]
)
def test_a_header_for_the_request_s_id_is_a_header_of_its_own(name: str) -> None:
    with pytest.raises(ValueError, match="request_id_header: must be"):
        UpstreamSettings(url=URL, request_id_header=name)


@responses.activate
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_every_method(connect: Connect, method: str) -> None:
    responses.add(method.upper(), f"{URL}/x", json={"done": True})
    assert getattr(at(connect(URL)), method)("/x", json={"a": 1}) == {"done": True}
    assert sent().body == b'{"a":1}'


@responses.activate
def test_an_address_within_a_query_is_no_address(connect: Connect) -> None:
    responses.get(f"{URL}/x", json=1)
    assert at(connect(URL)).get("/x?link=https://thief.example") == 1


# Lists


def next_offset(answer: Answer) -> Mapping[str, str] | None:
    offset = answer.body["offset"] + 2
    return {"offset": str(offset)} if offset < 6 else None


@responses.activate
def test_pages_by_query(connect: Connect) -> None:
    for offset in (0, 2, 4):
        responses.get(
            f"{URL}/x",
            match=[responses.matchers.query_param_matcher({"n": 2, "offset": offset})],
            json={"offset": offset},
        )
    pages = at(connect(URL)).pages(
        "/x", query={"n": 2, "offset": 0}, following=next_offset
    )
    assert [page["offset"] for page in pages] == [0, 2, 4]


@responses.activate
def test_pages_of_a_search_that_is_a_post(connect: Connect) -> None:
    """As searches mostly are that take more than a few words."""
    for offset in (0, 2, 4):
        body = {"mail": "a@example.com", "offset": str(offset)}
        responses.post(
            f"{URL}/search",
            match=[responses.matchers.json_params_matcher(body)],
            json={"offset": offset},
        )
    asked = {"mail": "a@example.com", "offset": "0"}
    pages = at(connect(URL)).pages("/search", json=asked, following=next_offset)
    assert [page["offset"] for page in pages] == [0, 2, 4]
    assert asked["offset"] == "0"


@responses.activate
def test_a_page_of_a_search_that_is_a_post_may_be_asked_for_again(
    connect: Connect,
) -> None:
    responses.post(f"{URL}/search", status=500)
    responses.post(f"{URL}/search", json={"offset": 4})
    pages = at(connect(URL)).pages("/search", json={}, following=next_offset)
    assert len(list(pages)) == 1


@responses.activate
@pytest.mark.parametrize("link", ["/x2", "/api/x2", f"{URL}/x2"])
def test_pages_by_link(connect: Connect, link: str) -> None:
    responses.get(f"{URL}/x", json={"next": link})
    responses.get(f"{URL}/x2", json={"next": None})
    pages = at(connect(URL)).pages("/x", following=lambda answer: answer.body["next"])
    assert len(list(pages)) == 2


@responses.activate
@pytest.mark.parametrize(
    "link",
    [
        "https://thief.example/api/x2",
        "http://crm.example/api/x2",
        "https://crm.example:8443/api/x2",
        "https://crm.example@thief.example/x2",
        "https://crm.example.thief.example/x2",
        "ftp://crm.example/x2",
    ],
)
def test_no_link_leads_to_another_host(connect: Connect, link: str) -> None:
    responses.get(f"{URL}/x", json={"next": link})
    pages = at(connect(URL)).pages("/x", following=lambda answer: answer.body["next"])
    with pytest.raises(Unavailable):
        list(pages)
    assert len(responses.calls) == 1


@responses.activate
def test_a_list_without_end_has_one(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    responses.get(f"{URL}/x", json={})
    pages = at(connect(URL, page_limit=5)).pages("/x", following=lambda _: {"a": "1"})
    with caplog.at_level(logging.WARNING):
        assert len(list(pages)) == 5
    assert caplog.messages == ["a list had more pages than are read"]


# Settings


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"url": "crm.example"}, "url: must begin with https://"),
        ({"url": "ftp://crm.example"}, "url: must begin with https://"),
        ({"url": "https://"}, "url: must begin with https://"),
        ({"url": "https://a:b@crm.example"}, "url: must not hold credentials"),
        ({"url": "https://crm.example?a=b"}, "url: must end with its path"),
        ({"attempts": 0}, "attempts: must be 1 or more"),
        ({"concurrency": 0}, "concurrency: must be 1 or more"),
        ({"read_timeout_seconds": 0}, "read_timeout_seconds: must be more than 0"),
        ({"proxy": "socks5://x"}, "proxy: must begin with http"),
        (
            {
                "auth": {
                    "kind": "oauth2",
                    "token_url": "/token",
                    "client_id": "a",
                    "client_secret": "b",
                }
            },
            "auth.token_url: must begin with https://",
        ),
    ],
)
def test_settings_that_cannot_work(wrong: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read(UpstreamSettings, {"url": URL, **wrong}, "upstream")
    assert raised.value.problems[0].startswith(f"upstream.{problem}")


def test_settings_show_no_secret() -> None:
    settings = UpstreamSettings(URL, proxy="http://kassa:tyst@proxy.example")
    assert "tyst" not in repr(settings)

"""What happens on real sockets when the other side misbehaves."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from bridge.errors import (
    Elsewhere,
    Missing,
    NotDone,
    OutcomeUnknown,
    Unavailable,
    Untrusted,
)
from bridge.upstream import Upstream
from tests.upstream.conftest import Connect, at, lasting
from tests.upstream.misbehaving import (
    JSON,
    TLS,
    Behaviour,
    Visit,
    after_an_answer,
    answer,
    answers,
    answers_then_closes,
    answers_then_drops,
    drips,
    endless,
    gzip_bomb,
    hangs,
    hangs_at_once,
    misbehaving,
    resets_after_request,
    resets_at_once,
    resets_within_request,
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def reading(upstream: Upstream) -> object:
    return upstream.get("/x")


def writing(upstream: Upstream) -> object:
    return upstream.post("/x", json={"a": 1})


@pytest.mark.parametrize("call", [reading, writing])
def test_no_connection(connect: Connect, call: Callable[[Upstream], object]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unavailable):
        call(at(connect(f"http://localhost:{port}")))


BROKEN: dict[str, Behaviour] = {
    "reset within the request": resets_within_request,
    "reset after the request": resets_after_request,
    "closed after the request": answers_then_closes(b""),
    "cut off in the status line": answers_then_closes(b"HTTP/1.1 20"),
    "cut off in the headers": answers_then_closes(HEAD[:-8]),
    "cut off in the body": answers_then_closes(answer(length=99)),
    "cut off in a chunk": answers_then_closes(CHUNKED + b"ff\r\n{"),
    "cut off between chunks": answers_then_closes(CHUNKED + b"1\r\n{\r\n"),
    "not HTTP": answers_then_closes(b"220 mail.example ESMTP\r\n"),
    "more headers than anybody needs": endless(HEAD, b"X-Header: 1\r\n"),
    "a header without end": endless(HEAD + b"X-Header: ", b"1" * 1000),
}


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN)
def test_an_answer_that_breaks_off(connect: Connect, behaviour: Behaviour) -> None:
    with misbehaving(behaviour, answers(answer())) as crm:
        assert reading(at(connect(crm.url))) == {"points": 12.5}
        assert crm.connections == 2
    with misbehaving(behaviour, answers(answer())) as crm:
        with pytest.raises(OutcomeUnknown):
            writing(at(connect(crm.url)))
        assert crm.connections == 1


UNREADABLE = {
    "HTML": answer(b"<html>Maintenance</html>"),
    "too short a length": answer(JSON, length=5),
    "a body that is too large": answer(b'"' + b"0" * 20_000 + b'"'),
    "a gzip bomb": gzip_bomb(50_000_000),
    "not gzip at all": answer(JSON, "200 OK", "Content-Encoding: gzip"),
    "brotli, which nobody asked for": answer(
        b"\x0b\x02\x80", "200 OK", "Content-Encoding: br"
    ),
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_an_answer_that_cannot_be_read(connect: Connect, data: bytes) -> None:
    with misbehaving(answers(data)) as crm:
        gateway = connect(crm.url, response_limit_bytes=10_000)
        with pytest.raises(Unavailable, match=r"^The CRM's answer cannot be read\.$"):
            reading(at(gateway))
        with pytest.raises(OutcomeUnknown):
            writing(at(gateway))


@pytest.mark.parametrize(
    "behaviour",
    [
        endless(HEAD + b"\r\n", b"0" * 1000),
        endless(CHUNKED, b"3e8\r\n" + b"0" * 1000 + b"\r\n"),
        endless(HEAD + b"Content-Length: 99999999999\r\n\r\n", b"0" * 1000),
    ],
    ids=["without a length", "in chunks", "as announced"],
)
def test_an_answer_without_end(connect: Connect, behaviour: Behaviour) -> None:
    with misbehaving(behaviour) as crm, pytest.raises(Unavailable):
        reading(at(connect(crm.url, response_limit_bytes=10_000)))


def test_an_answer_of_just_the_limit_is_read(connect: Connect) -> None:
    body = b'"' + b"0" * 98 + b'"'
    with misbehaving(answers(answer(body))) as crm:
        assert reading(at(connect(crm.url, response_limit_bytes=100))) == "0" * 98
        with pytest.raises(Unavailable):
            reading(at(connect(crm.url, response_limit_bytes=99)))


def test_an_empty_answer_is_none(connect: Connect) -> None:
    with misbehaving(answers(b"HTTP/1.1 204 No Content\r\n\r\n")) as crm:
        assert reading(at(connect(crm.url))) is None
        assert writing(at(connect(crm.url))) is None


def test_a_failure_counts_even_if_its_body_breaks_off(connect: Connect) -> None:
    data = answer(b"{", "404 Not Found", length=99)
    with misbehaving(answers_then_closes(data)) as crm, pytest.raises(Missing):
        writing(at(connect(crm.url)))


def test_a_redirect_loop_is_not_entered(connect: Connect) -> None:
    with misbehaving(answers(b"")) as thief, misbehaving(answers(b"")) as crm:
        for target in (crm.url, thief.url):
            moved = answer(b"", "302 Found", f"Location: {target}")
            crm._behaviours = (answers(moved),)
            with pytest.raises(Unavailable, match="address needs a look"):
                reading(at(connect(crm.url)))
        assert len(crm.requests) == 2
        assert not thief.connections


DRIPS = {
    "status line": drips(HEAD * 9),
    "headers": drips(b"X-Header: 1\r\n" * 50, after=HEAD),
    "body": drips(JSON * 50, after=HEAD + b"Content-Length: 650\r\n\r\n"),
    "body without a length": drips(JSON * 50, after=HEAD + b"\r\n"),
    "chunks": drips(b"1\r\n0\r\n" * 50, after=CHUNKED),
    "a chunk's extension": drips(b"0" * 500, after=CHUNKED + b"1;x="),
    "one hundred continues": drips(b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
    "nothing": hangs,
}


@pytest.mark.parametrize("behaviour", DRIPS.values(), ids=DRIPS)
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
def test_a_dripping_server_gets_no_more_than_the_deadline(
    connect: Connect, behaviour: Behaviour, tls: bool
) -> None:
    with misbehaving(behaviour, tls=tls) as crm:
        gateway = connect(crm.url, ca_file=str(TLS / "authority.pem"))
        for call, error in ((reading, Unavailable), (writing, OutcomeUnknown)):
            upstream = at(gateway, 0.2)
            with lasting(0.2), pytest.raises(error):
                call(upstream)
            assert upstream.deadline.remaining() < 0.05


def test_a_silent_server_gets_no_more_than_the_read_timeout(connect: Connect) -> None:
    with misbehaving(hangs, answers(answer())) as crm:
        gateway = connect(crm.url, read_timeout_seconds=0.1)
        with lasting(0.1):
            assert reading(at(gateway, 20)) == {"points": 12.5}


def test_a_handshake_that_hangs(connect: Connect) -> None:
    with misbehaving(hangs_at_once) as crm:
        gateway = connect(crm.url.replace("http:", "https:"))
        with lasting(0.2), pytest.raises(NotDone):
            writing(at(gateway, 0.2))


@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
def test_a_handshake_that_is_reset(connect: Connect) -> None:
    with misbehaving(resets_at_once) as crm, pytest.raises(NotDone):
        writing(at(connect(crm.url.replace("http:", "https:"))))
    # A reset before the handshake makes Python's ssl module lose a socket, which is
    # closed with the garbage: here, and not in a test that does not expect it.
    gc.collect()


def test_a_certificate_that_is_not_trusted(connect: Connect) -> None:
    with misbehaving(answers(answer()), tls=True) as crm:
        with pytest.raises(Untrusted, match="not trusted") as raised:
            writing(at(connect(crm.url)))
        assert "certificate" in raised.value.reason
        assert not crm.requests


def test_a_certificate_for_another_name(connect: Connect) -> None:
    with misbehaving(answers(answer()), tls=True) as crm:
        url = crm.url.replace("localhost", "127.0.0.1")
        with pytest.raises(Untrusted, match="not trusted") as raised:
            writing(at(connect(url, ca_file=str(TLS / "authority.pem"))))
        assert "not valid for '127.0.0.1'" in raised.value.reason
        assert not crm.requests


def test_an_authority_of_the_retailers_own(connect: Connect) -> None:
    with misbehaving(answers(answer()), tls=True) as crm:
        upstream = at(connect(crm.url, ca_file=str(TLS / "authority.pem")))
        assert reading(upstream) == reading(upstream)
        assert crm.connections == 1


# Kept connections


def test_a_connection_is_kept(connect: Connect) -> None:
    with misbehaving(answers(answer())) as crm:
        gateway = connect(crm.url)
        for _ in range(3):
            reading(at(gateway))
            writing(at(gateway))
        assert crm.connections == 1


@pytest.mark.parametrize(
    "path",
    [
        "/x",
        "/x?a=1&b=%C3%A5",
        "/x%2fy?a=%c3%a5",
        "/\\\\evil.example?p=2",
        "/a b?c=d e",
        "/å?ö=ü",
        "/x#y",
        '/{x}|[y]^`<z>"',
        "//evil.example/x",
        "/%",
        "/x/../y/./z",
        "/x\r\nHost: evil",
    ],
)
def test_it_carries_the_same_as_a_new_one(connect: Connect, path: str) -> None:
    calls: list[Callable[[Upstream], object]] = [
        lambda crm: crm.get(path),
        lambda crm: crm.get(path, query={"q": "å b"}, headers={"X-A": "å\r\nb"}),
        lambda crm: crm.post(path, json={"a": "å"}, reads=True),
        lambda crm: crm.post(path, reads=True),
        lambda crm: crm.delete(path),
    ]
    for call in calls:
        with misbehaving(answers(answer())) as crm:
            gateway = connect(crm.url)
            call(at(gateway))
            call(at(gateway))
            assert crm.connections == 1
        first, second = (sorted(one.split(b"\r\n")) for one in crm.requests)
        assert first == second


def test_what_is_kept_is_closed_in_the_end(connect: Connect) -> None:
    gone = threading.Event()

    def answers_until_it_is_gone(visit: Visit) -> None:
        while visit.request():
            visit.send(answer())
        gone.set()

    with misbehaving(answers_until_it_is_gone) as crm:
        gateway = connect(crm.url)
        reading(at(gateway))
        gateway.close()
        assert gone.wait(20)


def test_a_stale_connection_is_made_anew_to_read(connect: Connect) -> None:
    with misbehaving(answers_then_drops(answer()), answers(answer())) as crm:
        gateway = connect(crm.url)
        assert [reading(at(gateway)), reading(at(gateway))] == [{"points": 12.5}] * 2
        assert crm.connections == 2


def test_a_stale_connection_leaves_a_write_in_doubt(connect: Connect) -> None:
    with misbehaving(answers_then_drops(answer()), answers(answer())) as crm:
        gateway = connect(crm.url)
        reading(at(gateway))
        with pytest.raises(OutcomeUnknown):
            writing(at(gateway))
        assert len(crm.requests) == 2


def test_a_connection_that_was_closed_in_time_is_made_anew_to_write(
    connect: Connect,
) -> None:
    closed = threading.Event()

    def answers_and_leaves(visit: Visit) -> None:
        visit.request()
        visit.send(answer())
        visit.close()
        closed.set()

    with misbehaving(answers_and_leaves, answers(answer())) as crm:
        gateway = connect(crm.url)
        reading(at(gateway))
        assert closed.wait(20)
        assert writing(at(gateway)) == {"points": 12.5}
        assert crm.connections == 2


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN)
def test_a_later_answer_that_breaks_off(connect: Connect, behaviour: Behaviour) -> None:
    with misbehaving(after_an_answer(behaviour), answers(answer())) as crm:
        gateway = connect(crm.url)
        reading(at(gateway))
        assert reading(at(gateway)) == {"points": 12.5}
        assert crm.connections == 2
    with misbehaving(after_an_answer(behaviour), answers(answer())) as crm:
        gateway = connect(crm.url)
        reading(at(gateway))
        with pytest.raises(OutcomeUnknown):
            writing(at(gateway))
        assert crm.connections == 1
        assert writing(at(gateway)) == {"points": 12.5}


@pytest.mark.parametrize("behaviour", DRIPS.values(), ids=DRIPS)
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
def test_a_later_answer_that_drips(
    connect: Connect, behaviour: Behaviour, tls: bool
) -> None:
    with misbehaving(after_an_answer(behaviour), tls=tls) as crm:
        gateway = connect(crm.url, ca_file=str(TLS / "authority.pem"))
        for call, error in ((reading, Unavailable), (writing, OutcomeUnknown)):
            reading(at(gateway))
            upstream = at(gateway, 0.2)
            with lasting(0.2), pytest.raises(error):
                call(upstream)
            assert upstream.deadline.remaining() < 0.05


def test_a_write_takes_no_connection_that_was_idle(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.upstream.wire.transport.WRITE_IDLE_SECONDS", 0.0)
    with misbehaving(answers(answer())) as crm:
        gateway = connect(crm.url)
        reading(at(gateway))
        reading(at(gateway))
        assert crm.connections == 1
        writing(at(gateway))
        assert crm.connections == 2


def test_no_cookie_is_kept(connect: Connect) -> None:
    with misbehaving(answers(answer(JSON, "200 OK", "Set-Cookie: a=b"))) as crm:
        gateway = connect(crm.url)
        reading(at(gateway))
        reading(at(gateway))
        assert b"ookie" not in crm.requests[1]


def test_the_environment_has_no_say(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with misbehaving(answers(answer())) as crm:
        assert reading(at(connect(crm.url)))


# Proxies and names


def test_a_proxy_is_asked_for_the_whole_address(connect: Connect) -> None:
    with misbehaving(answers(answer())) as proxy:
        address = f"http://user:secret@localhost:{proxy.port}"
        reading(at(connect("http://crm.example/api", proxy=address)))
        assert proxy.requests[0].startswith(b"GET http://crm.example/api/x HTTP/1.1")
        assert b"proxy-authorization: basic" in proxy.requests[0].lower()


def test_a_proxy_must_be_trusted_like_a_crm(connect: Connect) -> None:
    with misbehaving(answers(answer()), tls=True) as proxy:
        address = f"https://localhost:{proxy.port}"
        with pytest.raises(NotDone):
            writing(at(connect("http://crm.example/api", proxy=address)))
        own = str(TLS / "authority.pem")
        assert writing(
            at(connect("http://crm.example/api", proxy=address, ca_file=own))
        )
        assert len(proxy.requests) == 1


@pytest.mark.parametrize(
    "behaviour",
    [drips(HEAD * 9), hangs, answers(b"HTTP/1.1 407 Who are you\r\n\r\n")],
    ids=["drips", "hangs", "refuses"],
)
def test_nothing_is_sent_where_a_proxy_makes_no_tunnel(
    connect: Connect, behaviour: Behaviour
) -> None:
    with misbehaving(behaviour) as proxy:
        gateway = connect(
            "https://crm.example/api", proxy=f"http://localhost:{proxy.port}"
        )
        with lasting(0.3), pytest.raises(NotDone):
            writing(at(gateway, 0.3))


@pytest.mark.parametrize("status", [407, 403, 502])
def test_a_proxy_that_makes_no_tunnel_is_named(connect: Connect, status: int) -> None:
    """Whoever runs the bridge must not look for the fault in the CRM."""
    refusal = answers(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status)
    with misbehaving(refusal) as proxy:
        gateway = connect(
            "https://crm.example/api", proxy=f"http://localhost:{proxy.port}"
        )
        for call in (reading, writing):
            with pytest.raises(Elsewhere, match="The proxy on the way to the CRM"):
                call(at(gateway))


def test_a_name_that_is_not_found_in_time(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    asked: list[object] = []

    def hanging(*name: object, **_: object) -> list[object]:
        asked.append(name)
        over.wait(10)
        return []

    monkeypatch.setattr("bridge.upstream.wire.names.socket.getaddrinfo", hanging)
    gateway = connect("http://crm.example/api")
    try:
        for _ in range(3):
            with pytest.raises(NotDone):
                writing(at(gateway, 0.1))
        assert len(asked) == 1
    finally:
        over.set()


def test_a_name_that_nobody_has(connect: Connect) -> None:
    with pytest.raises(NotDone):
        writing(at(connect("http://crm.invalid/api")))


def test_the_second_address_where_the_first_does_not_answer(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bridge.upstream.wire.sockets.addresses", lambda *_: ["127.0.0.2", "127.0.0.1"]
    )
    with misbehaving(answers(answer())) as crm:
        assert reading(at(connect(crm.url)))


def test_nothing_is_sent_when_connecting_took_all_the_time(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    with misbehaving(answers(answer())) as crm:
        upstream = at(connect(crm.url), 60)

        def slowly(*arguments: Any, **keywords: Any) -> socket.socket:
            upstream.deadline._at = 0
            return socket.create_connection(*arguments)

        monkeypatch.setattr("bridge.upstream.wire.sockets.create_connection", slowly)
        with pytest.raises(NotDone):
            writing(upstream)
        assert not crm.requests

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from bridge.errors import Unauthorized
from bridge.secret import Secret
from bridge.spi.door import auth
from bridge.spi.door.auth import Doorkeeper, TooManyFailures, credentials
from bridge.throttle import FAILURES, Throttle
from tests.spi.till import Till, basic, error_of, site

HERE, THERE = "192.0.2.1", "198.51.100.7"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Shop:
    """As much of a site as a doorkeeper looks at."""

    def __init__(self, name: str, **users: list[str]) -> None:
        self.name = name
        self.users = {user: tuple(map(Secret, known)) for user, known in users.items()}


def guess(doorkeeper: Doorkeeper, times: int, address: str = HERE) -> None:
    for number in range(times):
        with pytest.raises((Unauthorized, TooManyFailures)):
            doorkeeper.admit(basic(f"pos:guess{number}"), address)


# The header


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        (basic("pos:secret"), b"pos:secret"),
        (basic("pos:a:b:c"), b"pos:a:b:c"),
        (basic("kassa å:lösen"), "kassa å:lösen".encode()),
        (basic("pos:secret").replace("Basic", "bAsIc"), b"pos:secret"),
        (basic("pos:secret").replace(" ", "   "), b"pos:secret"),
        (basic(":"), b":"),
        (None, None),
        ("", None),
        ("Basic", None),
        ("Basic cG9z", None),
        ("Basic %%%", None),
        ("Basic å", None),
        ("Bearer cG9zOnNlY3JldA==", None),
        ("Digest username=pos", None),
    ],
)
def test_basic_credentials_are_read_or_there_are_none(header, sent):
    assert credentials(header) == sent


# Who is let in


def test_every_user_of_a_site_is_let_in_with_every_password():
    north = Shop("north", pos=["old", "new"], web=["other"])
    doorkeeper = Doorkeeper([north])
    for login in ("pos:old", "pos:new", "web:other"):
        assert doorkeeper.admit(basic(login), HERE) is north


@pytest.mark.parametrize(
    "login",
    [
        "pos:",
        "pos:Secret",
        "pos:secret ",
        "POS:secret",
        ":secret",
        "web:secret",
        "pos:other",
    ],
)
def test_anything_else_is_not(login):
    doorkeeper = Doorkeeper([Shop("north", pos=["secret"], web=["other"])])
    with pytest.raises(Unauthorized):
        doorkeeper.admit(basic(login), HERE)


def test_the_credentials_choose_the_site():
    north, south = Shop("north", pos=["n"]), Shop("south", pos=["s"])
    doorkeeper = Doorkeeper([north, south])
    assert doorkeeper.admit(basic("pos:s"), HERE) is south
    assert doorkeeper.admit(basic("pos:n"), HERE) is north


def test_a_user_without_passwords_is_never_let_in():
    doorkeeper = Doorkeeper([Shop("north", pos=[])])
    with pytest.raises(Unauthorized):
        doorkeeper.admit(basic("pos:"), HERE)


def test_every_user_is_compared_whoever_asks(monkeypatch):
    """Or the time that an answer takes would tell which users there are."""
    compared = []
    digests_match = auth.hmac.compare_digest
    monkeypatch.setattr(
        auth.hmac,
        "compare_digest",
        lambda a, b: compared.append((len(a), len(b))) or digests_match(a, b),
    )
    doorkeeper = Doorkeeper([Shop("north", first=["1"], second=["2", "3"])])
    doorkeeper.admit(basic("first:1"), HERE)
    with pytest.raises(Unauthorized):
        doorkeeper.admit(basic("nobody:" + "x" * 500), HERE)
    assert compared == [(32, 32)] * 6


# Who has to wait


def test_a_guesser_has_to_wait():
    doorkeeper = Doorkeeper([Shop("north", pos=["secret"])], Throttle(Clock()))
    guess(doorkeeper, FAILURES)
    with pytest.raises(TooManyFailures) as refused:
        doorkeeper.admit(basic("pos:another guess"), HERE)
    assert refused.value.retry_after == pytest.approx(60)


def test_only_for_a_minute():
    clock = Clock()
    doorkeeper = Doorkeeper([Shop("north", pos=["secret"])], Throttle(clock))
    guess(doorkeeper, FAILURES * 3)
    clock.now += 60
    with pytest.raises(Unauthorized):
        doorkeeper.admit(basic("pos:another guess"), HERE)


def test_what_is_right_always_opens():
    """A till that has not signed in since the start, behind the guesser's proxy."""
    doorkeeper = Doorkeeper([Shop("north", pos=["secret", "other"])], Throttle(Clock()))
    guess(doorkeeper, FAILURES * 3)
    assert doorkeeper.admit(basic("pos:secret"), HERE)
    assert doorkeeper.admit(basic("pos:other"), THERE)


def test_asking_without_credentials_is_no_guess():
    doorkeeper = Doorkeeper([Shop("north", pos=["secret"])], Throttle(Clock()))
    for _ in range(FAILURES * 3):
        with pytest.raises(Unauthorized):
            doorkeeper.admit(None, HERE)
    assert doorkeeper.admit(basic("pos:secret"), HERE)


# What a guesser leaves behind


def test_a_refused_sign_in_leaves_a_trace(caplog):
    doorkeeper = Doorkeeper([Shop("north", pos=["secret"])], Throttle(Clock()))
    for login in ("pos:typed", "kim@example.com:typed", "kim@example.com:again"):
        with pytest.raises(Unauthorized):
            doorkeeper.admit(basic(login), HERE)
    known, unknown, again = caplog.records
    assert (known.user, known.address) == ("pos", "192.0.2.0/24")
    assert unknown.user == again.user != doorkeeper._pseudonym("somebody else")
    assert unknown.user.startswith("~")
    told = str([vars(record) for record in caplog.records])
    assert not any(word in told for word in ("kim", "typed", "again", HERE))


def test_a_storm_of_guesses_is_counted_and_logged_as_far_as_it_is_news(caplog):
    before = refused("too many wrong passwords")
    doorkeeper = Doorkeeper([Shop("north", pos=["secret"])], Throttle(Clock()))
    guess(doorkeeper, FAILURES * 3)
    assert refused("too many wrong passwords") - before == FAILURES * 2
    assert len(caplog.records) == FAILURES


def refused(why: str) -> float:
    value = REGISTRY.get_sample_value
    labels = {"door": "spi", "why": why}
    return value("sitoo_bridge_sign_ins_refused_total", labels) or 0.0


# Over HTTP


@pytest.mark.parametrize("login", [None, "pos:wrong", "nobody:secret"])
def test_a_stranger_gets_401_and_a_challenge(app, crm, login):
    response = Till(app.test_client(), login).get("/customers/c1")
    assert error_of(response)[0] == 401
    assert response.headers["WWW-Authenticate"].startswith('Basic realm="')
    assert 'charset="UTF-8"' in response.headers["WWW-Authenticate"]
    assert crm.calls == []


def test_a_guesser_gets_429_and_is_told_when_to_come_back(app, crm):
    stranger = Till(app.test_client(), "pos:wrong")
    answers = [stranger.get("/customers/c1") for _ in range(FAILURES + 1)]
    assert [error_of(answer)[0] for answer in answers] == [401] * FAILURES + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert crm.calls == []


def test_the_mapping_is_told_which_site_it_works_for(bridge, crm):
    app = bridge(site("north", pos="n"), site("south", kassa="s"))
    Till(app.test_client(), "kassa:s").get("/customers/c1")
    Till(app.test_client(), "pos:n").get("/customers/c1")
    assert [context.site for context in crm.contexts] == ["south", "north"]


def test_names_and_passwords_may_have_any_letters(bridge):
    till = Till(bridge(site("north", **{"kassa å": "lösen:ord"})).test_client(), None)
    headers = {"Authorization": basic("kassa å:lösen:ord")}
    assert till.get("/customers/c1", headers=headers).status_code == 200


def test_credentials_come_before_everything_else(stranger):
    response = stranger.post("/customers", data=b"x" * 2**21)
    assert error_of(response)[0] == 401

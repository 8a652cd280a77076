"""Who gets in, who does not, and what every answer tells a browser."""

from __future__ import annotations

import queue
import re
import threading
from dataclasses import replace

import pytest
import redis
from flask import Flask

from bridge.app import create_app
from bridge.config import Config
from bridge.errors import ConfigError
from bridge.journal_ui.desk import EXTENSION
from bridge.journal_ui.door import doorkeeper
from bridge.journal_ui.door.doorkeeper import FAILURES, IN_LINE
from bridge.journal_ui.door.passwords import hashed, matches
from bridge.journal_ui.settings import JournalSettings, JournalUser
from bridge.redeem import Journal, RedisSettings, connect
from bridge.redeem.journal.store import Store
from tests.journal_ui.conftest import JOURNAL, PASSWORD, QUICK, USERS, Make, Person
from tests.redeem.conftest import SETTINGS, Shop
from tests.spi.till import basic, site

PAGES = ["/journal", "/journal/", "/journal/overview", f"/journal/redeems/{'A' * 32}"]
PAGES += ["/journal/people", "/journal/redeems.csv"]
PAGES += [f"/journal/redeems/{'A' * 32}/{what}" for what in ("try", "undo", "close")]


# Signing in


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_the_sign_in(stranger: Person, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/journal/sign-in?next=")


def test_with_the_right_password_one_gets_where_one_wanted(stranger: Person) -> None:
    form = stranger.get(stranger.get("/journal?state=stuck").location).text
    fields = dict(re.findall(r'name="(csrf|next)" value="([^"]+)"', form))
    answer = stranger.post("/journal/sign-in", name="olga", password=PASSWORD, **fields)
    assert (answer.status_code, answer.location) == (303, "/journal?state=stuck")
    assert stranger.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("name", "password"),
    [("olga", "wrong"), ("nobody", PASSWORD), ("pos", "secret"), ("olga", "")],
)
def test_any_other_is_refused_in_the_same_words(
    stranger: Person, name: str, password: str
) -> None:
    answer = stranger.sign_in(name, password)
    assert answer.status_code == 401
    assert "That name and password do not belong together." in answer.text
    assert "journal-session" not in str(answer.headers)


def test_who_guesses_is_slowed_down(stranger: Person) -> None:
    for _ in range(FAILURES):
        assert stranger.sign_in("olga", "guess").status_code == 401
    answer = stranger.sign_in("olga", PASSWORD)
    assert answer.status_code == 429
    assert "wait a minute" in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_guesses_at_one_user_keep_no_other_out(app: Flask) -> None:
    for _ in range(FAILURES):
        assert Person(app.test_client()).sign_in("rune", "guess").status_code == 401
        assert Person(app.test_client()).sign_in("nobody", "guess").status_code == 401
    assert Person(app.test_client()).sign_in("nobody else", "guess").status_code == 429
    assert Person(app.test_client()).sign_in("rune").status_code == 429
    assert Person(app.test_client()).sign_in("olga").status_code == 303


def test_a_refused_sign_in_leaves_a_trace(
    stranger: Person, caplog: pytest.LogCaptureFixture
) -> None:
    stranger.sign_in("olga", "typed")
    stranger.sign_in("kim@example.com", "typed")
    message = "a sign-in to the journal was refused"
    known, unknown = (one for one in caplog.records if one.message == message)
    assert (known.user, known.address) == ("olga", "127.0.0.0/24")
    assert unknown.user.startswith("~")
    assert not any(word in caplog.text for word in ("kim", "typed", "127.0.0.1"))


def test_a_crowd_at_the_sign_in_keeps_few_threads(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are told at once; whoever tries again then gets in."""
    comparing, go_on = threading.Semaphore(0), threading.Event()

    def slow(password: str, password_hash: str) -> bool:
        comparing.release()
        assert go_on.wait(10)
        return matches(password, password_hash)

    monkeypatch.setattr(doorkeeper, "matches", slow)
    statuses: queue.SimpleQueue[int] = queue.SimpleQueue()

    def press() -> None:
        statuses.put(Person(app.test_client()).sign_in().status_code)

    crowd = [threading.Thread(target=press) for _ in range(20)]
    for person in crowd:
        person.start()
    turned_away = [statuses.get(timeout=10) for _ in range(20 - IN_LINE)]
    assert turned_away == [429] * (20 - IN_LINE)
    assert comparing.acquire(timeout=10)
    assert not comparing.acquire(blocking=False)
    go_on.set()
    for person in crowd:
        person.join(10)
    assert [statuses.get(timeout=1) for _ in range(IN_LINE)] == [303] * IN_LINE
    assert Person(app.test_client()).sign_in().status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/journal",
        "//evil.example/journal",
        "/journal\\@evil.example",
        "/journal?\r\nX-Evil: 1",
        "/journal?\n",
        "/journal/\x00",
        "/journal?\x85\u2028",
        "/journalist",
        "/customers",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_link_to_the_sign_in_leads_nowhere_else(stranger: Person, path: str) -> None:
    form = stranger.get("/journal/sign-in").text
    (csrf,) = re.findall(r'name="csrf" value="([^"]+)"', form)
    answer = stranger.post(
        "/journal/sign-in", name="olga", password=PASSWORD, csrf=csrf, next=path
    )
    assert answer.location == "/journal"


def test_the_sign_in_form_has_to_be_ones_own(stranger: Person) -> None:
    stranger.get("/journal/sign-in")
    answer = stranger.post(
        "/journal/sign-in", name="olga", password=PASSWORD, csrf="somebody's"
    )
    assert answer.status_code == 400
    assert "cookie" in answer.text


def test_a_link_from_elsewhere_is_opened_with_ones_own_cookie(olga: Person) -> None:
    """Strict cookies do not come along with it: the page reloads itself once."""
    stranger = Person(olga.client.application.test_client())
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    answer = stranger.get("/journal?state=stuck", headers=elsewhere)
    assert 'http-equiv="refresh" content="0"' in answer.text
    again = stranger.get("/journal", headers={"Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 303


# Sessions


def test_a_sign_out_ends_every_copy_of_the_session(app: Flask, olga: Person) -> None:
    copied = olga.client.get_cookie("journal-session")
    assert copied is not None
    assert olga.post("/journal/sign-out").status_code == 303
    thief = app.test_client()
    thief.set_cookie("journal-session", copied.value)
    assert thief.get("/journal").location.endswith("ended=1")


def test_all_workers_know_it(make: Make, shop: Shop, olga: Person) -> None:
    cookie = olga.client.get_cookie("journal-session")
    assert cookie is not None
    other = make(shop).test_client()
    other.set_cookie("journal-session", cookie.value)
    assert other.get("/journal").status_code == 200


def test_an_idle_session_ends(olga: Person, redis_client: redis.Redis) -> None:
    (key,) = redis_client.keys("*:session:*")
    assert 0 < redis_client.ttl(key) <= 30 * 60
    redis_client.delete(key)
    answer = olga.get("/journal/overview")
    assert answer.location.endswith("next=/journal/overview&ended=1")
    assert "Your session has ended" in olga.get(answer.location).text


def test_a_busy_session_ends_after_a_working_day(app: Flask, olga: Person) -> None:
    sessions = app.extensions[EXTENSION].door.sessions
    now = sessions.clock()
    sessions.clock = lambda: now + 12 * 3_600 + 2
    assert olga.get("/journal").status_code == 303


@pytest.mark.parametrize(
    "users",
    [
        {"rune": USERS["rune"]},
        {"olga": replace(USERS["olga"], password_hash=hashed("another one"))},
    ],
)
def test_who_is_removed_or_has_another_password_is_out(
    make: Make, shop: Shop, olga: Person, users: dict[str, JournalUser]
) -> None:
    cookie = olga.client.get_cookie("journal-session")
    assert cookie is not None
    restarted = make(shop, replace(JOURNAL, users=users)).test_client()
    restarted.set_cookie("journal-session", cookie.value)
    assert restarted.get("/journal").status_code == 303


def test_what_is_kept_does_not_open_a_session(
    stranger: Person, olga: Person, redis_client: redis.Redis
) -> None:
    (key,) = redis_client.keys("*:session:*")
    cookie = olga.client.get_cookie("journal-session")
    assert cookie is not None
    assert cookie.value not in key + str(redis_client.get(key))
    stranger.client.set_cookie("journal-session", key.rpartition(":")[2])
    assert stranger.get("/journal").status_code == 303


@pytest.mark.parametrize("over_https", [True, False])
def test_cookies_are_for_this_host_and_no_script(
    make: Make, shop: Shop, over_https: bool
) -> None:
    app = make(shop, replace(JOURNAL, over_https=over_https))
    client = app.test_client()
    base = "https://bridge.example"
    form = client.get("/journal/sign-in", base_url=base)
    (csrf,) = re.findall(r'name="csrf" value="([^"]+)"', form.text)
    data = {"name": "olga", "password": PASSWORD, "csrf": csrf}
    answer = client.post("/journal/sign-in", data=data, base_url=base)
    assert answer.status_code == 303
    for cookie in (form.headers["Set-Cookie"], answer.headers["Set-Cookie"]):
        assert "; HttpOnly" in cookie
        assert "; SameSite=Strict" in cookie
        assert "Domain" not in cookie
        assert cookie.startswith("__Host-") == ("; Secure" in cookie) == over_https


# Forms


@pytest.mark.parametrize("path", ["/journal/sign-out", *PAGES[-3:]])
@pytest.mark.parametrize("token", ["", "forged", "ä\ud800"])
def test_a_form_of_somebody_else_does_nothing(
    olga: Person, redis_client: redis.Redis, path: str, token: str
) -> None:
    answer = olga.client.post(path, data={"csrf": token.encode("utf-8", "replace")})
    assert answer.status_code == 400
    assert len(redis_client.keys("*:session:*")) == 1


@pytest.mark.parametrize("path", PAGES[-3:])
def test_who_may_look_may_not_act(rune: Person, path: str) -> None:
    assert rune.get(path).status_code == 403
    answer = rune.post(path, version="1", reason="x")
    assert answer.status_code == 403
    assert "your role is “read”" in answer.text


# The other door


def test_the_tills_credentials_open_nothing_here(stranger: Person) -> None:
    headers = {"Authorization": basic("pos:secret")}
    assert stranger.get("/journal", headers=headers).status_code == 303


@pytest.mark.parametrize("login", [f"olga:{PASSWORD}", "rune:x"])
def test_the_pages_users_are_no_tills(olga: Person, login: str) -> None:
    headers = {"Authorization": basic(login)}
    assert olga.get("/customers/c1", headers=headers).status_code == 401
    assert olga.get("/customers/c1").status_code == 401


def test_without_users_there_are_no_pages() -> None:
    config = Config((site("shop", pos="secret"),), RedisSettings("unix:///nowhere"))
    client = create_app(config).test_client()
    answer = client.get("/journal")
    assert answer.status_code == 404
    assert answer.json["statuscode"] == 404


# What every answer says


@pytest.mark.parametrize(
    "path",
    [
        "/journal/sign-in",
        "/journal",
        "/journal/overview",
        "/journal/nothing",
        "/journal/redeems/x",
        "/journal/static/journal.css",
        "/journal?after=nowhere",
    ],
)
def test_nothing_else_may_run_or_frame_or_keep_a_page(olga: Person, path: str) -> None:
    with olga.get(path) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if "static" not in path:
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/journal/nothing", 404, "There is no such page."),
        ("/journal/redeems/x", 404, "There is no such redeem"),
        (f"/journal/redeems/{'A' * 32}", 404, "There is no such redeem"),
        ("/journal?after=nowhere", 400, "There is no such place"),
        ("/journal/overview?day=someday", 400, "A day looks like"),
        ("/journal?redeem=xyz", 400, "A redeem id has 32 digits"),
        ("/journal?from=yesterday", 400, "A day looks like"),
    ],
)
def test_what_cannot_be_is_said_on_a_page(
    olga: Person, path: str, status: int, words: str
) -> None:
    answer = olga.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert answer.content_type == "text/html; charset=utf-8"


def test_without_redis_the_pages_say_so(make: Make, shop: Shop) -> None:
    settings = RedisSettings("unix:///nowhere/valkey.sock")
    gone = Journal(Store(connect(settings), settings), SETTINGS)
    app = create_app(
        Config((site("shop", pos="secret"),), settings, journal=JOURNAL), journal=gone
    )
    client = app.test_client()
    client.set_cookie("journal-session", "something")
    assert client.get("/journal/sign-in").status_code == 200
    person = Person(app.test_client())
    for answer in (client.get("/journal"), person.sign_in()):
        assert answer.status_code == 503
        assert "The journal cannot be reached right now" in answer.text
        assert "Traceback" not in answer.text


def test_a_mistake_of_ours_is_a_page_too(
    app: Flask, olga: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions[EXTENSION].journal.endings, "count", None)
    answer = olga.get("/journal/overview")
    assert answer.status_code == 500
    assert "Its log has more" in answer.text


def test_what_is_no_redeem_is_said(olga: Person, shop: Shop) -> None:
    key = shop.journal.keys.redeem("A" * 32)
    shop.journal.store.client.hset(key, mapping={"version": "1 x", "body": "{}"})
    answer = olga.get(PAGES[3])
    assert answer.status_code == 503
    assert "cannot read" in answer.text


# The configuration


@pytest.mark.parametrize(
    ("make_settings", "problem"),
    [
        (lambda: JournalUser("hunter2"), "journal-user"),
        (lambda: JournalSettings({"": USERS["olga"]}), "cannot be a name"),
        (lambda: JournalSettings({"a\nb": USERS["olga"]}), "cannot be a name"),
        (lambda: JournalSettings({"a\x1b": USERS["olga"]}), "cannot be a name"),
        (lambda: JournalSettings({"x" * 65: USERS["olga"]}), "cannot be a name"),
        (lambda: JournalSettings(session_minutes=0), "session_minutes"),
    ],
)
def test_settings_that_cannot_be(make_settings, problem: str) -> None:
    with pytest.raises((ConfigError, ValueError), match=problem):
        make_settings()


def test_a_hash_does_not_show_itself() -> None:
    assert QUICK not in repr(JOURNAL)


def test_a_browser_that_came_over_https_stays_there(make: Make, shop: Shop) -> None:
    secure = Person(make(shop, JournalSettings(USERS)).test_client())
    said = secure.get("/journal/sign-in").headers["Strict-Transport-Security"]
    assert said == "max-age=31536000"
    plain = Person(make(shop).test_client()).get("/journal/sign-in").headers
    assert "Strict-Transport-Security" not in plain

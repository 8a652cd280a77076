"""What people did: who it is about, how it is found, and that it stays bounded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
import redis

from bridge.deadline import Deadline
from bridge.journal_ui.deeds import SIZE
from bridge.redeem.desk import deeds
from bridge.redeem.desk.asked import DEEDS
from bridge.redeem.desk.deeds import KIND, MOST, Deed, Deeds
from bridge.redeem.desk.people import Changed, People
from bridge.redeem.desk.phrases import DONE
from bridge.redeem.journal.keys import DAY
from tests.journal_ui.conftest import Make, Person
from tests.journal_ui.test_pages import act, loaded, text_of
from tests.redeem.conftest import SETTINGS, Shop
from tests.redeem.desk.test_people import Refusing, left_open

ENTRY = re.compile(
    r'<span class="what"><a href="[^"]*">([^<]*)</a> ([^<]*?)'
    r"(?:: redeem <a[^>]*><code>(\w+)</code></a>)?</span>"
)
NEXT = re.compile(r'href="/journal/people(\?[^"]*after=[^"]*)"')


def told(person: Person, query: str = "") -> list[tuple[str, str, str]]:
    """Return who did what to which redeem, as the page lists it."""
    answer = person.get(f"/journal/people{query}")
    assert answer.status_code == 200
    return ENTRY.findall(answer.text)


@pytest.fixture
def written(shop: Shop) -> Deeds:
    return Deeds(shop.journal, shop.clock)


def test_every_act_has_a_name_and_leads_to_its_redeem(make: Make, shop: Shop) -> None:
    refusing = shop.but(mapping=Refusing)
    olga = Person(make(refusing).test_client())
    olga.sign_in()
    redeem_id = shop.redeem("p9").redeem_id
    stuck = left_open(refusing).redeem_id
    done = []
    for id_, what, more in (
        (redeem_id, "check", {}),
        (stuck, "try", {}),
        (stuck, "close", {"found-0": "spent", "found-1": "not spent"}),
    ):
        shop.clock.pass_(1)
        act(olga, id_, what, **more)
        done.insert(0, ("olga", what, id_[:8]))
    shop.clock.pass_(1)
    assert olga.get("/journal/redeems.csv").status_code == 200
    words = {
        "check": "compared it with the CRM",
        "try": "tried it at once",
        "close": "closed it by hand",
    }
    assert told(olga, "?kind=acts") == [
        ("olga", "saved a list as CSV", ""),
        *((who, words[what], id_) for who, what, id_ in done),
    ]


def test_the_list_says_how_a_redeem_stands_now(olga: Person, shop: Shop) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    act(olga, redeem_id, "undo")
    assert ("olga", "wanted it undone", redeem_id[:8]) in told(olga)
    assert "given back on request" in text_of(olga, "/journal/people")


def test_who_signs_in_and_out_is_listed(olga: Person, stranger: Person) -> None:
    stranger.sign_in("rune")
    stranger.post("/journal/sign-out")
    assert told(olga, "?kind=sign-ins") == [
        ("rune", "signed out", ""),
        ("rune", "signed in", ""),
        ("olga", "signed in", ""),
    ]


def test_what_was_typed_as_a_name_is_not_kept(
    olga: Person, stranger: Person, redis_client: redis.Redis
) -> None:
    stranger.sign_in("rune", "wrong")
    stranger.sign_in("kim@example.com", "wrong")
    (unknown, *_), (known, *_) = told(olga, "?kind=refused")
    assert known == "rune"
    assert unknown.startswith("~")
    kept = [redis_client.zrange(key, 0, -1) for key in redis_client.keys("*:deeds:*")]
    assert "kim" not in json.dumps(kept)
    assert "wrong" not in json.dumps(kept)


def test_the_list_is_of_one_person(olga: Person, written: Deeds) -> None:
    for who in ("anna", "bo", "anna"):
        written.write("checked", who, "A" * 32)
    said = told(olga, "?person=anna")
    assert [who for who, *_ in said] == ["anna", "anna"]
    assert told(olga, "?person=ann") == []
    assert "Nobody has done anything of that." in text_of(
        olga, "/journal/people?person=ann"
    )


def test_each_deed_is_on_one_page(olga: Person, written: Deeds, shop: Shop) -> None:
    """Also those of one moment, which the clock here stands still for."""
    for number in range(SIZE + 20):
        written.write("checked", f"anna {number}")
        written.write("signed in", f"bo {number}")
        if number == SIZE:
            shop.clock.pass_(1)
    seen = list(pages(olga))
    each = {f"{who} {number}" for number in range(SIZE + 20) for who in ("anna", "bo")}
    assert len(seen) == len(each) + 1
    assert set(seen) == {*each, "olga"}


def pages(person: Person) -> Iterator[str]:
    """Yield who is on each page, as long as there are others."""
    query = ""
    while True:
        page = person.get(f"/journal/people{query}").text
        yield from (who for who, *_ in ENTRY.findall(page))
        more = NEXT.search(page)
        if more is None:
            return
        query = more[1].replace("&amp;", "&")


def test_refusals_push_no_act_out(
    olga: Person, written: Deeds, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST, "refused", 5)
    written.write("closed", "anna", "A" * 32)
    for number in range(20):
        written.write("sign-in refused", f"~{number}")
        shop.clock.pass_(1)
    assert [who for who, *_ in told(olga, "?kind=refused")] == [
        f"~{number}" for number in range(19, 14, -1)
    ]
    assert ("anna", "closed it by hand", "A" * 8) in told(olga)


def test_nothing_is_kept_longer_than_redeems(
    olga: Person, written: Deeds, shop: Shop, redis_client: redis.Redis
) -> None:
    keep = SETTINGS.keep_days * DAY
    written.write("checked", "anna")
    shop.clock.pass_(keep - 60)
    written.write("checked", "bo")
    assert {who for who, *_ in told(olga, "?kind=acts")} == {"anna", "bo"}
    shop.clock.pass_(120)
    written.write("checked", "cy")
    assert {who for who, *_ in told(olga, "?kind=acts")} == {"bo", "cy"}
    for key in redis_client.keys("*:deeds:*"):
        assert 0 < redis_client.ttl(key) <= keep


def test_whoever_was_quicker_leaves_nothing_of_the_other(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else acts between anna's look and her deed."""
    late = loaded(shop, shop.redeem("p1").redeem_id)
    anna, bo = (People(shop.redeemer, {"shop": shop.site}) for _ in range(2))
    write = anna.deeds.write

    def overtaken(what: str, who: str, redeem_id: str = "") -> Deed:
        bo.check(redeem_id, late.version, "bo", Deadline(8))
        return write(what, who, redeem_id)

    monkeypatch.setattr(anna.deeds, "write", overtaken)
    with pytest.raises(Changed):
        anna.undo(late.redeem_id, late.version, "anna", "because", Deadline(8))
    assert [(one.who, one.what) for one in anna.deeds.page(10).deeds] == [
        ("bo", "checked")
    ]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?kind=everything", "There is nothing of the kind “everything”."),
        ("?who=anna", "One cannot look for “who” here."),
        ("?after=somewhere", "There is no such place in the list."),
        ("?after=9e999-00000000", "There is no such place in the list."),
    ],
)
def test_what_means_nothing_is_refused(olga: Person, query: str, said: str) -> None:
    answer = olga.get(f"/journal/people{query}")
    assert answer.status_code == 400
    assert said in answer.text


def test_whoever_may_only_look_sees_no_colleagues(rune: Person) -> None:
    answer = rune.get("/journal/people")
    assert answer.status_code == 403
    assert "is shown to those who may act" in answer.text
    assert "/journal/people" not in rune.get("/journal").text


@pytest.mark.parametrize(
    "entry", ["", "{}", "[]", "[1, 2, 3, 4]", '["a", "danced", "b", ""]', "\x00"]
)
def test_what_nobody_here_has_written_is_left_out(
    olga: Person, shop: Shop, entry: str
) -> None:
    shop.journal.store.client.zadd(shop.journal.keys.deeds("acts"), {entry: 9e9})
    assert [what for _who, what, _id in told(olga)] == ["signed in"]


def test_a_page_for_one_person_looks_at_so_many_and_goes_on(
    olga: Person, written: Deeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deeds, "SCAN_AT_MOST", 10)
    written.write("checked", "anna")
    for _ in range(15):
        written.write("signed in", "bo")
    assert "anna" in pages_for(olga, "anna")


def pages_for(person: Person, who: str) -> list[str]:
    query, found = f"?person={who}", []
    while True:
        page = person.get(f"/journal/people{query}").text
        found += [one for one, *_ in ENTRY.findall(page)]
        more = NEXT.search(page)
        if more is None:
            return found
        query = more[1].replace("&amp;", "&")


def test_every_deed_has_words_and_a_kind() -> None:
    assert set(DONE) == set(KIND)
    assert set(DEEDS) == set(MOST) == set(KIND.values())

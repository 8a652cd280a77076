"""What the pages find and show, and what becomes of what somebody does there."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
import redis

from bridge.errors import CannotRedeem, Unavailable
from bridge.journal_ui.desk import EXTENSION
from bridge.model import Context, Customer, Item, Receipt, SearchKey, SearchKeyType
from bridge.parts import create_site
from bridge.redeem import Redeem
from bridge.redeem.record import Event
from bridge.site import Site
from bridge.upstream import UpstreamSettings
from tests.journal_ui import history
from tests.journal_ui.conftest import Make, Person
from tests.journal_ui.history import JANE, History
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping
from tests.redeem.desk.test_people import Refusing, left_open
from tests.spi.till import site

ID = re.compile(r'class="id" href="/journal/redeems/([0-9A-F]{32})"')

NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}{% raise %}",
    "'); redis.call('FLUSHALL') --",
    "\r\nFLUSHALL\r\n*1\r\n$8\r\nFLUSHALL\r\n",
    "] ] return redis.call('FLUSHALL') --[[",
    "%s %d {0} ${x} &amp; &lt;",
    "\u202eevil\u202c",
]


@pytest.fixture
def told(shop: Shop) -> History:
    return history.write(shop, 20)


def listed(person: Person, query: str = "") -> list[str]:
    """Return the ids on one page of the list."""
    answer = person.get(f"/journal{query}")
    assert answer.status_code == 200, answer.text
    return ID.findall(answer.text)


def text_of(person: Person, path: str) -> str:
    """Return a page's words as somebody reads them."""
    answer = person.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def loaded(shop: Shop, redeem_id: str) -> Redeem:
    found = shop.journal.load(redeem_id)
    assert found is not None
    return found


class Tags(HTMLParser):
    """What a browser makes of a page: not what it says, but what it is built of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.sources: set[str | None] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.sources |= {value for name, value in attrs if name == "src"}


# Finding


def test_each_filter_finds_what_it_says(
    olga: Person, shop: Shop, told: History
) -> None:
    one = loaded(shop, told.spent)
    item = one.lines[0].item_id
    assert listed(olga, f"?redeem={told.spent[:8].lower()}") == [told.spent]
    assert listed(olga, f"?customer={JANE}") == [
        told.open,
        told.stuck,
        told.undone,
        told.spent,
    ]
    assert listed(olga, f"?item={item}") == [told.spent]
    assert listed(olga, "?state=stuck") == [told.stuck]
    assert listed(olga, "?state=open") == [told.open, told.stuck]
    assert told.undone in listed(olga, "?state=undone")
    for name, value in (
        ("store", one.store_id),
        ("staff", one.staff_id),
        ("register", one.register_id),
    ):
        found = listed(olga, f"?{name}={value}")
        assert told.spent in found
        assert all(getattr(loaded(shop, id_), f"{name}_id") == value for id_ in found)
    assert listed(olga, "?site=shop") == listed(olga)
    days = listed(olga, "?to=2026-11-23")
    assert told.spent not in days
    assert listed(olga, "?from=2026-11-23&to=2026-11-23") == days


def test_a_whole_id_leads_to_its_redeem(olga: Person, told: History) -> None:
    answer = olga.get(f"/journal?redeem={told.open.lower()}")
    assert answer.location == f"/journal/redeems/{told.open}"


def test_paging_goes_on_to_the_end_and_shows_each_once(
    olga: Person, told: History
) -> None:
    seen: list[str] = []
    where = "/journal?site=shop"
    while where:
        page = olga.get(where).text
        seen += ID.findall(page)
        where = unescape((re.findall(r'href="([^"]*after=[^"]+)"', page) or [""])[0])
        assert not where or "site=shop" in where
    assert len(seen) == len(set(seen)) > 40
    assert "That is all." in page


def test_where_no_index_helps_it_says_how_far_it_looked(
    make: Make, shop: Shop, olga: Person, told: History
) -> None:
    olga.client.application.extensions[
        "sitoo_bridge.journal_ui"
    ].finder.scan_at_most = 5
    page = text_of(olga, "/journal?staff=nobody")
    assert "None of the redeems that were looked at" in page
    assert "Older than 2026-11-24" in page


def test_nothing_found_is_said(olga: Person) -> None:
    assert "There are no redeems yet." in text_of(olga, "/journal")
    assert "There is no such redeem." in text_of(olga, "/journal?customer=nobody")


# One redeem


def test_one_redeem_has_everything(olga: Person, shop: Shop, told: History) -> None:
    page = text_of(olga, f"/journal/redeems/{told.stuck}")
    redeem = loaded(shop, told.stuck)
    for line in redeem.lines:
        assert line.item_id in page
    for words in (
        "Stuck, a person has to look at it",
        "The period of this offer is closed in the accounts",
        "The voucher has expired",
        '"spent": "',
        "The next try is at 2026-11-24",
        "Recovery",
        JANE,
        redeem.store_id,
        redeem.staff_id,
        told.stuck,
        told.undone[:8],
        told.spent[:8],
    ):
        assert words in page


def test_the_same_items_elsewhere_are_shown(olga: Person, shop: Shop) -> None:
    first = shop.redeem("p1").redeem_id
    with pytest.raises(CannotRedeem):
        shop.redeem("p1", "p2", customer="c2")
    shop.clock.pass_(60)
    page = olga.get(f"/journal/redeems/{first}").text
    related = page.partition('id="same-items"')[2]
    assert len(re.findall("/journal/redeems/[0-9A-F]{32}", related)) == 1


def test_buttons_are_for_whom_they_work(
    olga: Person, rune: Person, told: History
) -> None:
    def offered(person: Person, redeem_id: str) -> set[str]:
        page = person.get(f"/journal/redeems/{redeem_id}").text
        return set(re.findall(rf"/journal/redeems/{redeem_id}/(\w+)\"", page))

    assert offered(olga, told.stuck) == {"try", "close"}
    assert offered(olga, told.open) == {"try"}
    assert offered(olga, told.spent) == {"undo", "check"}
    assert offered(olga, told.undone) == {"check"}
    assert offered(rune, told.stuck) == offered(rune, told.spent) == set()


# Acting


def form_of(person: Person, redeem_id: str, what: str) -> dict[str, str]:
    page = person.get(f"/journal/redeems/{redeem_id}/{what}").text
    return dict(re.findall(r'name="(version|csrf)" value="([^"]+)"', page))


def act(person: Person, redeem_id: str, what: str, **more: str):
    form = form_of(person, redeem_id, what)
    return person.post(
        f"/journal/redeems/{redeem_id}/{what}", **{"reason": "ticket 7", **form, **more}
    )


def test_undo(olga: Person, shop: Shop) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    answer = act(olga, redeem_id, "undo")
    assert answer.status_code == 303
    page = text_of(olga, answer.location)
    assert "It is undone." in page
    assert "Nothing is spent: given back by olga" in page
    assert "undone by hand: ticket 7 by olga" in page
    assert shop.ledger.spent == {}


def test_try_now(make: Make, shop: Shop) -> None:
    class Later(Refusing):
        answer: ClassVar[Exception | None] = Unavailable()

    flaky = shop.but(mapping=Later)
    redeem = left_open(flaky)
    person = Person(make(flaky).test_client())
    person.sign_in()
    refused = act(person, redeem.redeem_id, "try")
    assert refused.status_code == 503
    assert "The CRM cannot be reached." in refused.text
    Later.answer = None
    done = act(person, redeem.redeem_id, "try")
    assert done.status_code == 303
    assert loaded(shop, redeem.redeem_id).settled


def test_close_by_hand(make: Make, shop: Shop) -> None:
    refusing = shop.but(mapping=Refusing)
    redeem = left_open(refusing)
    person = Person(make(refusing).test_client())
    person.sign_in()
    incomplete = act(
        person, redeem.redeem_id, "close", **{"found-0": "spent", "version": "1"}
    )
    # The form comes again with what its maker has seen, not with what is new by now.
    assert 'name="version" value="1"' in incomplete.text
    assert incomplete.status_code == 400
    assert "For each item, say what you found" in incomplete.text
    assert "ticket 7" in incomplete.text
    assert re.search(r'value="spent" required checked', incomplete.text)
    found = {"found-0": "unknown", "found-1": "not spent"}
    done = act(person, redeem.redeem_id, "close", **found)
    page = text_of(person, done.location)
    assert "Closed by hand: promotion p1 is unknown; promotion p2 is not spent" in page
    assert loaded(shop, redeem.redeem_id).closed_by == "olga"


def test_a_stale_page_does_nothing_and_shows_the_new_state(
    olga: Person, shop: Shop
) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    stale = form_of(olga, redeem_id, "undo")
    assert act(olga, redeem_id, "undo").status_code == 303
    entries, events = list(shop.ledger.entries), shop.journal.events
    told_before = events(loaded(shop, redeem_id))
    answer = olga.post(f"/journal/redeems/{redeem_id}/undo", reason="too", **stale)
    assert answer.status_code == 409
    assert "Nothing was done. Below is how it stands now." in answer.text
    assert "given back by olga" in answer.text
    assert shop.ledger.entries == entries
    assert events(loaded(shop, redeem_id)) == told_before


@pytest.mark.parametrize("version", ["", "x", "999", "-1"])
def test_a_version_that_is_none_does_nothing(
    olga: Person, shop: Shop, version: str
) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    assert act(olga, redeem_id, "undo", version=version).status_code == 409
    assert shop.ledger.spent


def test_without_a_reason_nothing_is_done(olga: Person, shop: Shop) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    answer = act(olga, redeem_id, "undo", reason="  ")
    assert answer.status_code == 400
    assert "Say why" in answer.text
    assert shop.ledger.spent


# Whatever an id contains, it is text


@pytest.mark.parametrize("text", NASTY)
def test_ids_and_reasons_are_shown_as_text(olga: Person, shop: Shop, text: str) -> None:
    class Odd(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            return {**super().redeem_item(item, ref), text: [text]}

    odd = shop.but(mapping=Odd)
    kept = shop.journal.store.client.dbsize()
    context = Context(site="shop", store_id=text, staff_id=text, register_id=text)
    redeem = odd.redeemer.redeem(
        odd.site, context, text, [text], [f"{text}2"], deadline=odd.deadline()
    )
    assert act(olga, redeem.redeem_id, "undo", reason=f"{text} x").status_code == 303
    query = "&".join(
        f"{name}={_quoted(text)}" for name in ("customer", "item", "store")
    )
    pages = [
        olga.get(f"/journal/redeems/{redeem.redeem_id}").text,
        olga.get(f"/journal?{query}").text,
        olga.get("/journal/overview").text,
        olga.get(f"/journal/sign-in?next={_quoted(text)}").text,
    ]
    for page in pages:
        seen = Tags(page)
        assert seen.tags.isdisjoint({"script", "style", "iframe", "object"})
        assert not [name for name in seen.attributes if name.startswith("on")]
        assert seen.sources == {"/journal/static/icon.svg"}
    words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", pages[0])))
    assert re.sub(r"[\s\x00-\x1f]+", " ", text).strip() in words
    if text == text.strip():  # what is typed into a form is trimmed
        assert redeem.redeem_id[:8] in pages[1]
    assert shop.journal.store.client.dbsize() > kept


def _quoted(text: str) -> str:
    return quote(text, safe="")


# The overview


def test_the_overview_counts_the_day(olga: Person, shop: Shop, told: History) -> None:
    page = text_of(olga, "/journal/overview?day=2026-11-24")
    shown = dict(
        re.findall(r"(redeemed|refused by the CRM|given back on request) (\d+)", page)
        + re.findall(r"((?:open|stuck) now) (\d+)", page)
    )
    assert int(shown["redeemed"]) > 15
    assert int(shown["refused by the CRM"]) >= 1
    assert int(shown["given back on request"]) >= 2
    assert (shown["open now"], shown["stuck now"]) == ("2", "1")
    assert loaded(shop, told.spent).store_id in page
    assert "Nothing that began on this day has ended." in text_of(
        olga, "/journal/overview?day=2020-01-01"
    )


LINK = re.compile(r'<a href="(/journal/\?[^"]+)">([\d,]+)</a>')


@pytest.mark.parametrize("day", ["2026-11-24", "2026-11-23"])
def test_each_number_of_the_overview_leads_to_exactly_those(
    olga: Person, told: History, day: str
) -> None:
    page = olga.get(f"/journal/overview?day={day}").text
    links = dict(LINK.findall(page))
    assert len(links) > 10
    for where, number in links.items():
        seen = 0
        while where:
            found = olga.get(unescape(where)).text
            seen += len(ID.findall(found))
            more = re.findall(r'href="([^"]*after=[^"]+)"', found)
            where = more[0] if more else ""
        assert seen == int(number), where


def test_an_hour_that_comes_twice_is_told_apart(shop: Shop, zoned: Person) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()
    made = []
    for number in range(3):  # 02:30 in summer time, 02:30 in winter time, 03:30
        shop.clock.now = first + 3_600 * number
        made.append(shop.redeem(f"p{number}").redeem_id)
    page = zoned.get("/journal/overview?day=2026-10-25").text
    links = [unescape(one) for one, _ in LINK.findall(page) if "_offset" in one]
    assert [listed(zoned, one.removeprefix("/journal/")) for one in links] == [
        [made[0]],
        [made[1]],
    ]
    text = text_of(zoned, f"/journal/redeems/{made[1]}")
    assert "2026-10-25 02:30:00 CET (01:30:00 UTC)" in text
    day = "?from=2026-10-25&to=2026-10-25"
    assert listed(zoned, day) == made[::-1]
    assert listed(zoned, "?from=2026-10-25&from_time=03:00&to=2026-10-25") == made[2:]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("state=unhappy", "There is no state “unhappy”."),
        ("outcome=unhappy", "Redeems do not end as “unhappy”."),
        ("site=elsewhere", "There is no site “elsewhere”."),
        ("store=1&shop=1", "One cannot look for “shop” here."),
        ("from=2026-11-25&to=2026-11-24", "is later than"),
        ("from=2026-11-24&from_time=14:00&to=2026-11-24&to_time=14:00", "later than"),
        ("from=yesterday", "A day looks like 2026-11-24."),
        ("from=2026-02-30", "A day looks like 2026-11-24."),
        ("from_time=14:00", "A day looks like 2026-11-24."),
        ("to=2026-11-24&to_time=25:00", "A time looks like 14:30"),
        ("to=2026-11-24&to_time=2pm", "A time looks like 14:30"),
        ("to=2026-11-24&to_time=12:00&to_offset=summer", "A time looks like 14:30"),
        ("redeem=zz", "A redeem id has 32 digits"),
    ],
)
def test_what_means_nothing_is_refused(
    olga: Person, told: History, query: str, said: str
) -> None:
    answer = olga.get(f"/journal?{query}")
    assert answer.status_code == 400
    assert said in unescape(answer.text)
    assert not ID.findall(answer.text)


def test_each_way_of_ending_is_a_filter(
    olga: Person, shop: Shop, told: History
) -> None:
    for outcome, how in (("refused", "refused"), ("given-back", "given back")):
        found = listed(olga, f"?outcome={outcome}")
        assert found
        assert {loaded(shop, id_).ending for id_ in found} == {how}
    assert told.undone in listed(olga, "?outcome=given-back")
    assert told.refused in listed(olga, "?outcome=refused&site=shop")
    one = loaded(shop, told.undone)
    of_store = listed(olga, f"?outcome=given-back&store={_quoted(one.store_id)}")
    assert told.undone in of_store
    assert {loaded(shop, id_).store_id for id_ in of_store} == {one.store_id}


def test_a_success_that_nobody_heard_is_a_filter(olga: Person, shop: Shop) -> None:
    heard, unheard, later = (shop.redeem(f"p{n}").redeem_id for n in range(3))
    for redeem_id, gone in ((heard, None), (unheard, 0), (later, 2_100)):
        told = Event(shop.clock(), "answered", status=200, gone_ms=gone)
        shop.journal.tell(loaded(shop, redeem_id), told)
    assert set(listed(olga, "?outcome=unheard")) == {unheard, later}
    again = Event(shop.clock(), "answered", status=200)
    shop.journal.tell(loaded(shop, later), again)
    assert listed(olga, "?outcome=unheard") == [unheard]
    shop.undo(unheard)
    assert listed(olga, "?outcome=unheard") == []


def test_an_empty_overview(olga: Person) -> None:
    page = text_of(olga, "/journal/overview?site=shop")
    assert "No store had a redeem." in page


# One box for everything


class Knowing(LedgerMapping):
    """Knows one customer, by what such people say on the phone."""

    def search(self, key: SearchKey) -> list[Customer]:
        known = {
            SearchKeyType.MOBILE: "+46701234567",
            SearchKeyType.EMAIL: "kim@example.com",
            SearchKeyType.MEMBER_NUMBER: "M 4711",
            SearchKeyType.PERSONAL_ID: "198112189876",
        }
        found = key.key.replace("-", "") == known[key.key_type]
        return [Customer(customer_id="c-kim")] if found else []


class Gone(LedgerMapping):
    """Cannot be asked for anybody."""

    def search(self, key: SearchKey) -> list[Customer]:
        raise Unavailable


def at_desk(make: Make, shop: Shop) -> Person:
    """Return somebody at the pages of this very shop."""
    app = make(shop)
    desk = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(desk, sites={"shop": shop.site})
    person = Person(app.test_client())
    person.sign_in()
    return person


@pytest.fixture
def knowing(make: Make, shop: Shop) -> tuple[Person, str]:
    """Somebody at a desk whose CRM knows Kim; and Kim's redeem."""
    there = shop.but(mapping=Knowing)
    redeem_id = there.redeem("Promo-1", customer="c-kim").redeem_id
    return at_desk(make, there), redeem_id


@pytest.mark.parametrize(
    "typed",
    ["070-123 45 67", " +46 70 123 45 67", "kim@Example.com", "M 4711", "811218-9876"],
)
def test_a_person_is_found_by_what_they_say_and_it_is_kept_nowhere(
    knowing: tuple[Person, str], redis_client: redis.Redis, typed: str, caplog: Any
) -> None:
    person, redeem_id = knowing
    answer = person.post("/journal/find", q=typed)
    assert answer.status_code == 200
    assert ID.findall(answer.text) == [redeem_id]
    links = re.findall(r'(?:href|action)="([^"]*)"', answer.text)
    kept = [str(redis_client.dump(key)) for key in redis_client.scan_iter()]
    plain = [re.sub(r"\W", "", one) for one in (*links, caplog.text, *kept)]
    assert not [one for one in plain if re.sub(r"\W", "", typed) in one]


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("C-KIM", "?customer=c-kim"),
        ("{id}", "/redeems/{id}"),
        (" {id}-1 ", "/redeems/{id}"),
        ("{lower8}", "/redeems/{id}"),
        ("Promo-1", "?item=Promo-1"),
    ],
)
def test_an_id_is_found_in_any_case_and_with_spaces(
    knowing: tuple[Person, str], typed: str, leads_to: str
) -> None:
    person, redeem_id = knowing
    known = {"id": redeem_id, "lower8": redeem_id[:8].lower()}
    answer = person.post("/journal/find", q=typed.format(**known))
    assert answer.status_code == 303, answer.text
    assert answer.location.endswith(leads_to.format(**known))


def test_a_receipt_is_found_by_its_number(
    olga: Person, shop: Shop, told: History
) -> None:
    receipt = loaded(shop, told.spent).lines[0].receipt
    assert isinstance(receipt, dict)
    number = receipt["booking"].lower()
    answer = olga.post("/journal/find", q=f" {number[:4]} {number[4:]}")
    assert answer.status_code == 303
    assert listed(olga, answer.location.removeprefix("/journal/")) == [told.spent]


def test_nothing_found_says_what_was_tried_and_what_to_try(
    make: Make, shop: Shop, told: History
) -> None:
    person = at_desk(make, shop.but(mapping=Knowing))
    answer = person.post("/journal/find", q="nobody at all")
    assert answer.status_code == 404
    for words in ("a redeem id", "a customer id", "a member number", "Try the begin"):
        assert words in answer.text


def test_a_crm_that_is_away_is_named(make: Make, shop: Shop) -> None:
    person = at_desk(make, shop.but(mapping=Gone))
    answer = person.post("/journal/find", q="4711 0815")
    assert "The CRM of shop could not be asked" in answer.text


def test_the_box_needs_its_own_form(olga: Person) -> None:
    assert olga.client.post("/journal/find", data={"q": "x"}).status_code == 400


# Who is affected


def test_a_list_is_saved_as_a_table(olga: Person, shop: Shop, told: History) -> None:
    answer = olga.get("/journal/redeems.csv?outcome=refused")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    expected = listed(olga, "?outcome=refused")
    assert list(dict.fromkeys(row["redeem_id"] for row in rows)) == expected
    assert {row["ending"] for row in rows} == {"refused"}
    assert rows[0]["local_time"].endswith("+00:00")


def test_a_table_of_what_means_nothing_is_none(olga: Person) -> None:
    answer = olga.get("/journal/redeems.csv?outcome=unhappy")
    assert (answer.status_code, answer.location) == (303, "/journal/?outcome=unhappy")


def test_a_redeem_leads_to_the_customer_in_the_crm(make: Make, shop: Shop) -> None:
    shop.site = replace(shop.site, crm_url="https://crm.test/people/{customer_id}?x=1")
    redeem_id = shop.redeem("p1", customer="a/b?c").redeem_id
    page = at_desk(make, shop).get(f"/journal/redeems/{redeem_id}").text
    assert 'href="https://crm.test/people/a%2Fb%3Fc?x=1"' in page


class Shown(LedgerMapping):
    """A CRM whose own pages a mapping knows."""

    @classmethod
    def crm_page(cls, customer_id: str) -> str:
        return f"/contacts/{customer_id}" if customer_id.isdigit() else ""


@pytest.mark.parametrize(
    ("customer", "url", "said", "leads"),
    [
        ("17", "https://crm.test", None, "https://crm.test/contacts/17"),
        ("17", "https://crm.test/", None, "https://crm.test/contacts/17"),
        ("17", "https://crm.test/de", None, "https://crm.test/de/contacts/17"),
        (
            "17",
            "https://crm.test",
            "https://ui.test/{customer_id}",
            "https://ui.test/17",
        ),
        ("17", "https://crm.test", "", None),
        ("17", "http://crm:8069", None, None),
        ("~ab", "https://crm.test", None, None),
    ],
)
def test_a_mapping_may_know_where_the_crm_shows_a_customer(
    customer: str, url: str, said: str | None, leads: str | None, make: Make, shop: Shop
) -> None:
    known = replace(site("shop", pos="x"), crm_url=said, upstream=UpstreamSettings(url))
    made = create_site(known, Shown)
    shop.site = replace(shop.site, **homes(made), mapping_class=Shown)
    redeem_id = shop.redeem("p1", customer=customer).redeem_id
    page = at_desk(make, shop).get(f"/journal/redeems/{redeem_id}").text
    there = re.search(r'href="([^"]*)" rel="noreferrer noopener"', page)
    assert (there and there[1]) == leads


def homes(made: Site) -> dict[str, Any]:
    return {name: getattr(made, name) for name in ("crm_url", "crm_home")}

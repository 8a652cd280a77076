"""What the pages find and show, and what becomes of what somebody does there."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import ClassVar
from urllib.parse import quote

import pytest

from bridge.errors import CannotRedeem, Unavailable
from bridge.model import Context, Item, Receipt
from bridge.redeem import Redeem
from tests.journal_ui import history
from tests.journal_ui.conftest import Make, Person
from tests.journal_ui.history import JANE, History
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping
from tests.redeem.test_people import Refusing, left_open

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
    assert listed(olga, "?site=elsewhere") == []
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
    assert offered(olga, told.spent) == {"undo"}
    assert offered(olga, told.undone) == set()
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
    assert "Nothing is spent: undone by olga" in page
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
    assert "The CRM cannot be reached right now" in refused.text
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
    assert "undone by olga" in answer.text
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
    (redeemed, refused, undone, open_, stuck) = re.findall(
        r"(?:redeemed|refused or failed|undone later) that day (\d+)|"
        r"(?:open|stuck) now (\d+)",
        page,
    )[:5]
    assert int(redeemed[0]) > 20
    assert int(refused[0]) >= 1
    assert int(undone[0]) >= 2
    assert (open_[1], stuck[1]) == ("2", "1")
    assert loaded(shop, told.spent).store_id in page
    assert "Nothing ended on this day." in text_of(
        olga, "/journal/overview?day=2020-01-01"
    )


def test_an_empty_overview(olga: Person) -> None:
    page = text_of(olga, "/journal/overview?site=shop")
    assert "No store had a redeem." in page

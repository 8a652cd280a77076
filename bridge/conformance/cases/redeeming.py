"""Redeeming and undoing.  All that is redeemed here is given back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bridge.conformance.case import (
    Deviation,
    NotTried,
    Remark,
    Visit,
    case,
    expect,
    expect_error,
)
from bridge.conformance.cases.refusing import NOBODY
from bridge.conformance.client import Answer, segment
from bridge.conformance.spi import CUSTOMER, REDEEM

REDEEMING = "Redeeming"
UNDOING = "Undoing a redeem"

NO_REDEEM = "0123456789ABCDEF0123456789ABCDEF"

Items = dict[str, list[str]]


def items(visit: Visit) -> tuple[str, Items]:
    """Return a customer's path and what may be redeemed, or there is nothing to try.

    Of customers who were there before, only what was named is touched.
    """
    asked = visit.settings
    if asked.promotions or asked.bonus_checks:
        path = f"/customers/{segment(visit.customer_id())}"
        named = {"promotions": asked.promotions, "bonus_checks": asked.bonus_checks}
        return path, {kind: [*ids] for kind, ids in named.items()}
    card = visit.created
    if card:
        path = f"/customers/{segment(card['customer_id'])}"
        shown = _redeemable(expect(visit.client.get(path), 200, CUSTOMER))
        if any(shown.values()):
            return path, shown
    raise NotTried("needs --customer with --promotion or --bonus-check")


def _redeemable(card: dict[str, Any]) -> Items:
    return {
        "bonus_checks": [
            one["bonus_check_id"]
            for one in card.get("bonus_checks", ())
            if not one["redeemed"]
        ],
        "promotions": [
            one["promotion_id"]
            for one in card.get("promotions", ())
            if not one["redeemed"]
        ],
    }


def one_of(things: Items) -> Items:
    """Return a single one of them."""
    for kind, ids in things.items():
        if ids:
            return {"bonus_checks": [], "promotions": []} | {kind: ids[:1]}
    raise NotTried("there is nothing to redeem")


def redeem(visit: Visit, path: str, body: Any, register: str = "1") -> Answer:
    """Redeem from a register: the same from another one is no second tap."""
    headers = {"Store-ID": "conformance", "Register-ID": register}
    return visit.client.call("POST", f"{path}/redeem", body, headers=headers)


def undo(visit: Visit, path: str, redeem_id: str) -> Answer:
    """Undo a redeem."""
    return visit.client.call("DELETE", f"{path}/redeem/{segment(redeem_id)}")


def redeemed(answer: Answer, wanted: Items) -> str:
    """Return the redeem_id of a success, or deviate."""
    body = expect(answer, 200, REDEEM)
    for kind, ids in wanted.items():
        if sorted(body[kind]) != sorted(ids):
            raise Deviation(f"200, but {kind} is not what was sent")
    return str(body["redeem_id"])


def given_back(visit: Visit, path: str, redeem_id: str) -> None:
    """Undo what a case has redeemed, or deviate."""
    answer = undo(visit, path, redeem_id)
    if answer.status != 200:
        raise Deviation(f"the redeem could not be undone: {answer}")


def shown_as_redeemable(visit: Visit, path: str, things: Items) -> bool:
    """Whether the card still offers all of it."""
    shown = _redeemable(expect(visit.client.get(path), 200, CUSTOMER))
    return all({*ids} <= {*shown[kind]} for kind, ids in things.items())


@case(
    REDEEMING,
    "The card shows what there is",
    says="Promotions and bonus checks, with redeemed: false",
    writes=True,
    sitoo="Promotions are shown",
)
def shown(visit: Visit) -> str:
    path, things = items(visit)
    if not shown_as_redeemable(visit, path, things):
        raise Deviation("200, but not all of it is shown as redeemable")
    return "200, all of it is redeemable"


@case(REDEEMING, "Without its lists", says="400 and an Error", writes=True)
def no_lists(visit: Visit) -> str:
    path = f"/customers/{segment(visit.customer_id())}"
    expect_error(redeem(visit, path, {"promotions": [NOBODY]}), 400)
    return expect_error(redeem(visit, path, {}), 400)


@case(REDEEMING, "Of nothing", says="Left open: a success means nothing", writes=True)
def nothing(visit: Visit) -> str:
    path = f"/customers/{segment(visit.customer_id())}"
    answer = redeem(visit, path, {"promotions": [], "bonus_checks": []})
    if answer.status == 200:
        raise Remark(f"{answer}: a redeem of nothing succeeds")
    return expect_error(answer, 400, 409)


@case(REDEEMING, "An unknown promotion", says="409 and an Error", writes=True)
def unknown_item(visit: Visit) -> str:
    path = f"/customers/{segment(visit.customer_id())}"
    body = {"promotions": [NOBODY], "bonus_checks": []}
    return expect_error(redeem(visit, path, body), 409, 404)


@case(REDEEMING, "For an unknown customer", says="404 or 409 and an Error", writes=True)
def unknown_customer(visit: Visit) -> str:
    body = {"promotions": [NOBODY], "bonus_checks": []}
    return expect_error(redeem(visit, f"/customers/{NOBODY}", body), 404, 409)


@case(
    REDEEMING,
    "Redeem, see it, undo",
    says="200 with redeem_id; redeemed; 200; as before",
    writes=True,
    sitoo="Redeem and undo",
)
def there_and_back(visit: Visit) -> str:
    path, things = items(visit)
    wanted = one_of(things)
    redeem_id = redeemed(redeem(visit, path, wanted), wanted)
    offered = shown_as_redeemable(visit, path, wanted)
    given_back(visit, path, redeem_id)
    if offered:
        raise Deviation("200, but the card still shows it as not redeemed")
    if not shown_as_redeemable(visit, path, wanted):
        raise Deviation("200, but the card shows it as redeemed after the undo")
    return "200; redeemed; 200; as before"


@case(REDEEMING, "From a second register", says="409 and an Error", writes=True)
def second_register(visit: Visit) -> str:
    path, things = items(visit)
    wanted = one_of(things)
    redeem_id = redeemed(redeem(visit, path, wanted), wanted)
    try:
        return expect_error(redeem(visit, path, wanted, register="2"), 409)
    finally:
        given_back(visit, path, redeem_id)


@case(REDEEMING, "From two registers at once", says="One 200, one 409", writes=True)
def at_once(visit: Visit) -> str:
    path, things = items(visit)
    wanted = one_of(things)
    with ThreadPoolExecutor(2) as tills:
        both = list(tills.map(lambda till: redeem(visit, path, wanted, till), "12"))
    winners = [answer for answer in both if answer.status == 200]
    for winner in winners:
        undo(visit, path, redeemed(winner, wanted))
    if len(winners) != 1:
        raise Deviation(", ".join(sorted(str(answer) for answer in both)))
    (loser,) = [answer for answer in both if answer.status != 200]
    return f"200, {expect_error(loser, 409, 503)}"


@case(REDEEMING, "A good item with a bad one", says="409: none of it", writes=True)
def all_or_nothing(visit: Visit) -> str:
    path, things = items(visit)
    good = one_of(things)
    mixed = {**good, "promotions": [*good["promotions"], NOBODY]}
    seen = expect_error(redeem(visit, path, mixed), 409, 404)
    if not shown_as_redeemable(visit, path, good):
        raise Deviation(f"{seen}, but the good one is redeemed")
    given_back(visit, path, redeemed(redeem(visit, path, good, "2"), good))
    return f"{seen}; the good one can still be redeemed"


@case(REDEEMING, "All of it together", says="200 with all of it", writes=True)
def together(visit: Visit) -> str:
    path, things = items(visit)
    if sum(map(len, things.values())) < 2:
        raise NotTried("needs two things to redeem")
    given_back(visit, path, redeemed(redeem(visit, path, things), things))
    return "200, an object"


@case(UNDOING, "An unknown redeem_id", says="404 (or 409) and an Error", writes=True)
def unknown_redeem(visit: Visit) -> str:
    path = f"/customers/{segment(visit.customer_id())}"
    return expect_error(undo(visit, path, NO_REDEEM), 404, 409)


@case(UNDOING, "By another customer", says="404 (or 409) and an Error", writes=True)
def somebody_elses(visit: Visit) -> str:
    path, things = items(visit)
    wanted = one_of(things)
    redeem_id = redeemed(redeem(visit, path, wanted), wanted)
    answer = undo(visit, f"/customers/{NOBODY}", redeem_id)
    if answer.status == 200:
        raise Deviation("200: anybody can undo it")
    given_back(visit, path, redeem_id)
    return expect_error(answer, 404, 409)


@case(UNDOING, "Twice", says="Left open: 200 is what a till can use", writes=True)
def twice(visit: Visit) -> str:
    path, things = items(visit)
    wanted = one_of(things)
    redeem_id = redeemed(redeem(visit, path, wanted), wanted)
    given_back(visit, path, redeem_id)
    again = undo(visit, path, redeem_id)
    if again.status == 200:
        return str(again)
    raise Remark(expect_error(again, 404, 409))


@case(UNDOING, "And redeem again", says="200 with another redeem_id", writes=True)
def once_more(visit: Visit) -> str:
    path, things = items(visit)
    wanted = one_of(things)
    first = redeemed(redeem(visit, path, wanted), wanted)
    given_back(visit, path, first)
    second = redeemed(redeem(visit, path, wanted), wanted)
    given_back(visit, path, second)
    if first == second:
        raise Deviation("200, with the redeem_id of the redeem that was undone")
    return "200, an object"

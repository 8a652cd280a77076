"""Mappings with one mistake each: what the kit is there to find.

Collected only when ``test_mutants`` names tests in here: one for each mutant, which
must fail and say why.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Any, ClassVar

import pytest

from bridge.errors import (
    AccessRefused,
    Missing,
    NotFound,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
    UpstreamError,
)
from bridge.mapping import Mapping, quote
from bridge.model import AdditionalOption, AdditionalOptionsSection, Consent, Customer
from bridge.testing import Known, MappingContract, UpstreamSettings
from tests.testing import kiosk
from tests.testing.kiosk import AtOnce, Foreseeing, Kiosk, OneByOne, Points, path

FAILS = "test_the_truth_is_told_of_failures"

SHOWN = count(1)

Wanted = tuple[str, str]
"""A test that must fail, and words that it must say."""

MUTANTS: dict[type[Mapping], Wanted] = {}


def caught(test: str, words: str) -> Callable[[type[Mapping]], type[Mapping]]:
    """Say which test of the kit finds the mistake, and in which words."""

    def note(mutant: type[Mapping]) -> type[Mapping]:
        MUTANTS[mutant] = test, words
        return mutant

    return note


# How it presents itself


@caught("test_it_has_a_title", "as its maker spells it")
class WithoutTitle(OneByOne):
    title = " "


@caught("test_it_offers_something", "override the verbs")
class OffersNothing(Mapping):
    title = "Kiosk"


@caught("test_its_options_can_be_configured", "a frozen dataclass")
class OptionsThatChange(OneByOne):
    @dataclass
    class Options:
        depth: int = 1


@caught("test_its_options_can_be_configured", "a setting cannot be")
class OptionsOfAnOddType(OneByOne):
    @dataclass(frozen=True)
    class Options:
        turn: complex = 1j


@caught("test_no_verb_is_left_to_do[search]", "to do: search: find people")
class LeftToDo(OneByOne):
    def search(self, key):
        raise NotImplementedError("find people")


@caught("test_its_probe_asks_the_crm", "makes no request")
class IdleProbe(OneByOne):
    def probe(self):
        pass


@caught("test_it_explains_whatever_comes", "TypeError")
class ExplainsItsOwnOnly(OneByOne):
    def explain(self, answer):
        return Refused("No.") if answer.body["code"] == "TAKEN" else None


@caught("test_it_explains_whatever_comes", "may be about a person")
class ExplainsInTheCrmsWords(OneByOne):
    def explain(self, answer):
        match answer.body:
            case {"message": str(message)}:
                return Refused(message)
        return super().explain(answer)


# Searching


@caught("test_every_key_finds_its_customer", "nobody by mobile")
class SearchesEmailOnly(OneByOne):
    def search(self, key):
        return super().search(key) if key.key_type == "email" else []


@caught("test_a_hit_is_the_whole_card", "the first hit lacks promotions")
class SearchesForNamesOnly(OneByOne):
    def search(self, key):
        return [
            replace(one, promotions=None, bonus_checks=None)
            for one in super().search(key)
        ]


@caught("test_nobody_is_an_empty_list[company_id]", "Unpresentable")
class StumblesOverAType(OneByOne):
    def search(self, key):
        fields = {"email": "email", "mobile": "mobile"} | {
            name: name for name in ("personal_id", "member_number")
        }
        query = {fields[key.key_type]: key.key}
        return [*map(self.card, self.upstream.get("/people", query=query)["people"])]


@caught("test_nobody_is_an_empty_list[email]", "must return a list")
class SaysNone(OneByOne):
    def search(self, key):
        return super().search(key) or None


@caught("test_a_part_of_a_key_finds_nobody", "a part of the email finds the customer")
class FindsByAPart(OneByOne):
    def search(self, key):
        query = {f"{key.key_type}*": key.key}
        return [*map(self.card, self.upstream.get("/people", query=query)["people"])]


@caught("test_a_key_is_never_a_pattern[email]", "finds somebody by email")
class TakesPatterns(OneByOne):
    def search(self, key):
        if not key.key.endswith("*"):
            return super().search(key)
        query = {f"{key.key_type}*": key.key}
        return [*map(self.card, self.upstream.get("/people", query=query)["people"])]


@caught("test_a_lookup_finds_a_person", "nobody by mobile")
class LooksUpNobody(OneByOne):
    def lookup(self, key):
        self.upstream.get("/register", query={"cell": key.key})
        return []


@caught("test_a_lookup_of_nobody_is_an_empty_list[mobile]", "finds somebody by mobile")
class LooksUpAnybody(OneByOne):
    def lookup(self, key):
        return super().lookup(key) or [Customer(name_first="Anybody")]


# Customers


@caught("test_a_card_can_be_shown", "bonus_checks.cart_amount is dropped")
class CountsInFloats(OneByOne):
    def card(self, person):
        card = super().card(person)
        checks = [replace(one, cart_amount=12.5) for one in card.bonus_checks]
        return replace(card, bonus_checks=checks)


@caught("test_a_card_shows_what_can_be_redeemed", "bonus_checks must show")
class ForgetsBonusChecks(OneByOne):
    def card(self, person):
        return replace(super().card(person), bonus_checks=[])


@caught("test_nobody_is_not_found", "get('..'): Refused")
class DoesNotQuote(OneByOne):
    def get(self, customer_id):
        return self.card(self.upstream.get(f"/people/{customer_id}".rstrip("/.")))


@caught("test_nobody_is_not_found", "get('nobody'): None")
class MakesNobodyUp(OneByOne):
    def get(self, customer_id):
        try:
            return super().get(customer_id)
        except NotFound:
            return Customer(customer_id=customer_id)


@caught("test_a_new_customer_is_as_it_was_sent", "what was sent is not what is shown")
class DropsAName(OneByOne):
    def create(self, properties):
        rest = {name: properties[name] for name in properties if name != "name_last"}
        return super().create(rest)


@caught("test_a_new_customer_is_found", "assert [] ==")
class KeepsMailElsewhere(OneByOne):
    def create(self, properties):
        sent = {"mail" if n == "email" else n: v for n, v in properties.items()}
        created = self.upstream.post("/people", json=sent)
        return Customer(customer_id=created["id"], **properties)


@caught("test_nobody_is_added_twice", "is to be Refused, not None")
class AddsTwice(OneByOne):
    def create(self, properties):
        try:
            return super().create(properties)
        except Refused:
            return Customer(customer_id="p-0", **properties)


@caught("test_nobody_is_added_twice", "say to the cashier why not")
class RefusesWithoutAWord(OneByOne):
    def explain(self, answer):
        return None


@caught("test_an_update_changes_what_was_sent", "what was sent is not what is shown")
class ChangesNothing(OneByOne):
    def update(self, customer_id, properties):
        return self.get(customer_id)


@caught("test_an_update_leaves_the_rest", "must stay as it is")
class ReplacesAll(OneByOne):
    def update(self, customer_id, properties):
        sent = dict(properties)
        return self.card(self.upstream.put(f"/people/{quote(customer_id)}", json=sent))


@caught("test_an_update_of_nothing_changes_nothing", "assert ")
class ClearsWhatIsNotSent(OneByOne):
    def update(self, customer_id, properties):
        return super().update(customer_id, {"phone": None, **properties})


@caught("test_a_card_that_is_sent_back_asks_for_no_change", "the same each time")
class ShowsAnotherPhoneEachTime(OneByOne):
    def get(self, customer_id):
        shown = next(SHOWN)
        return replace(super().get(customer_id), phone=f"+4684650{shown:04}")


@caught("test_a_change_that_is_taken_back_leaves_no_trace", "left a trace")
class ForgetsWhatNoCardShows(OneByOne):
    def update(self, customer_id, properties):
        path = f"/people/{quote(customer_id)}"
        kept = {"points": 0, **properties}
        return self.card(self.upstream.patch(path, json=kept))


@caught("test_nothing_sent_clears", "phone was to be cleared")
class NeverClears(OneByOne):
    def update(self, customer_id, properties):
        sent = {name: value for name, value in properties.items() if value}
        return super().update(customer_id, sent)


@caught("test_nobody_cannot_be_changed", "update('nobody'")
class AddsWhoIsNotThere(OneByOne):
    def update(self, customer_id, properties):
        try:
            return super().update(customer_id, properties)
        except NotFound:
            return self.create(properties)


# Lists


@caught("test_purchases_can_be_shown", "the newest first")
class OldestFirst(OneByOne):
    def transactions(self, customer_id):
        return super().transactions(customer_id)[::-1]


@caught("test_purchases_can_be_shown", "some are missing")
class FirstPageOnly(OneByOne):
    def transactions(self, customer_id):
        return super().transactions(customer_id)[:1]


@caught("test_nobody_has_purchases", "transactions('nobody'): None")
class NobodyBoughtNothing(OneByOne):
    def transactions(self, customer_id):
        with suppress(NotFound):
            return super().transactions(customer_id)
        return []


@caught("test_consents_can_be_shown", "two have the same id")
class AsksTwice(OneByOne):
    def consents(self):
        return super().consents() * 2


@caught("test_consents_can_be_shown", '"consent_id" is missing or wrong')
class ConsentWithoutId(OneByOne):
    def consents(self):
        return [Consent(consent_id="", name=one.name) for one in super().consents()]


@caught("test_additional_options_can_be_shown", "has no values")
class NothingToChoose(OneByOne):
    def additional_options(self):
        self.upstream.get("/options")
        option = AdditionalOption(id="colour", name="Colour", type="enum-single")
        return [AdditionalOptionsSection(name="Taste", options=[option])]


# Redeeming


@caught("test_what_is_redeemed_is_found_and_given_back", "it is redeemed")
class FindsNothing(OneByOne):
    def find_receipt(self, item, ref):
        super().find_receipt(item, ref)


@caught("test_a_second_redeem_is_refused", "took an item that is spent already")
class ForgivesASecondTime(OneByOne):
    def redeem_item(self, item, ref):
        try:
            return super().redeem_item(item, ref)
        except Refused:
            return self.find_receipt(item, ref) or {"no": 0}


@caught("test_what_is_refused_is_foreseen", "refuses what cannot be spent")
class ForeseesNothing(Foreseeing):
    def prepare(self, refs):
        super().prepare(refs)
        return {}


@caught("test_what_is_refused_is_foreseen", "must not spend anything")
class SpendsWhileItLooks(Foreseeing):
    def prepare(self, refs):
        refused = super().prepare(refs)
        for item in refs.keys() - refused.keys():
            self.redeem_item(item, refs[item])
        return refused


@caught(f"{FAILS}[prepare-500]", "as if all was well")
class ForeseesAllIsWell(Foreseeing):
    def prepare(self, refs):
        try:
            return super().prepare(refs)
        except Unavailable:
            return dict.fromkeys(refs, Refused("No."))


@caught("test_another_reference_finds_nothing", "not under this reference")
class FindsAnyRedeem(OneByOne):
    def find_receipt(self, item, ref):
        uses = self.upstream.get("/uses", query={"coupon": item.item_id})["uses"]
        return {"no": uses[0]["no"]} if uses else None


@caught("test_another_reference_finds_nothing", "not under this reference")
class FindsSimilarReferences(OneByOne):
    def find_receipt(self, item, ref):
        query = {"coupon": item.item_id, "ref*": ref}
        uses = self.upstream.get("/uses", query=query)["uses"]
        return {"no": uses[0]["no"]} if uses else None


@caught("test_a_receipt_survives_json", "Decimal is not JSON serializable")
class ReceiptWithAnObject(OneByOne):
    def redeem_item(self, item, ref):
        return super().redeem_item(item, ref) | {"worth": Decimal(10)}


@caught("test_a_receipt_survives_json", "must be plain JSON")
class ReceiptWithNumbersAsKeys(OneByOne):
    def redeem_item(self, item, ref):
        return super().redeem_item(item, ref) | {"by": {1: "a"}}


@caught("test_a_receipt_that_was_asked_for_is_as_good", "bridge.errors.")
class FindsHalfAReceipt(OneByOne):
    def find_receipt(self, item, ref):
        return super().find_receipt(item, ref) and {"found": True}


@caught("test_what_was_given_back_can_be_redeemed_again", "bridge.errors.Refused")
class BurnsWhatItReturns(OneByOne):
    def undo_item(self, item, ref, receipt):
        body = {"coupons": [item.item_id], "nos": [receipt["no"]], "burn": True}
        self.upstream.post("/return", json=body)


@caught("test_an_undo_undoes_only_its_own", "not its own redeem")
class FreesWhateverItIs(OneByOne):
    def undo_item(self, item, ref, receipt):
        self.upstream.post("/free", json={"coupons": [item.item_id]})


@caught("test_unknown_items_are_refused", "took an unknown item: 'nobody'")
class TakesUnknownItems(OneByOne):
    def redeem_item(self, item, ref):
        try:
            return super().redeem_item(item, ref)
        except Missing:
            return {"no": 0}


@caught("test_nobody_redeems_what_is_somebody_elses", "took an item of somebody")
class DoesNotAskWhose(OneByOne):
    def redeem_item(self, item, ref):
        body = {"ref": ref, "whoever": True}
        where = path(replace(item, customer_id="-"))
        return {"no": self.upstream.post(f"{where}/use", json=body)["no"]}


@caught("test_what_the_crm_refuses_is_refused", "say to the cashier why not")
class RefusesItemsWithoutAWord(OneByOne):
    def explain(self, answer):
        return None


class Remembering(OneByOne):
    """Goes by its memory where it should ask."""

    memory: ClassVar[dict[tuple[str, str], Any]] = {}

    def find_receipt(self, item, ref):
        asked = super().find_receipt(item, ref)
        return self.memory.get((item.item_id, ref), asked and None)


@caught("test_a_redeem_whose_answer_was_lost_is_found", "only the answer was lost")
class RemembersSuccesses(Remembering):
    def redeem_item(self, item, ref):
        receipt = super().redeem_item(item, ref)
        self.memory[item.item_id, ref] = receipt
        return receipt


@caught("test_a_redeem_that_never_came_is_not_found", "it never came to the CRM")
class RemembersAttempts(Remembering):
    def redeem_item(self, item, ref):
        self.memory[item.item_id, ref] = {"no": 0}
        return super().redeem_item(item, ref)


@caught("test_an_undo_whose_answer_was_lost_has_happened", "it has been given back")
class RemembersUndos(RemembersSuccesses):
    def undo_item(self, item, ref, receipt):
        super().undo_item(item, ref, receipt)
        del self.memory[item.item_id, ref]


@caught("test_a_redeem_that_never_came_is_not_found", "says what it cannot know")
class TakesSilenceForYes(OneByOne):
    def redeem_item(self, item, ref):
        try:
            return super().redeem_item(item, ref)
        except OutcomeUnknown:
            return {"no": 0}


@caught("test_the_card_shows_what_is_redeemed", "as still redeemable")
class ShowsAllAsNew(OneByOne):
    def card(self, person):
        card = super().card(person)
        fresh = [replace(one, redeemed=False) for one in card.promotions]
        checks = [replace(one, redeemed=False) for one in card.bonus_checks]
        return replace(card, promotions=fresh, bonus_checks=checks)


@caught("test_of_many_tills_at_once_one_gets_it", "tills got it")
class LooksThenLeaps(OneByOne):
    gate = threading.Barrier(4)

    def redeem_item(self, item, ref):
        if self.upstream.get("/uses", query={"coupon": item.item_id})["uses"]:
            raise Refused("Can't redeem: it is used.")
        self.gate.wait(10)
        body = {"ref": ref, "force": True}
        return {"no": self.upstream.post(f"{path(item)}/use", json=body)["no"]}


@caught("test_one_bad_item_means_that_nothing_is_spent", "find: not redeemed")
class OneAfterTheOther(AtOnce):
    def redeem_items(self, items, ref):
        return [super(OneAfterTheOther, self).redeem_items([i], ref)[0] for i in items]


@caught("test_all_items_go_together", "a receipt for each item")
class OneReceiptForAll(AtOnce):
    def redeem_items(self, items, ref):
        return super().redeem_items(items, ref)[:1]


# Bad days


@caught(f"{FAILS}[search-500]", "returned nobody, but it cannot know that")
class FindsNobodyOnABadDay(OneByOne):
    def search(self, key):
        with suppress(UpstreamError):
            return super().search(key)
        return []


@caught(f"{FAILS}[search-500]", "say reads=True")
class SearchesByPost(OneByOne):
    def search(self, key):
        found = self.upstream.post("/people/search", json={key.key_type: key.key})
        return [*map(self.card, found["people"])]


@caught(f"{FAILS}[get-timeout]", "shows other promotions than there are")
class ShowsUnreadAsNone(OneByOne):
    def card(self, person):
        card = super().card(person)
        return replace(card, promotions=card.promotions or [])


@caught(f"{FAILS}[get-html]", "does not say in the status")
class KeepsQuietAboutUnread(OneByOne):
    def card(self, person):
        return replace(super().card(person), status=None)


@caught(f"{FAILS}[get-reset]", "raised NotFound, but the CRM has not said that")
class TakesSilenceForNobody(OneByOne):
    def get(self, customer_id):
        try:
            return super().get(customer_id)
        except UpstreamError:
            raise NotFound from None


@caught(f"{FAILS}[find_receipt-500]", "returned as if all was well")
class TakesSilenceForNo(OneByOne):
    def find_receipt(self, item, ref):
        with suppress(UpstreamError):
            return super().find_receipt(item, ref)
        return None


@caught(f"{FAILS}[get-proxy]", "raised Missing, but the CRM has not said that")
class TakesAProxyForTheCrm(OneByOne):
    def explain(self, answer):
        return Missing() if answer.status == 404 else super().explain(answer)


class TakesItsPagesForRefusals(OneByOne):
    def explain(self, answer):
        if answer.body is None and answer.status in (400, 405, 413, 451):
            return Refused()
        return super().explain(answer)


@caught(f"{FAILS}[redeem_item-proxy]", "raised Refused, but the CRM has not said that")
class TakesAProxysPageForARefusalToRedeem(TakesItsPagesForRefusals):
    pass


@caught(f"{FAILS}[undo_item-proxy]", "raised Refused, but the CRM has not said that")
class TakesAProxysPageForARefusalToUndo(TakesItsPagesForRefusals):
    pass


@caught(f"{FAILS}[find_receipt-empty]", "returned as if all was well")
class TakesNothingForNo(OneByOne):
    def find_receipt(self, item, ref):
        query = {"coupon": item.item_id, "ref": ref}
        uses = (self.upstream.get("/uses", query=query) or {}).get("uses")
        return {"no": uses[0]["no"]} if uses else None


@caught(f"{FAILS}[redeem_item-timeout]", "which says that nothing has happened")
class TakesSilenceForARefusal(OneByOne):
    def redeem_item(self, item, ref):
        try:
            return super().redeem_item(item, ref)
        except OutcomeUnknown:
            raise Unavailable from None


@caught(f"{FAILS}[redeem_item-reset]", "returned as if it had happened")
class TakesSilenceForSuccess(OneByOne):
    def redeem_item(self, item, ref):
        try:
            return super().redeem_item(item, ref)
        except OutcomeUnknown:
            return {"no": 0}


@caught(f"{FAILS}[redeem_item-409]", "the CRM has said no to the only request")
class TakesANoForSilence(OneByOne):
    def redeem_item(self, item, ref):
        try:
            return super().redeem_item(item, ref)
        except Refused:
            raise OutcomeUnknown from None


@caught(f"{FAILS}[undo_item-500]", "returned as if it had happened")
class UndoesAsWellAsItCan(OneByOne):
    def undo_item(self, item, ref, receipt):
        with suppress(UpstreamError):
            super().undo_item(item, ref, receipt)


@caught(f"{FAILS}[create-500]", "which says that nothing has happened, but it")
class ReadsBackAtAllCosts(OneByOne):
    def create(self, properties):
        created = self.upstream.post("/people", json=dict(properties))
        return self.get(created["id"])


@caught(f"{FAILS}[update-truncated]", "which says that nothing has happened, but it")
class ChangesInTheDark(OneByOne):
    def update(self, customer_id, properties):
        try:
            return super().update(customer_id, properties)
        except OutcomeUnknown:
            raise Unavailable from None


@caught(f"{FAILS}[update-401]", "raised Refused, but the CRM has not said that")
class BlamesTheCashier(OneByOne):
    def update(self, customer_id, properties):
        try:
            return super().update(customer_id, properties)
        except AccessRefused:
            raise Refused("It must not be changed.") from None


@caught(f"{FAILS}[create-409]", "the error's text repeats what the CRM says")
class SaysWhatTheCrmSays(OneByOne):
    def explain(self, answer):
        match answer.body:
            case {"error": {"description": str(words)}}:
                return Refused(words)
        return super().explain(answer)


@caught(f"{FAILS}[get-403]", "a log line repeats what the CRM says")
class LogsWhatTheCrmSays(OneByOne):
    def explain(self, answer):
        logging.getLogger("kiosk").warning("refused", extra={"answer": answer.body})


@caught(f"{FAILS}[search-409]", "the error's text repeats what was sent")
class SaysWhatWasTyped(OneByOne):
    def search(self, key):
        try:
            return super().search(key)
        except Refused:
            raise Refused(f"Nobody has {key.key}.") from None


@caught(f"{FAILS}[create-timeout]", "a log line repeats what was sent")
class LogsWhatWasSent(OneByOne):
    def create(self, properties):
        logging.getLogger("kiosk").info("adding", extra={"sent": properties})
        return super().create(properties)


@caught(f"{FAILS}[lookup-429]", "raised Refused, but the CRM has not said that")
class TakesTooOftenForNo(OneByOne):
    def lookup(self, key):
        try:
            return super().lookup(key)
        except Throttled:
            raise Refused("No.") from None


@caught(f"{FAILS}[transactions-truncated]", "returned as if all was well")
class ShowsWhatItGot(OneByOne):
    def transactions(self, customer_id):
        bought = []
        with suppress(Unavailable):
            for page in (1, 2):
                where = f"/people/{quote(customer_id)}/purchases"
                rows = self.upstream.get(where, query={"page": page})["rows"]
                bought += map(kiosk.purchase, rows)
        return bought


@caught(f"{FAILS}[additional_options-403]", "returned as if all was well")
class OffersNothingToStrangers(OneByOne):
    def additional_options(self):
        with suppress(AccessRefused):
            return super().additional_options()
        return []


@caught(f"{FAILS}[probe-404]", "returned as if all was well")
class AlwaysWell(OneByOne):
    def probe(self):
        with suppress(UpstreamError):
            super().probe()


@caught(f"{FAILS}[consents-html]", "let RuntimeError escape")
class RaisesItsOwn(OneByOne):
    def consents(self):
        try:
            return super().consents()
        except UpstreamError:
            raise RuntimeError("no consents") from None


@caught(f"{FAILS}[create-html]", "does not say whether the CRM may have changed")
class SaysNothingOfTheCrm(OneByOne):
    def create(self, properties):
        from bridge.errors import Unpresentable

        try:
            return super().create(properties)
        except OutcomeUnknown:
            raise Unpresentable from None


@caught(f"{FAILS}[undo_items-timeout]", "which says that nothing has happened")
class UndoesAllInTheDark(AtOnce):
    def undo_items(self, items, ref, receipts):
        try:
            super().undo_items(items, ref, receipts)
        except OutcomeUnknown:
            raise Unavailable from None


@caught(f"{FAILS}[redeem_items-reset]", "which says that nothing has happened")
class RedeemsAllInTheDark(AtOnce):
    def redeem_items(self, items, ref):
        try:
            return super().redeem_items(items, ref)
        except OutcomeUnknown:
            raise Unavailable from None


@caught(f"{FAILS}[find_receipts-500]", "returned as if all was well")
class TakesSilenceForNoneOfThem(AtOnce):
    def find_receipts(self, items, ref):
        with suppress(UpstreamError):
            return super().find_receipts(items, ref)
        return None


# Side by side


SIDE_BY_SIDE = "test_items_side_by_side_count_as_in_a_row"


@caught(SIDE_BY_SIDE, "redeem: miscounts; let holds() name what they share")
class CountsPointsSideBySide(Points):
    holds = Mapping.holds


@caught(SIDE_BY_SIDE, "undo: miscounts; let holds() name what they share")
class MiscountsOnlyWhatComesBack(CountsPointsSideBySide):
    paying = threading.Lock()

    def redeem_item(self, item, ref):
        with self.paying:
            return super().redeem_item(item, ref)


@caught(SIDE_BY_SIDE, "redeem: refuses an item because of another one")
class RefusesWhoIsNotAlone(CountsPointsSideBySide):
    def counted(self, item, more):
        points = Points.counted(self, item, more)["points"]
        return {"points": points, "were": points - more}


@caught(SIDE_BY_SIDE, "undo: fails on an item because of another one")
class ReturnsOnlyAlone(MiscountsOnlyWhatComesBack):
    counted = RefusesWhoIsNotAlone.counted


@pytest.fixture(scope="session")
def crm() -> Iterator[Kiosk]:
    with Kiosk() as crm:
        yield crm


class Tried(MappingContract):
    def upstream(self, crm: Kiosk) -> UpstreamSettings:
        return kiosk.upstream(crm)

    def seed(self, crm: Kiosk) -> Known:
        return crm.seed()

    def record(self, crm: Kiosk, customer_id: str) -> Any:
        return dict(crm.people[customer_id])


for mutant in MUTANTS:
    name = f"Test{mutant.__name__}"
    globals()[name] = type(name, (Tried,), {"mapping": mutant, "__module__": __name__})

"""One box that takes whatever somebody has: an id, a receipt's number, or a person.

A person is looked for by the site's own mapping, as the till would.  What was typed
comes by POST and is kept nowhere: in no address, no log and no journal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.deadline import Deadline
from bridge.errors import BridgeError, Invalid
from bridge.journal_ui.desk import blueprint, desk, page, reads
from bridge.journal_ui.search import DIGITS, LONGEST
from bridge.language import _
from bridge.mapping import offers
from bridge.model import Context, SearchKeyType
from bridge.redeem import Redeem
from bridge.redeem.desk.filter import Filter
from bridge.redeem.desk.reasons import checked_reason
from bridge.site import Site

SHOWN = 30
"""Redeems of a person on one page."""

REF = re.compile(r"([0-9A-F]{32})(-\d+){1,2}")
"""What stands in the CRM beside an item: a redeem id, and which of its items."""

IDS = {
    "redeem": _("a redeem id, or how one begins"),
    "customer": _("a customer id"),
    "item": _("a promotion or bonus check id"),
    "receipt": _("a number in the CRM's receipts"),
}
"""What of the journal's own is tried, by the list's filter."""

PEOPLE = {
    SearchKeyType.EMAIL: _("an e-mail address"),
    SearchKeyType.MOBILE: _("a mobile number"),
    SearchKeyType.PERSONAL_ID: _("a personal id"),
    SearchKeyType.MEMBER_NUMBER: _("a member number"),
}
"""What the CRM is asked for."""


@dataclass(frozen=True)
class Hit:
    """What a text can mean, with the redeems that this leads to."""

    what: str
    redeems: list[Redeem]
    query: dict[str, str]
    """The list's filter; empty where it would show what was typed."""
    customer_id: str = ""


@blueprint.post("/find")
def find() -> AnyResponse:
    """Look for what was typed under everything that it can be."""
    text = request.form.get("q", "").strip()[:LONGEST]
    if not text:
        return redirect(url_for("journal.redeems"), 303)
    hits, tried, trouble = list(_by_id(text)), list(IDS.values()), []
    if len(hits) == 1 and hits[0].query:
        (hit,) = hits
        if "redeem" in hit.query and len(hit.redeems) == 1:
            found = hit.redeems[0].redeem_id
            return redirect(url_for("journal.redeem", redeem_id=found), 303)
        where = f"{url_for('journal.redeems')}?{urlencode(hit.query)}"
        return redirect(where, 303)
    if not hits:
        tried += [PEOPLE[kind] for kind in _kinds(text)]
        for site in desk().sites.values():
            try:
                hits += _people(text, site)
            except BridgeError as error:
                trouble.append((site.name, error.for_support))
    return page(
        "found.html",
        200 if hits else 404,
        typed=text,
        hits=hits,
        tried=[reads().say(one) for one in tried],
        trouble=trouble,
    )


def _by_id(text: str) -> Iterator[Hit]:
    """Look into the journal's own indexes, in any case and without spaces."""
    plain = "".join(text.split())
    private = _is_personal(text)
    ref = REF.fullmatch(plain.upper())
    digits = ref[1] if ref else plain.replace("-", "")
    meant = {"redeem": [digits] if DIGITS.fullmatch(digits) else []}
    spellings = [text, plain, plain.lower(), plain.upper()]
    meant["customer"] = meant["item"] = list(dict.fromkeys(spellings))
    meant["receipt"] = [plain]
    fields = {
        "redeem": "redeem_id",
        "customer": "customer_id",
        "item": "item_id",
        "receipt": "receipt",
    }
    for name, texts in meant.items():
        for one in texts:
            wanted = Filter(**{fields[name]: one})  # type: ignore[arg-type]
            redeems = desk().finder.page(wanted, SHOWN).redeems
            if redeems:
                yield Hit(IDS[name], redeems, {} if private else {name: one})
                break


def _is_personal(text: str) -> bool:
    """Whether it looks like what no address may show."""
    countries = {site.country for site in desk().sites.values()} or {"SE"}
    try:
        for country in countries:
            checked_reason(text, country)
    except Invalid:
        return True
    return False


def _kinds(text: str) -> list[SearchKeyType]:
    """Return as what a text can name a person, the likeliest first."""
    if "@" in text:
        return [SearchKeyType.EMAIL]
    if sum(one.isdigit() for one in text) < 4:
        return [SearchKeyType.MEMBER_NUMBER]
    return [kind for kind in PEOPLE if kind is not SearchKeyType.EMAIL]


def _people(text: str, site: Site) -> Iterator[Hit]:
    """Ask the site's own mapping, as its tills would."""
    if not offers(site.mapping_class, "search"):
        return
    mapping = site.mapping(Context(site=site.name), Deadline(desk().deadline_seconds))
    seen = set()
    for kind in _kinds(text):
        for customer in mapping.search(desk().spelled(kind, text, site.country)):
            id_ = customer.customer_id
            if not id_ or id_ in seen:
                continue
            seen.add(id_)
            wanted = Filter(site=site.name, customer_id=id_)
            redeems = desk().finder.page(wanted, SHOWN).redeems
            query = {"customer": id_, "site": site.name}
            yield Hit(PEOPLE[kind], redeems, {} if _is_personal(id_) else query, id_)

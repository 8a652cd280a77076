"""What a till sends about a customer: what to look for, and what to write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bridge.errors import Invalid, Refused, Situation, _
from bridge.model import SearchKey, SearchKeyType
from mappings.odoo.customers import NAMES, PLAIN, below, names
from mappings.odoo.options import KEPT, Options
from mappings.odoo.protocol import Domain, Json, either, today

UNIQUE = ("email", "mobile", "member_number", "personal_id")
"""What no two customers must share: a till finds one of them by it."""

EMPLOYED = _("company: cannot be changed at the till for this customer. Call support")
CONTACT = _("The customer is a contact of a company in Odoo: change the company there.")
NAMELESS = _("name_first: is required")
NO_PERSON = _("name_first: must be empty for a company")
NOT_KEPT = _("is not kept in your customer system: leave it empty")
NOT_KNOWN = _("one of them is not known here: choose again")
UNDECLARED = _("{name}: one of them is not among those of the site's options")
NO_TAG = _("{name}: Odoo has no tag for one of them")


# Looking up


def customers_of(options: Options) -> Domain:
    """Return who can be a customer at all, as a domain: addresses are not."""
    ours: Domain = [["type", "=", "contact"]]
    if options.company:
        # False is how Odoo says "of all companies".
        ours.append(["company_id", "in", [options.company, False]])
    return ours


def holders(key: SearchKey, options: Options) -> Domain:
    """Return who has a key, as a domain; empty for what is not kept here."""
    match key.key_type:
        case SearchKeyType.EMAIL:
            return [["email_normalized", "=", key.key]]
        case SearchKeyType.MOBILE:
            return [["phone_sanitized", "=", key.key]]
        case SearchKeyType.MEMBER_NUMBER:
            return [["ref", "=", key.key]]
        case SearchKeyType.COMPANY_ID:
            # A company's contacts have its number, too; a sole trader has nobody above.
            number = ["company_registry", "in", hyphened(key.key)]
            return [number, "|", ["is_company", "=", True], ["parent_id", "=", False]]
    name = options.fields.get(key.key_type)
    return [[name, "in", personal_ids(key.key)]] if name else []


def hyphened(number: str) -> list[str]:
    """Return the ways in which people write a company's number: ``556677-8899``."""
    places = (at for at in (6, 7) if at < len(number))
    return [number, *(f"{number[:at]}-{number[at:]}" for at in places)]


def personal_ids(number: str) -> list[str]:
    """Return the ways to write a personal id; a Swedish one comes with its century."""
    if not (len(number) == 12 and number.isdigit()):
        return [number]
    day, rest = number[:8], number[8:]
    sign = "+" if today().year - int(day[:4]) >= 100 else "-"
    return [number, f"{day}-{rest}", f"{day[2:]}{sign}{rest}"]


def claimants(sent: Json, contact: Json, options: Options) -> Domain:
    """Return which others have what a contact is about to get, as a domain."""
    claims = [
        holders(SearchKey(SearchKeyType(key), sent[key]), options)
        for key in UNIQUE
        if sent.get(key)
    ]
    known = [claim[0] for claim in claims if claim]
    if not known:
        return []
    return [*customers_of(options), ["id", "!=", contact["id"]], *either(known)]


# Writing


def blank(options: Options) -> Json:
    """Return a contact that has nothing yet."""
    kept = (*PLAIN.values(), *options.fields.values(), *options.own_fields)
    address = ("street", "street2", "zip", "city", "state_id", "country_code")
    nothing = ("name", "is_company", "parent_id", "commercial_company_name")
    blank = dict.fromkeys((*nothing, *kept, *address), False)
    return {**blank, "id": 0, "category_id": []}


def values(sent: Json, contact: Json, tags: list[Json], options: Options) -> Json:
    """Return what to write so that a contact becomes what was sent.

    Addresses are written apart.
    """
    written = _named(sent, contact)
    for key, name in {**PLAIN, **options.fields}.items():
        if key in sent:
            written[name] = str(sent[key]) if sent[key] else False
    for key in KEPT:
        if key not in options.fields and sent.get(key):
            raise Invalid(f"{key}: {NOT_KEPT}")
    if contact["parent_id"] and not contact["is_company"] and "company_id" in sent:
        raise Refused(EMPLOYED, detail=CONTACT)
    written |= _fields(sent, options)
    commands = [*_tags(sent, set(contact["category_id"]), tags, options)]
    return {**written, "category_id": commands} if commands else written


def _named(sent: Json, contact: Json) -> Json:
    """Return the name of a person or of a company."""
    if not sent.keys() & set(NAMES):
        return {}
    known = dict(zip(NAMES, names(contact), strict=True))
    first, last, company = ((known | sent)[key] for key in NAMES)
    person = " ".join(filter(None, (first, last)))
    if contact["is_company"] and person:
        raise Refused(NO_PERSON)
    if company and not person and (contact["is_company"] or not contact["id"]):
        return {"name": company, "is_company": True}
    if not person:
        raise Invalid(NAMELESS)
    written: Json = {"name": person} if person != contact["name"] else {}
    if company != known["company"]:
        if contact["parent_id"]:
            raise Refused(EMPLOYED, detail=CONTACT)
        written["company_name"] = company or False
    return written


def _fields(sent: Json, options: Options) -> Json:
    """Return the additional options that have a field of their own."""
    answers = {one.id: one for one in sent.get("additional_options") or ()}
    if not answers.keys() <= {option.id for option in options.choices}:
        raise unknown("additional_options")
    return {
        name: one.text or ",".join(one.enum_values or ()) or False
        for name, one in answers.items()
        if name in options.own_fields
    }


def _tags(
    sent: Json, has: set[int], tags: list[Json], options: Options
) -> Iterator[list[Any]]:
    """Yield the commands for what was agreed to and chosen, or no longer is."""
    for key, root, chosen in _chosen(sent, options):
        name = "id" if key == "consents" else "name"
        known = {str(tag[name]): tag["id"] for tag in below(root, tags)}
        if not known.keys() >= set(chosen):
            raise Invalid(f"{key}: {NOT_KNOWN}", detail=Situation(NO_TAG, name=key))
        agreed, ours = {known[one] for one in chosen}, set(known.values())
        yield from ([4, one, 0] for one in sorted(agreed - has))
        yield from ([3, one, 0] for one in sorted(has & ours - agreed))


def _chosen(sent: Json, options: Options) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each tag whose children were chosen from."""
    if "consents" in sent:
        yield "consents", options.consents_tag, sent["consents"] or []
    if "accepts_communication" in sent:
        chosen = sent["accepts_communication"] or []
        yield "accepts_communication", options.communication_tag, chosen
    for one in sent.get("additional_options") or ():
        if one.id not in options.own_fields:
            yield "additional_options", one.id, one.enum_values or []


def unknown(name: str) -> Invalid:
    """Refuse a choice that is not among those of the site's options."""
    detail = Situation(UNDECLARED, name=name)
    return Invalid(f"{name}: {NOT_KNOWN}", detail=detail)

"""A customer of Voucherify's as the SPI's, and back.

Voucherify has one name, an e-mail address, a phone number, a birthdate and an address;
everything else is in the metadata, whose keys the site's options know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge import model
from bridge.errors import Invalid, Situation, _
from bridge.model import Customer
from mappings.voucherify.options import KEPT, Options
from mappings.voucherify.protocol import Json

FIELDS = {"email": "email", "mobile": "phone", "birthday": "birthdate"}
ADDRESS = {
    "address": "line_1",
    "address2": "line_2",
    "zip": "postal_code",
    "city": "city",
    "state": "state",
    "country_id": "country",
}
CHANNELS = ("email", "sms", "mail")

NOT_KEPT = _("is not kept in your customer system: leave it empty")
NOT_KNOWN = _("one of them is not known here: choose again")
NOT_EMPTY = _("birthday: cannot be emptied at the till")
UNDECLARED = _("{name}: one of them is not among those of the site's options")


def customer(row: Json, options: Options) -> Customer:
    metadata = row.get("metadata") or {}
    known: Json = {ours: metadata.get(key) for ours, key in options.kept.items()}
    known |= {ours: row.get(theirs) or None for ours, theirs in FIELDS.items()}
    known |= names(row, options)
    if not known.get(options.source_id):
        known[options.source_id] = row.get("source_id")
    agreed = metadata.get(options.consents_key) or ()
    ways = metadata.get(options.communication_key) or ()
    return Customer(
        customer_id=row["id"],
        invoice_address=address(row.get("address")),
        consents=[c.consent_id for c in options.consents if c.consent_id in agreed],
        accepts_communication=[way for way in CHANNELS if way in ways],
        additional_options=[
            choice(one, metadata[one.id])
            for one in options.choices
            if metadata.get(one.id)
        ],
        **known,
    )


def names(row: Json, options: Options) -> Json:
    """Return first and last name, as they were told apart if that is still the name."""
    metadata, name = row.get("metadata") or {}, (row.get("name") or "").strip()
    told_apart = {ours: metadata.get(key) for ours, key in options.names.items()}
    return told_apart if joined(told_apart) == name else split(name)


def split(name: str) -> Json:
    """Return what is most likely first and last name."""
    first, _, last = name.rpartition(" ")
    return {"name_first": first or last or None, "name_last": last if first else None}


def joined(parts: Json) -> str:
    return f"{parts['name_first'] or ''} {parts['name_last'] or ''}".strip()


def address(row: Json | None) -> model.Address | None:
    parts = {ours: (row or {}).get(theirs) or None for ours, theirs in ADDRESS.items()}
    return model.Address(**parts) if any(parts.values()) else None


def choice(
    option: model.AdditionalOption, value: Any
) -> model.CustomerAdditionalOption:
    if option.type == "text":
        return model.CustomerAdditionalOption(id=option.id, text=value)
    values = value if option.type == "enum-multi" else [value]
    return model.CustomerAdditionalOption(id=option.id, enum_values=values)


# Writing


def written(sent: Json, row: Json, options: Options) -> Json:
    """Return what was sent in Voucherify's terms, for who is as ``row`` says.

    Metadata and the address are sent whole, with what was not touched as it stands:
    what Voucherify makes of a part of one, its description leaves open.  A text is
    cleared with an empty one, as no field but the address may be null.
    """
    refuse(sent, options)
    fields = FIELDS.items()
    body: Json = {theirs: sent[ours] or "" for ours, theirs in fields if ours in sent}
    if "birthday" in sent:
        body["birthdate"] = str(sent["birthday"])
    metadata = {**named(sent, row, options), **chosen(sent, options)}
    if options.names.keys() & sent.keys():
        now = {ours: sent.get(ours, had) for ours, had in names(row, options).items()}
        body["name"] = joined(now)
        metadata |= told_apart(now, row, options)
    if metadata:
        had = row.get("metadata") or {}
        new = {key: v for key, v in metadata.items() if v is not None or key in had}
        body["metadata"] = {**had, **new}
    if "invoice_address" in sent:
        body["address"] = moved(sent["invoice_address"], row)
    return body


def told_apart(now: Json, row: Json, options: Options) -> Json:
    """Return the names for the metadata, where the joined name would not do."""
    had = (row.get("metadata") or {}).keys() & options.names.values()
    if split(joined(now)) == {ours: name or None for ours, name in now.items()}:
        return dict.fromkeys(had)
    return {key: now[ours] for ours, key in options.names.items()}


def refuse(sent: Json, options: Options) -> None:
    """Refuse what Voucherify could not keep, before anything is written."""
    kept = {*options.kept, options.source_id, *options.names}
    for key in KEPT.keys() - kept:
        if sent.get(key):
            raise Invalid(f"{key}: {NOT_KEPT}")
    if sent.get("delivery_address"):
        raise Invalid(f"delivery_address: {NOT_KEPT}")
    if "birthday" in sent and not sent["birthday"]:
        raise Invalid(NOT_EMPTY)


def named(sent: Json, row: Json, options: Options) -> Json:
    """Return what the metadata keep of a customer's properties and agreements."""
    own = options.kept.items()
    metadata = {key: sent[ours] or None for ours, key in own if ours in sent}
    offered = {
        "consents": (options.consents_key, [c.consent_id for c in options.consents]),
        "accepts_communication": (options.communication_key, CHANNELS),
    }
    for ours, (key, known) in offered.items():
        if ours in sent:
            had: Sequence[str] = (row.get("metadata") or {}).get(key) or ()
            wanted = sent[ours] or []
            others = [one for one in had if one not in known]
            if not {*wanted} <= {*known, *others}:
                raise unknown(ours)
            metadata[key] = list(dict.fromkeys([*others, *wanted]))
    return metadata


def chosen(sent: Json, options: Options) -> Json:
    """Return the additional options that were sent; the others stay as they are."""
    known = {one.id: one for one in options.choices}
    metadata: Json = {}
    for answer in sent.get("additional_options") or ():
        if answer.id not in known:
            raise unknown("additional_options")
        values = answer.enum_values or []
        many = known[answer.id].type == "enum-multi"
        one = answer.text or next(iter(values), None)
        metadata[answer.id] = [*values] if many else one
    return metadata


def moved(parts: Json | None, row: Json) -> Json | None:
    """Return an address with the parts that were sent, or nothing if none is left."""
    if not parts:
        return None
    if parts.get("name"):
        raise Invalid(f"invoice_address.name: {NOT_KEPT}")
    had = {theirs: part for theirs, part in (row.get("address") or {}).items() if part}
    now = had | {ADDRESS[ours]: parts[ours] or "" for ours in ADDRESS if ours in parts}
    return now if any(now.values()) else None


def unknown(name: str) -> Invalid:
    """Refuse a choice that is not among those of the site's options."""
    detail = Situation(UNDECLARED, name=name)
    return Invalid(f"{name}: {NOT_KNOWN}", detail=detail)

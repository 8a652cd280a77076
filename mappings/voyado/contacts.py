"""A contact of Voyado's as the SPI's customer, and back."""

from __future__ import annotations

from typing import Any

from bridge import model
from bridge.errors import Invalid, Situation, _
from bridge.model import Customer, SearchKey
from mappings.voyado.options import FIELDS, FURTHER, Options
from mappings.voyado.protocol import Json

ADDRESS = {
    "address": "street",
    "address2": "careOf",
    "zip": "zipCode",
    "city": "city",
    "country_id": "countryCode",
}
CHANNELS = {"email": "acceptsEmail", "sms": "acceptsSms", "mail": "acceptsPostal"}

IDENTIFIERS = ("email", "mobilePhone", "socialSecurityNumber")
"""What a contact is found by, besides the tenant's own key."""


def customer(contact: Json, options: Options) -> Customer:
    has: Json = contact["attributes"]
    named = {ours: has.get(theirs) or None for ours, theirs in options.fields.items()}
    if named.get("gender"):
        genders = {theirs.casefold(): ours for ours, theirs in options.genders.items()}
        named["gender"] = genders.get(str(named["gender"]).casefold())
    if named.get("birthday"):
        named["birthday"] = str(named["birthday"])[:10]  # it may come with a time
    place = {ours: has.get(theirs) or None for ours, theirs in ADDRESS.items()}
    return Customer(
        customer_id=contact["id"],
        invoice_address=model.Address(**place) if any(place.values()) else None,
        accepts_communication=accepted(contact),
        consents=agreed(contact),
        additional_options=[
            choice(option, has[option.id])
            for option in options.choices
            if has.get(option.id)
        ],
        voucher_passwords=passwords(contact, options),
        **named,
    )


def accepted(contact: Json) -> list[str]:
    on = contact.get("preferences") or {}
    return [ours for ours, theirs in CHANNELS.items() if on.get(theirs)]


def agreed(contact: Json) -> list[str]:
    """Return the consents that were given; refused and not set are not among them."""
    return [one["id"] for one in contact.get("consents") or () if one["value"]]


def choice(
    option: model.AdditionalOption, value: Any
) -> model.CustomerAdditionalOption:
    if option.type == "text":
        return model.CustomerAdditionalOption(id=option.id, text=str(value))
    return model.CustomerAdditionalOption(id=option.id, enum_values=[str(value)])


def passwords(contact: Json, options: Options) -> list[str]:
    """Return which campaigns a contact opens, as Voyado's own Sitoo set-up has them."""
    places = (contact, contact["attributes"], contact.get("meta") or {})
    found = [place.get(options.labels_field) or () for place in places]
    labels = [label for labels in found for label in _listed(labels)]
    opened = [
        password
        for label, password in options.label_passwords.items()
        if label in labels
    ]
    return [*options.voucher_passwords, *opened]


def _listed(labels: Any) -> list[str]:
    texts = labels.split(",") if isinstance(labels, str) else labels
    return [
        str(one.get("name", "")) if isinstance(one, dict) else str(one).strip()
        for one in texts
    ]


# Looking up


def parameter(key: SearchKey, options: Options) -> str | None:
    """Return what Voyado finds a kind of key by; ``None`` where it cannot."""
    attribute = options.fields.get(key.key_type)
    if attribute == options.custom_key:
        return "customKey"
    return attribute if attribute in IDENTIFIERS else None


def status_query(contact: Json, options: Options) -> str | None:
    """Return what the member status is asked by: the surest thing that there is."""
    for attribute in (options.custom_key, *IDENTIFIERS):
        if value := contact["attributes"].get(attribute):
            return f"{attribute}:{value}"
    return None


# Writing

NOT_KEPT = _("is not kept in your customer system: leave it empty")
NOT_KNOWN = _("one of them is not known here: choose again")
UNDECLARED = _("{name}: one of them is not among those of the site's options")

ASKS = {"accepts_communication", "consents"}
"""Properties of which only what differs may be written, so what there is is read."""


def changes(sent: Json, contact: Json, options: Options) -> Json:
    """Return what differs, as attributes, preferences and consents.

    ``contact`` is as Voyado has it: a preference that is set anew approves a contact,
    and a consent that nobody has answered yet stays so.
    """
    return {
        **_kept(sent, options),
        **_placed(sent),
        **_chosen(sent, options),
        **_preferred(sent, contact),
        **_consented(sent, contact, options),
    }


def _kept(sent: Json, options: Options) -> Json:
    for key in {*FIELDS, *FURTHER, "delivery_address"} - options.fields.keys():
        if sent.get(key):
            raise Invalid(f"{key}: {NOT_KEPT}")
    values = {name: sent[key] for key, name in options.fields.items() if key in sent}
    birthday, gender = (options.fields.get(one, "") for one in ("birthday", "gender"))
    if values.get(birthday):
        values[birthday] = str(values[birthday])
    if values.get(gender):
        values[gender] = options.genders.get(values[gender])
    return values


def _placed(sent: Json) -> Json:
    if "invoice_address" not in sent:
        return {}
    parts = sent["invoice_address"]
    if parts is None:
        parts = dict.fromkeys(ADDRESS)
    for part in parts.keys() - ADDRESS.keys():
        if parts[part]:
            raise Invalid(f"invoice_address.{part}: {NOT_KEPT}")
    return {ADDRESS[part]: parts[part] for part in ADDRESS if part in parts}


def _chosen(sent: Json, options: Options) -> Json:
    declared = {option.id for option in options.choices}
    values: Json = {}
    for answer in sent.get("additional_options") or ():
        if answer.id not in declared:
            raise unknown("additional_options")
        values[answer.id] = next(iter(answer.enum_values or ()), answer.text)
    return values


def _preferred(sent: Json, contact: Json) -> Json:
    if "accepts_communication" not in sent:
        return {}
    wanted, now = sent["accepts_communication"] or (), accepted(contact)
    on = {
        theirs: ours in wanted
        for ours, theirs in CHANNELS.items()
        if (ours in wanted) != (ours in now)
    }
    return {"preferences": on} if on else {}


def _consented(sent: Json, contact: Json, options: Options) -> Json:
    if "consents" not in sent:
        return {}
    wanted, now = sent["consents"] or (), agreed(contact)
    given = {one: True for one in wanted if one not in now}
    withdrawn = {one: False for one in now if one not in wanted}
    answers = [
        {"id": one, "value": value, "source": options.source}
        for one, value in (given | withdrawn).items()
    ]
    return {"consents": answers} if answers else {}


def is_another(contact: Json, sent: Json) -> bool:
    """Whether a contact is not what was just sent: Voyado has answered an older one.

    Compared without what Voyado may write differently: capitals, spaces, a country's
    or a century's digits.
    """
    has = contact["attributes"]
    told = [name for name in (*IDENTIFIERS, "firstName", "lastName") if sent.get(name)]
    return any(_bare(name, sent) != _bare(name, has) for name in told)


def _bare(name: str, attributes: Json) -> str:
    text = "".join(filter(str.isalnum, str(attributes.get(name) or ""))).casefold()
    return text[-TELLING[name] :] if name in TELLING else text


TELLING = {"mobilePhone": 7, "socialSecurityNumber": 10}
"""How many digits, from the end, are the same however it is written."""


def unknown(name: str) -> Invalid:
    """Refuse a choice that is not among those of the site's options."""
    detail = Situation(UNDECLARED, name=name)
    return Invalid(f"{name}: {NOT_KNOWN}", detail=detail)

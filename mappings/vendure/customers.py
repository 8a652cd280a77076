"""A customer of Vendure's as the SPI's, and back.

Vendure has names, an e-mail address and one phone number; everything else is in custom
fields, whose names the site's options know.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from bridge import model
from bridge.errors import Invalid, _
from bridge.model import Customer, SearchKey, SearchKeyType
from mappings.vendure.addresses import ADDRESS, PURPOSES, address, address_for
from mappings.vendure.options import KEPT, Options
from mappings.vendure.protocol import Json

NOT_KEPT = _("is not kept in your customer system: leave it empty")
NOT_KNOWN = _("one of them is not known here: choose again")

NAMES = {
    "name_first": "firstName",
    "name_last": "lastName",
    "email": "emailAddress",
    "mobile": "phoneNumber",
}
CHANNELS = ("email", "sms", "mail")
UNIQUE = ("email", "mobile", "member_number", "personal_id")
"""What no two customers must share: a till finds one of them by it."""

WRITTEN = "... on Customer { id } ... on ErrorResult { errorCode }"
CREATE = f"""mutation ($input: CreateCustomerInput!) {{
    customer: createCustomer(input: $input) {{ {WRITTEN} }}
}}"""
UPDATE = f"""mutation ($input: UpdateCustomerInput!) {{
    customer: updateCustomer(input: $input) {{ {WRITTEN} }}
}}"""


def by_id(options: Options) -> str:
    return (
        f"query ($customer: ID!) {{ customer(id: $customer) {{ {shown(options)} }} }}"
    )


def by_filter(options: Options) -> str:
    """Return the query for who matches: two are enough to see that it is not one."""
    return f"""query ($matching: CustomerFilterParameter!) {{
    customers(options: {{ filter: $matching, take: 2, sort: {{ createdAt: DESC }} }}) {{
        items {{ {shown(options)} }}
    }}
}}"""


def shown(options: Options) -> str:
    """Return what is read of a customer, as GraphQL."""
    custom = " ".join(options.custom_fields["Customer"])
    return f"id {' '.join(NAMES.values())} {ADDRESS} customFields {{ {custom} }}"


def customer(row: Json, options: Options) -> Customer:
    custom = row["customFields"]
    named: Json = {ours: row[theirs] or None for ours, theirs in NAMES.items()}
    named |= {ours: custom[theirs] for ours, theirs in options.fields.items()}
    named |= {key: address(address_for(row, tick)) for key, tick in PURPOSES.items()}
    if _is_placeholder(row["emailAddress"], options):
        named["email"] = None
    return Customer(
        customer_id=row["id"],
        consents=[
            one.consent_id
            for one in options.consents
            if one.consent_id in (custom[options.consents_field] or ())
        ],
        accepts_communication=[
            way
            for way in CHANNELS
            if way in (custom[options.communication_field] or ())
        ],
        additional_options=[
            choice(option, custom[option.id])
            for option in options.choices
            if custom[option.id]
        ],
        **named,
    )


def choice(
    option: model.AdditionalOption, value: Any
) -> model.CustomerAdditionalOption:
    if option.type == "text":
        return model.CustomerAdditionalOption(id=option.id, text=value)
    values = value if option.type == "enum-multi" else [value]
    return model.CustomerAdditionalOption(id=option.id, enum_values=values)


# Looking up


def holders(key: SearchKey, options: Options) -> Json | None:
    """Return who has a key, as a filter; ``None`` for what is not kept here."""
    names = NAMES | options.fields
    if key.key_type not in names:
        return None
    return {names[key.key_type]: {"eq": key.key}}


def claimants(sent: Json, customer_id: str | None, options: Options) -> Json | None:
    """Return which others have what a customer is about to get, as a filter."""
    keys = [SearchKey(SearchKeyType(key), sent[key]) for key in UNIQUE if sent.get(key)]
    claims = [claim for claim in (holders(key, options) for key in keys) if claim]
    if not claims:
        return None
    others = [{"id": {"notEq": customer_id}}] if customer_id else []
    return {"_and": [*others, {"_or": claims}]}


# Writing


def written(sent: Json, row: Json, options: Options) -> Json:
    """Return what was sent in Vendure's terms, for a customer who is as ``row`` says.

    Addresses are written apart.
    """
    check(sent, options)
    values: Json = {NAMES[key]: sent[key] for key in NAMES if key in sent}
    for name in values.keys() - {"phoneNumber"}:
        values[name] = values[name] or ""
    if values.get("emailAddress") == "":
        values["emailAddress"] = _placeholder(options)
    had = row.get("customFields") or {}
    custom = {
        **_kept(sent, options),
        **_agreed(sent, had, options),
        **_choices(sent, options),
    }
    return {**values, "customFields": custom} if custom else values


def newcomer(sent: Json, options: Options) -> Json:
    """Return the same for a new customer, who must have names and an address."""
    names = {"name_first": "", "name_last": "", "email": ""}
    return written(names | sent, {}, options)


def check(sent: Json, options: Options) -> None:
    """Raise ``Invalid``, with all that this Vendure has no place for."""
    problems = [
        f"{key}: {NOT_KEPT}"
        for key in KEPT
        if sent.get(key) and key not in options.fields
    ]
    chosen = {key: {*(sent.get(key) or ())} for key in offered(options)}
    answers = sent.get("additional_options") or ()
    chosen["additional_options"] = {answer.id for answer in answers}
    known = offered(options) | {
        "additional_options": [option.id for option in options.choices]
    }
    problems += [
        f"{key}: {NOT_KNOWN}" for key in chosen if not {*known[key]} >= chosen[key]
    ]
    if problems:
        raise Invalid("; ".join(problems))


def offered(options: Options) -> dict[str, Sequence[str]]:
    """Return what can be chosen, by property."""
    return {
        "consents": [one.consent_id for one in options.consents],
        "accepts_communication": CHANNELS,
    }


def _kept(sent: Json, options: Options) -> Json:
    custom = {name: sent[key] for key, name in options.fields.items() if key in sent}
    if custom.get(birthday := options.fields.get("birthday", "")):
        custom[birthday] = str(custom[birthday])
    return custom


def _agreed(sent: Json, had: Json, options: Options) -> Json:
    """Return consents and ways of communication; what tills do not offer stays."""
    fields = (options.consents_field, options.communication_field)
    custom: Json = {}
    for (key, known), name in zip(offered(options).items(), fields, strict=True):
        if key in sent:
            chosen = sent[key] or []
            others = [one for one in had.get(name) or () if one not in known]
            custom[name] = [*others, *chosen]
    return custom


def _choices(sent: Json, options: Options) -> Json:
    if "additional_options" not in sent:
        return {}
    answers = sent["additional_options"] or ()
    known = {option.id: option for option in options.choices}
    return {answer.id: _chosen(known[answer.id], answer) for answer in answers}


def _chosen(
    option: model.AdditionalOption, answer: model.CustomerAdditionalOption
) -> Any:
    values: Sequence[str] = answer.enum_values or ()
    if option.type == "enum-multi":
        return list(values)
    return answer.text or next(iter(values), None)


def _placeholder(options: Options) -> str:
    if not options.mail_domain:
        raise Invalid("email: is required")
    return f"{uuid.uuid4().hex}@{options.mail_domain}"


def _is_placeholder(email: str, options: Options) -> bool:
    return bool(options.mail_domain) and email.endswith(f"@{options.mail_domain}")

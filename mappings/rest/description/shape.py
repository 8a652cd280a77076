"""What a file says: its sections and their keys.

Declarations only; what the verbs' sections say is in ``verbs``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mappings.rest.description.parts import (
    NOTHING,
    Expression,
    Refusal,
    Request,
    Rule,
    Target,
    Template,
    Value,
)
from mappings.rest.description.verbs import (
    Card,
    Catalogue,
    Change,
    Get,
    Lookup,
    Redeem,
    Rows,
    Search,
)

RETRY_AFTER = Template("Retry-After")


@dataclass(frozen=True, kw_only=True)
class Refusals:
    """What the CRM's failures mean."""

    code: Expression | None = None
    """Where the CRM's own code stands in a failure."""

    about: Value | None = None
    """What it is about; only a word out of its table comes into a text."""

    codes: dict[str, Template | Refusal] = field(default_factory=dict)
    """A text, or more, for each code."""

    rules: tuple[Rule, ...] = ()
    """Looked at in their order, where the code says nothing."""


@dataclass(frozen=True, kw_only=True)
class Signs:
    """How the CRM says "too often" and "it went wrong", where it differs from HTTP."""

    throttled: dict[str, Template] = field(default_factory=dict)
    """Besides 429: a status, and a text that stands in such an answer."""

    retry_after: tuple[Template, ...] = (RETRY_AFTER,)
    """Headers with seconds to wait, or a date."""

    retry_at: tuple[Template, ...] = ()
    """Headers with the Unix time to wait for."""

    faults: tuple[Template, ...] = ()
    """Members that make a 2xx a failure unless they are empty: ``errors`` (GraphQL)."""


@dataclass(frozen=True, kw_only=True)
class Description:
    """A CRM, by what is asked and what its answers mean."""

    title: Template
    """The CRM's name as its maker spells it."""

    crm_url: Template = NOTHING
    """Where the CRM's own pages show a customer to support, as a path with
    ``${customer_id}`` below ``upstream.url``; a site's ``crm_url`` wins."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The CRM's words, each with the SPI's; writing reads them the other way about."""

    customer: Card | None = None
    """What is shown of a customer: for ``search``, ``get``, ``create``, ``update``."""

    written: dict[str, Template | Target] = field(default_factory=dict)
    """Where each property goes in ``${written}``, for ``create`` and ``update``.  One
    that is not here is refused by its name, unless it is empty."""

    search: Search | None = None
    """``${key}`` is what is searched for, ``${key_type}`` what it is."""

    get: Get | None = None
    """``${customer_id}``."""

    create: Change | None = None
    """``${written}``."""

    update: Change | None = None
    """``${customer_id}`` and ``${written}``, which has only what differs."""

    transactions: Rows | None = None
    """``${customer_id}``; the newest first."""

    consents: Catalogue | None = None
    """What can be agreed to."""

    additional_options: Catalogue | None = None
    """What can be chosen."""

    lookup: Lookup | None = None
    """``${key}`` and ``${key_type}``."""

    redeem: Redeem | None = None
    """``${item.item_id}``, ``${item.kind}``, ``${item.customer_id}``, ``${ref}`` and,
    to give back, ``${receipt}``."""

    probe: Request | None = None
    """One cheap read that shows that the CRM is there and lets the bridge in."""

    refusals: Refusals = field(default_factory=Refusals)
    """What failures mean; without it, what their status says."""

    signals: Signs = field(default_factory=Signs)
    """How the CRM says "too often"."""

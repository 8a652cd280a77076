"""What the sections of a file are made of: requests, values, pages, refusals.

Declarations only.  They are what a file is read into, what editors check it by, and
what the documentation lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NewType

Expression = NewType("Expression", str)
"""JMESPath over what the CRM has answered."""

Template = NewType("Template", str)
"""Text with ``${expressions}`` over what is asked."""

WHOLE = Expression("@")
ALWAYS = Expression("`true`")
NOTHING = Template("")


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What a failure means, and what the cashier reads."""

    error: Literal[
        "refused", "missing", "unavailable", "throttled", "no_access", "unknown"
    ] = "refused"
    """``refused``: the CRM says no, and would again; ``missing``: there is no such
    thing; ``unavailable``, ``throttled``: not done, but later perhaps; ``no_access``:
    it does not let the bridge in; ``unknown``: it may have been done."""

    text: Template = NOTHING
    """One sentence; ``${about}`` is the word that ``refusals.about`` gives."""


@dataclass(frozen=True, kw_only=True)
class Condition(Refusal):
    """A refusal that is known by what an answer says."""

    when: Expression = ALWAYS
    """Over the answer's JSON; holds unless it is false, null or empty."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request to the CRM."""

    path: Template = NOTHING
    """Below the site's ``upstream.url``: ``/contacts/${customer_id}``.  What is filled
    in becomes one segment, whatever is in it."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    """How it is asked."""

    query: dict[str, Any] = field(default_factory=dict)
    """Names and values behind the ``?``; what is empty is left out, a list repeats."""

    headers: dict[str, Template] = field(default_factory=dict)
    """Further headers; credentials belong in the site's ``upstream.auth``."""

    body: Any = None
    """JSON with templates; a text that is one ``${expression}`` keeps its type."""

    graphql: Template = NOTHING
    """A GraphQL document, sent as it stands, in a POST whose body it is."""

    variables: dict[str, Any] = field(default_factory=dict)
    """The document's variables, as ``body``."""

    reads: bool = False
    """Whether a request other than GET changes nothing, so that it may be repeated."""

    refused: tuple[Condition, ...] = ()
    """Where the CRM says no in an answer like any other, an empty list say: looked at
    in their order, before the answer is used.  Not for lists with pages."""


@dataclass(frozen=True, kw_only=True)
class NamedStep(Step):
    """A request whose answer a later one needs."""

    name: Template
    """Later templates find its answer as ``${steps.name}``."""


@dataclass(frozen=True, kw_only=True)
class Request(Step):
    """What is asked for one answer."""

    before: tuple[NamedStep, ...] = ()
    """Requests that come first, one after the other: five at most."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a value becomes under a condition; the first that holds is taken."""

    when: Expression = ALWAYS
    """Holds unless it is false, null or empty."""

    type: Template = NOTHING
    """The SPI's type: ``cart_amount``, ``cart_percent``, ``offer``, ``manual`` of a
    promotion, ``text`` or ``money`` of a section's row."""

    fields: dict[str, Expression | Value] = field(default_factory=dict)
    """The properties of the SPI's object."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """Where a property comes from, and what is made of it."""

    value: Expression = WHOLE
    """What it is made of; null stays null."""

    rows: Expression | None = None
    """In the place of ``value``: a list, each of whose elements becomes an object."""

    table: Template | dict[str, Any] | None = None
    """Words for words: a name of ``tables``, or a table."""

    default: Any = None
    """What stands for a word that is not in the table."""

    form: Literal["cents", "milliseconds", "text"] | None = None
    """``cents``: a whole number of them; ``milliseconds``: since 1970; ``text``: a
    number that is an id."""

    fields: dict[str, Expression | Value] = field(default_factory=dict)
    """For an object: its properties, out of ``value``."""

    cases: tuple[Case, ...] = ()
    """For an object whose properties depend on what it is."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a property goes when it is written, and as what."""

    to: Template = NOTHING
    """Its place in ``${written}``, with dots for objects within: ``name.first``.  Only
    an address has none where its parts lie beside everything else."""

    table: Template | dict[str, Any] | None = None
    """Words for words, the CRM's first as in reading; a word without one is refused.
    The CRM's word is sent as a number, true or false where it looks like one."""

    form: Literal["text"] | None = None
    """``text``: the CRM's words are sent as text whatever they look like."""

    fields: dict[str, Template] = field(default_factory=dict)
    """For an address: the CRM's name of each part."""

    flags: dict[str, Template] = field(default_factory=dict)
    """For a list of words: the CRM's name of each, which becomes true or false."""

    rows: dict[str, Template] = field(default_factory=dict)
    """For additional options: the CRM's names of ``id``, ``enum_values``, ``text``."""

    cleared: Any = None
    """What clears it: null, unless the CRM wants ``""``, say."""


@dataclass(frozen=True, kw_only=True)
class Next:
    """Where the next page is: one of ``link``, ``link_header``, ``cursor``, ``page``,
    ``offset``."""

    link: Expression | None = None
    """A path or address in the answer; null at the end."""

    link_header: bool = False
    """The header ``Link`` with ``rel="next"`` (RFC 8288)."""

    cursor: Expression | None = None
    """What the next request says as ``name``; null at the end, or false."""

    page: int | None = None
    """The number of the first page; the next number goes as ``name``."""

    offset: int | None = None
    """Where the first page begins; the number of rows read goes as ``name``."""

    name: Template = NOTHING
    """The member of the query; of a POST, which must have ``reads``, that of its body,
    and of ``graphql`` the variable."""

    more: Expression | None = None
    """Whether there is more; without it, ``page`` and ``offset`` go on until one is
    empty."""


@dataclass(frozen=True, kw_only=True)
class Rule(Condition):
    """A refusal that is known by its status, or by what stands in it."""

    status: int | None = None
    """The HTTP status; without it, any."""

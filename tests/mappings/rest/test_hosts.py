"""No file, no id and no answer leads a request away from the CRM.

Everything is drawn on purpose from what has led astray before: whoever takes an address
apart otherwise than the next one is led by one of these.  That the fuzz would see a
hole is tried as well, by making holes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote, urljoin

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bridge.model import Item, ItemKind, SearchKey, SearchKeyType
from bridge.upstream import request
from bridge.upstream.crm import calls
from mappings.rest import templates
from tests.extent import EVERYTHING
from tests.mappings.rest.wire import FOLLOWED, made_of, tried

IN_CI = 300

EXAMPLES = IN_CI if EVERYTHING else 60

PREFIXES = (
    *("", "/", "//", "///", "\\\\", "/\\", "\\/", "@", ":", "?", "#", ";", "."),
    *("https://", "http://", "https:", "https:/", "https:\\\\", "HTTPS://", "ftp://"),
    *("javascript:", "//user:pw@", "https://user:pw@", "//crm.example@", " //"),
    *("\t//", "\r\n//", "\0//", "%2f%2f", "/%2f", "/%5c", "/..//", "../", "/../../"),
)

HOSTS = (
    *("evil.example", "evil.example:80", "crm.example.evil.example", "127.0.0.1"),
    *("crm.example", "crm.example:444", "crm.example:443", "CRM.example", "[::1]"),
    *("crm.example@evil.example", "evil.example\\@crm.example", "crm.example:x", "["),
    *(
        "crm.example%2eevil",
        "crm。example",
        "crm.example\u2024evil",
        "xn--e1afmkfd",
        "",
    ),
)

TAILS = (
    *(
        "",
        "/",
        "/a",
        "/..",
        "/../..",
        "/../../../a",
        "/./a",
        "//a",
        "?a=b",
        "#a",
        "/;a",
    ),
    *("/%2e%2e/%2e%2e/a", "/..%2f..%2fa", "/%252e%252e/a", "\\..\\..\\a", "/\u2215a"),
    *("\r\nHost: evil.example\r\n\r\n", "%0d%0aHost:%20evil.example", " HTTP/1.1"),
    *("\n", "\0", "/å", "/\ud800", "/..;/..;/a", "/\uff0e\uff0e/a", "/%c0%ae%c0%ae/a"),
)

ADDRESSES = st.builds(
    "".join, st.tuples(*map(st.sampled_from, (PREFIXES, HOSTS, TAILS)))
)

IDS = st.one_of(
    ADDRESSES,
    st.sampled_from(TAILS),
    st.sampled_from(["..", ".", "../../a", "..\\..\\a", "a/../../../b"]),
)

GOOD = st.sampled_from(["/a/${key}", "/a/${key}/b", "/${key}", "/a/x${key}.json", "/a"])

PATHS = st.one_of(
    GOOD,
    # Twice, as a file with any other one is refused, and then nothing is asked.
    GOOD.map(str),
    st.tuples(GOOD, st.sampled_from(TAILS)).map("".join),
    st.tuples(ADDRESSES, st.sampled_from(["", "${key}", "/${key}/x"])).map("".join),
)

LINKS = st.tuples(
    st.one_of(
        ADDRESSES,
        st.sampled_from(HOSTS).map("https://{}".format),
        st.sampled_from(HOSTS).map("//{}".format),
    ),
    st.sampled_from([f"{sign}{FOLLOWED}" for sign in "/?\\@"]),
).map("".join)

HEADERS = st.one_of(
    st.just({}),
    st.dictionaries(
        st.sampled_from(["X-A", "Accept", "Host", "host", "X-A\r\nHost", "Cookie"]),
        st.sampled_from(["a", "${context.store_id}", "a\r\nHost: evil.example", "å"]),
        max_size=1,
    ),
)

WAYS = (
    *({"link": "next"}, {"link_header": True}, {"cursor": "next", "name": "a"}),
    {"page": 1, "name": "a"},
)


def file(path: str, headers: dict[str, str], way: dict[str, Any]) -> dict[str, Any]:
    """Return a file with this path in each place where there can be one."""

    def filled(own: str) -> dict[str, Any]:
        # What a verb has to fill in is what it is asked for.
        return {"path": path.replace("${key}", own), "headers": headers}

    item = filled("${item.item_id}")
    steps = {"name": "one", **filled("${customer_id}")}
    return {
        "title": "T",
        "customer": {"fields": {"customer_id": "id"}},
        "get": {**filled("${steps.one.next}"), "before": [steps]},
        "search": {**filled("${key}"), "by": {"email": "mail"}, "rows": "rows"},
        "transactions": {
            **filled("${customer_id}"),
            "rows": "rows",
            "next": way,
            "fields": {
                **{"date_created": "a", "store_name": "a", "currency_code": "a"},
                "items": {"rows": "a", "fields": dict.fromkeys(ITEM, "a")},
            },
        },
        "redeem": {
            "redeem_item": {**item, "method": "POST", "receipt": {"a": "next"}},
            "find_receipt": {**item, "rows": "rows", "receipt": {"a": "next"}},
            "undo_item": {**filled("${receipt.a}"), "method": "DELETE"},
        },
    }


ITEM = ("sku", "product_name", "quantity", "total", "vat", "vat_value")


def told(one: str) -> dict[str, Any]:
    """Return what the verbs are called with: this, as somebody's id."""
    item = Item(ItemKind.PROMOTION, one, one)
    return {
        "get": (one,),
        "search": (SearchKey(SearchKeyType.EMAIL, one),),
        "transactions": (one,),
        "redeem_item": (item, one),
        "find_receipt": (item, one),
        "undo_item": (item, one, {"a": one}),
    }


def led_astray(
    path: str, headers: dict[str, str], way: dict[str, Any], one: str, link: str
) -> None:
    """Try a file; whatever is asked, the wire sees whom."""
    made = made_of(file(path, headers, way))
    if made is not None:
        page = {"id": "1", "rows": [], "next": link}
        full = {**page, "rows": [{}]}
        tried(made, [page if way.get("link") else full] * 3, told(one), link)


WHATEVER = (PATHS, HEADERS, st.sampled_from(WAYS), IDS, LINKS)


def fuzzed(**more: Any) -> Callable[[], None]:
    """Return the fuzz, in as many examples as CI has."""
    some = settings(deadline=None, suppress_health_check=[*HealthCheck], **more)
    return some(given(*WHATEVER)(led_astray))


test_nothing_leads_away = fuzzed(max_examples=EXAMPLES)


def joined(base: str, path: str, _query: Any) -> str:
    return urljoin(f"{base}/", path)


ANYTHING = re.compile(r"(?s).*")
NOTHING = re.compile(r"(?!)")

HOLES: dict[str, list[tuple[Any, str, Any]]] = {
    "values of a path are not quoted": [(templates, "quote", str)],
    "dots are quoted, and stay dots": [
        (templates, "quote", partial(quote, safe="", errors="replace"))
    ],
    "a slash stays a slash": [(templates, "quote", partial(quote, errors="replace"))],
    "a link is followed to any host": [(request, "_origin", lambda _: None)],
    "a path that is a host is joined": [
        (templates, "SAFE", ANYTHING),
        (calls, "whole_url", joined),
    ],
    "a path goes up": [(templates, "UP", NOTHING)],
    "any header can be set": [(templates, "OWN_HEADERS", frozenset())],
}


@pytest.mark.parametrize("hole", HOLES)
def test_the_fuzz_sees_a_hole(hole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, broken in HOLES[hole]:
        assert hasattr(module, name)
        monkeypatch.setattr(module, name, broken)
    # In as many examples as in CI, the same ones always, made no smaller.
    fuzz = fuzzed(
        max_examples=IN_CI,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError):
        fuzz()

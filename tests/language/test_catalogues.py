"""Every language says everything that it has to, and with the same things in it."""

from __future__ import annotations

import io
import json
import re
import string
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from bridge.language import LANGUAGES, Situation, reader
from bridge.model import Customer, CustomerSection, CustomerStatus, unread
from bridge.server.refusal import Refusals
from bridge.spi.operations.spoken import spoken
from tests.spi.conftest import *  # noqa: F403 - the bridge over a CRM in memory
from tests.spi.till import Till, error_of, site

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "bridge" / "language" / "catalogues"
OTHERS = [language for language in LANGUAGES if language != "en"]


def said(file: Path) -> Iterator[Any]:
    """Yield the messages of a file, as ``make catalogues`` finds them."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import messages
    finally:
        sys.path.pop(0)
    with file.open("rb") as source:
        for _line, message, _comments, _context in extract(
            messages.messages, source, {"_": None, "ngettext": (1, 2)}
        ):
            yield message


def everything() -> set[Any]:
    python = [
        *(ROOT / "bridge").rglob("*.py"),
        *(ROOT / "mappings").rglob("*.py"),
    ]
    found = {message for file in python for message in said(file)}
    templates = extract_from_dir(
        str(ROOT / "bridge" / "journal_ui" / "templates"),
        method_map=[("**.html", "jinja2")],
        keywords={"say": None, "count": (1, 2)},
    )
    return found | {message for _file, _line, message, *_ in templates}


def catalogue(language: str) -> Any:
    with (CATALOGUES / language / "LC_MESSAGES" / "bridge.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(text: Any) -> Any:
    return [text] if isinstance(text, str) else text


def compiled_ones(file: Any) -> list[str]:
    return sorted(f"{one.id} {one.string}" for one in read_mo(file) if one.id)


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("language", OTHERS)
def test_everything_is_said_in_every_language(language: str) -> None:
    known = catalogue(language)
    translated = {one.id for one in known if one.id and all(forms(one.string))}
    assert len(everything()) > 400
    assert everything() - translated == set()


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_the_same(language: str) -> None:
    for one in catalogue(language):
        ids = one.id if isinstance(one.id, tuple) else (one.id,)
        strings = one.string if isinstance(one.string, tuple) else (one.string,)
        for number, text in enumerate(strings if one.id else ()):
            assert not text or fields(text) == fields(ids[min(number, len(ids) - 1)])


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_compiled_is_what_was_written(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language), use_fuzzy=True)
    compiled.seek(0)
    wanted = compiled_ones(compiled)
    with (CATALOGUES / language / "LC_MESSAGES" / "bridge.mo").open("rb") as file:
        assert compiled_ones(file) == wanted


def test_a_situation_is_said_with_what_is_in_it() -> None:
    label, wrong = Situation("E-mail"), Situation("must be an e-mail address")
    text = Situation("{label}: {problem}", label=label, problem=wrong)
    assert text == "E-mail: must be an e-mail address"
    assert reader("sv").say(text) == "E-post: måste vara en e-postadress"


def test_what_no_catalogue_has_is_said_as_it_is() -> None:
    assert reader("de").say("The coupon {x} is gone") == "The coupon {x} is gone"
    with pytest.raises(KeyError):
        reader("xx")


def test_what_the_till_is_refused_before_it_is_known_is_in_its_language() -> None:
    """Whose till it is, is not known yet: all languages of the sites, once each."""
    refused = Refusals(["sv", "fi", "sv"])
    body = json.loads(refused.too_slow.partition(b"\r\n\r\n")[2])
    swedish, finnish = body["errortext"].split(" / ")
    assert swedish.startswith("Nätet är för långsamt")
    assert finnish.startswith("Verkko on")
    for status in (400, 403, 414, 417, 431, 500, 501):
        answer = refused.answer(status)
        said = json.loads(answer.partition(b"\r\n\r\n")[2])["errortext"]
        assert said.endswith("Soita tukeen.") or "soita tukeen" in said
        assert len(answer.partition(b"\r\n\r\n")[2]) == length_of(answer)


def length_of(answer: bytes) -> int:
    return int(re.search(rb"Content-Length: (\d+)", answer)[1])  # type: ignore[index]


def test_a_card_says_what_is_missing_in_the_tills_language() -> None:
    points = CustomerSection(title=Situation("Points"), values=[])
    customer = Customer(
        customer_id="1",
        status=unread("promotions", known=CustomerStatus(color="red", text="{VIP}")),
        sections=[points],
    )
    (card,) = spoken([customer], "sv")
    assert card.status.text == "{VIP} Kunde inte läsas just nu: kampanjer."
    assert card.sections[0].title == "Poäng"
    assert spoken({"a": 1}, "sv") == {"a": 1}


@pytest.mark.parametrize(("language", "said"), [("sv", "E-post"), ("fi", "Sähköposti")])
def test_a_till_hears_its_own_language(bridge: Any, language: str, said: str) -> None:
    site_settings = replace(site("north", pos="secret"), language=language)
    till = Till(bridge(site_settings).test_client())
    status, text = error_of(till.post("/customers", json={"email": "john"}))
    assert (status, text.partition(":")[0]) == (400, said)

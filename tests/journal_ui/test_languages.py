"""The pages in each language: nothing of them is left in English."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args, get_type_hints

import pytest
from babel.messages.pofile import read_po

from bridge.journal_ui.settings import JournalUser
from bridge.language import LANGUAGES, reader
from tests.journal_ui.conftest import JOURNAL, USERS, Make, Person
from tests.language.test_catalogues import CATALOGUES
from tests.redeem.conftest import Shop

PAGES = ("", "/overview", "/people", "/redeems/{}", "/redeems/{}/undo")


def english(language: str) -> list[str]:
    """Return sentences that would show if they were not translated."""
    with (CATALOGUES / language / "LC_MESSAGES" / "bridge.po").open("rb") as file:
        known = [one.id for one in read_po(file, locale=language) if one.id]
    texts = [one for one in known if isinstance(one, str) and "{" not in one]
    return [one for one in texts if len(one) > 12 and reader(language).say(one) != one]


def test_a_user_may_have_each_of_the_languages() -> None:
    hints = get_type_hints(JournalUser)
    assert set(get_args(hints["language"])) == {"", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_users_own_language_goes_before_the_browsers(
    make: Make, shop: Shop, language: str
) -> None:
    own = replace(USERS["olga"], language=language)
    person = Person(make(shop, replace(JOURNAL, users={"olga": own})).test_client())
    person.sign_in("olga")
    answer = person.get("/journal/overview", headers={"Accept-Language": "fr, fi"})
    assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        *((one, one) for one in LANGUAGES),
        ("no", "nb"),
        ("nn-NO,en;q=0.1", "nb"),
        ("fr, de-AT;q=0.5", "de"),
        ("fr", "en"),
    ],
)
def test_a_page_is_in_the_language_that_a_browser_asks_for(
    shop: Shop, olga: Person, asked: str, language: str
) -> None:
    redeem_id = shop.redeem("p1").redeem_id
    for page in PAGES:
        answer = olga.get(
            f"/journal{page.format(redeem_id)}", headers={"Accept-Language": asked}
        )
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
        text = re.sub(r"<[^>]*>|\s+", " ", answer.text)
        if language != "en":
            assert [one for one in english(language) if f" {one} " in text] == []

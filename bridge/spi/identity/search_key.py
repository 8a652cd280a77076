"""What a cashier types or scans, turned into what a CRM can be asked for.

One person must be found whatever the spelling: a number with or without country code,
hyphen or century.  Knows nothing of HTTP; the key is never repeated in an error or log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from bridge.model import SearchKey, SearchKeyType
from bridge.spi.identity import identifiers, mail_address
from bridge.spi.identity.phone import dialled

Spell = Callable[[str, str, date], str]


def normalise(
    key_type: SearchKeyType, key: str, country: str, *, today: date | None = None
) -> SearchKey:
    """Return the key in the spelling that the bridge also writes to the CRM.

    ``country`` is the site's (ISO alpha-2).  A key that is not what its type says, such
    as letters for a mobile number, is passed on as typed but trimmed: the POS may try
    one text under several types, and then a plain "nobody found" is what helps the
    cashier, not an error.  ``today`` decides the century of a short Swedish number.
    """
    spell = SPELLINGS[key_type]
    return SearchKey(key_type, spell(key, country, today or datetime.now(UTC).date()))


def _mobile(key: str, country: str, _today: date) -> str:
    return dialled(key, country) or key.strip()


def _email(key: str, _country: str, _today: date) -> str:
    # An address has no spaces inside: one that is there was a plus before a query
    # string was decoded ("kim+news@example.com").
    return mail_address.spelling(key).replace(" ", "+")


def _member_number(key: str, _country: str, _today: date) -> str:
    return key.strip()


SPELLINGS: Mapping[SearchKeyType, Spell] = {
    SearchKeyType.PERSONAL_ID: identifiers.personal_id,
    SearchKeyType.MOBILE: _mobile,
    SearchKeyType.EMAIL: _email,
    SearchKeyType.MEMBER_NUMBER: _member_number,
    SearchKeyType.COMPANY_ID: identifiers.company_id,
}

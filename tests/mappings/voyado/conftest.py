"""A tenant of Voyado's, made up, and the people behind it.

Whatever goes over the wire in these tests is held against Voyado's description: by
what the mapping sends, and by what the fake answers.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mappings.description import Description, documents_if_any
from tests.mappings.served import Served
from tests.mappings.voyado import described
from tests.mappings.voyado.fake import KEY, REFERENCE, Engage
from tests.mappings.voyado.office import Office

SITES = """\
sites:
  shop:
    country: SE
    mapping: voyado
    users: {{till: secret}}
    upstream:
      url: {url}
      auth: {{kind: header, name: apikey, value: {key}}}
      attempts: 1
      optional_seconds: 20
    options:
      reference_field: {reference}
      reassign_promotions: false
      stores: {{"200": "600"}}
      language: en-GB
      voucher_passwords: [member]
      label_passwords: {{Staff: staff-2026}}
      additional_options:
        - name: Sizes
          options:
            - {{id: shoeSize, name: Shoes, type: text}}
"""

REASSIGN = {"reassign_promotions: false": "reassign_promotions: true"}
"""What to replace to have promotions given back."""


@pytest.fixture(scope="session")
def description() -> Description | None:
    """What Voyado says of its API, where it is at hand."""
    directory = documents_if_any("voyado")
    return directory and described.description(directory)


@pytest.fixture(scope="session")
def engage(description: Description | None) -> Iterator[Engage]:
    with Engage(description) as engage:
        yield engage


@pytest.fixture(autouse=True)
def as_described(engage: Engage) -> Iterator[None]:
    """Whatever a test has caused to be said, it was as Voyado describes it."""
    yield
    problems = engage.witness.problems()
    assert not problems, "\n".join(problems)


@pytest.fixture
def served(engage: Engage) -> Served:
    sites = SITES.format(url=engage.url, key=KEY, reference=REFERENCE)
    return Served(engage.url, KEY, sites)


@pytest.fixture(scope="module")
def office(engage: Engage) -> Office:
    return Office(engage)

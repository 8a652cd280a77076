"""A project of our own, held against Voucherify's description."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.mappings.description import Description, documents_if_any
from tests.mappings.served import Served
from tests.mappings.voucherify.fake import APP_ID, SECRET, Project
from tests.mappings.voucherify.office import Office

DOCUMENTS = ("customers", "redemptions", "qualifications")

SITES = """\
sites:
  shop:
    country: SE
    mapping: voucherify
    users: {{till: secret}}
    upstream:
      url: {url}
      auth: {{kind: header, name: X-App-Token, value: {key}}}
      attempts: 1
      optional_seconds: 20
    options:
      app_id: {app_id}
      rewards:
        - {{id: rew_1, name: 25 off, points: 250, amount: 25}}
      consents:
        - {{consent_id: news, name: News}}
      additional_options:
        - name: Coffee
          options:
            - id: roast
              name: Roast
              type: enum-single
              enum_options: [{{id: light, name: Light}}, {{id: dark, name: Dark}}]
            - {{id: milk, name: Milk, type: text}}
"""


@pytest.fixture(scope="session")
def description() -> Description | None:
    """What Voucherify says of its API, where it is at hand."""
    directory = documents_if_any("voucherify")
    if directory is None:
        return None
    files = [directory / f"{name}.json" for name in DOCUMENTS]
    read = [json.loads(file.read_text("utf-8")) for file in files]
    return Description(*read, error="Error")


@pytest.fixture
def project(description: Description | None) -> Iterator[Project]:
    """A project whose every request and answer must be as described."""
    with Project(description) as crm:
        yield crm
    problems = crm.witness.problems()
    assert not problems, "\n".join(problems)


@pytest.fixture
def served(project: Project) -> Served:
    sites = SITES.format(url=project.url, key=SECRET, app_id=APP_ID)
    return Served(project.url, SECRET, sites)


@pytest.fixture
def office(project: Project) -> Office:
    return Office(project)

"""The configuration: what is accepted, and that everything wrong is said at once."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bridge.config import Config, SiteSettings, load, plain_secrets, read_draft
from bridge.config.document import read_document
from bridge.config.load import SECTIONS
from bridge.config.schema import read
from bridge.errors import ConfigError
from bridge.upstream.settings import (
    BasicAuth,
    HeaderAuth,
    OAuth2Auth,
    UpstreamSettings,
)

EXAMPLE = Path(__file__).parents[1] / "config.example.yaml"

MAPPING = """
from dataclasses import dataclass
from typing import Literal

from bridge.mapping import Mapping as Base
from bridge.secret import Secret


@dataclass(frozen=True)
class Level:
    name: str
    points: int = 0


@dataclass(frozen=True)
class Options:
    shop: str
    key: Secret | None = None
    colour: Literal["red", "green"] = "red"
    share: float = 0.5
    strict: bool = True
    levels: tuple[Level, ...] = ()
    names: dict[str, str] | None = None


class Mapping(Base):
    title = "Corner shop"
    Options = Options
"""

BASIS = """
sites:
  north:
    country: SE
    mapping: corner.shop
    users: {till: env:TILL}
    upstream: {url: https://crm.example.com}
    options: {shop: "7"}
redis: {url: redis://localhost}
"""


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mapping in a package of somebody else's, and one secret in the environment."""
    package = tmp_path / "elsewhere" / "corner"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "shop.py").write_text(MAPPING)
    (package / "broken.py").write_text("import no_such_package\n")
    (package / "empty.py").touch()
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.setenv("TILL", "open sesame")


def loaded(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    return load(path)


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    return list(caught.value.problems)


def changed(old: str, new: str) -> str:
    assert old in BASIS
    return BASIS.replace(old, new)


def test_reads_every_kind_of_setting(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    options = (
        f'{{shop: "7", key: file:{tmp_path}/key, colour: green, share: 1, '
        "strict: false, levels: [{name: gold, points: 3}, {name: basic}], "
        "names: {A: Anna}}"
    )
    config = loaded(tmp_path, changed('{shop: "7"}', options))
    (site,) = config.sites
    assert site.name == "north"
    assert site.mapping_class.title == "Corner shop"
    assert site.users["till"][0].reveal() == "open sesame"
    assert site.options.key.reveal() == "s3cret"
    assert (site.options.colour, site.options.share) == ("green", 1.0)
    assert [level.points for level in site.options.levels] == [3, 0]
    assert site.options.names == {"A": "Anna"}
    assert config.server.bind == "127.0.0.1:8080"


def test_says_everything_that_is_wrong_at_once(tmp_path: Path) -> None:
    text = """
sites:
  north:
    country: Sweden
    mapping: corner.shop
    users: {till: [env:NOT_SET, file:/no/such/file], other: 0123}
    upstream: {url: crm.example.com, atempts: 2}
    options: {shoop: x, colour: blue, levels: [{points: many}]}
  south:
    mapping: corner.shopp
    users: {}
redis: {}
redeem: {replay_seconds: -1, keep_days: 1.5, parallel: true}
server: []
servr: {}
"""
    found = problems(tmp_path, text)
    expected = {
        "servr: is not known: did you mean server?",
        "sites.north.users.till[0]: the environment variable NOT_SET is not set: "
        "set it, or write the name of one that is",
        "sites.north.users.till[1]: the file /no/such/file cannot be read: "
        "No such file or directory",
        "sites.north.users.other: must be text: put it in quotes",
        "sites.north.upstream.atempts: is not known: did you mean attempts?",
        "sites.north.options.shop: is missing: it must be text",
        "sites.north.options.shoop: is not known: did you mean shop?",
        "sites.north.options.colour: must be one of red, green",
        "sites.north.options.levels[0].name: is missing: it must be text",
        "sites.north.options.levels[0].points: must be a whole number",
        "sites.south.country: is missing: it must be text",
        "sites.south.upstream: is missing: it must be a section with keys of its own",
        "redis.url: is missing: it must be text",
        "redeem.replay_seconds: must not be negative or infinite",
        "redeem.keep_days: must be a whole number",
        "redeem.parallel: must be a whole number",
        "server: must be a section with keys of its own",
    }
    assert expected - set(found) == set()
    others = set(found) - expected
    assert len(others) == 1  # the mapping, whose neighbours depend on what is installed
    assert others.pop().startswith("sites.south.mapping: there is no mapping")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("country: SE", "country: XX", "sites.north.country: "),
        ("https://crm.example.com", "ftp://crm.example.com", "sites.north.upstream.ur"),
        ("users: {till: env:TILL}", "users: {}", "sites.north.users: "),
        ("corner.shop", "corner.broken", "sites.north.mapping: the mapping corner.br"),
        ("corner.shop", "corner.empty", "sites.north.mapping: corner.empty has no cl"),
        ("redis: {url: redis://localhost}", "server: {workers: 0}", "server.workers: "),
        ("redis: {", "server: {bind: nowhere}\nredis: {", "server.bind: must be host"),
        ("redis: {", "server: {bind: 'a:99999'}\nredis: {", "server.bind: must be ho"),
        ("{url: redis://localhost}", "{url: env:NO_URL}", "redis.url: the environment"),
    ],
)
def test_refuses(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert [
        found for found in problems(tmp_path, changed(old, new)) if problem in found
    ]


def test_norway_is_a_country(tmp_path: Path) -> None:
    (site,) = loaded(tmp_path, changed("country: SE", "country: NO")).sites
    assert site.country == "NO"


def test_a_key_that_is_there_twice_is_not_lost(tmp_path: Path) -> None:
    twice = BASIS + "redis: {url: redis://other}\n"
    assert "redis is there a second time" in problems(tmp_path, twice)[0]


def test_the_same_credentials_cannot_choose_two_sites(tmp_path: Path) -> None:
    north = BASIS.partition("  north:")[2].partition("redis:")[0]
    both = BASIS.replace("\nredis:", f"\n  south:{north}redis:")
    (problem,) = problems(tmp_path, both)
    assert "2 sites have the user till with the same password" in problem
    assert "open sesame" not in problem


def test_secrets_show_neither_in_problems_nor_in_the_result(tmp_path: Path) -> None:
    config = loaded(tmp_path, BASIS)
    assert "open sesame" not in repr(config)
    misplaced = changed("users: {till: env:TILL}", "users: hunter2")
    assert "hunter2" not in " ".join(problems(tmp_path, misplaced))


def test_tells_secrets_that_stand_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(BASIS)
    assert list(plain_secrets(read_draft(path))) == []
    path.write_text(changed("env:TILL", "[env:TILL, plain]"))
    assert list(plain_secrets(read_draft(path))) == ["sites.north.users.till"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("a: b: c", "not valid YAML: line 1"),
        ("password: [hunter2", "not valid YAML: line 1"),
    ],
)
def test_a_file_that_is_no_configuration(
    tmp_path: Path, text: str, problem: str
) -> None:
    (found,) = problems(tmp_path, text)
    assert problem in found
    assert "hunter2" not in found


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml cannot be read: No such file"):
        load(tmp_path / "none.yaml")


# config.example.yaml is what people copy: it has to be complete, and true.


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example with all its defaults switched on."""
    for name in ("SITOO_PASSWORD", "CRM_KEY"):
        monkeypatch.setenv(name, "x")
    path = tmp_path / "example.yaml"
    text = EXAMPLE.read_text("utf-8")
    path.write_text(re.sub(r"(?m)^( *)# ([a-z_]+: )", r"\1\2", text))
    return path


def test_the_example_loads_as_it_is(example: Path) -> None:
    assert load(EXAMPLE).sites[0].name == "sweden"


def test_the_example_has_every_key_and_its_default(example: Path) -> None:
    document = read_document(example)
    site = document["sites"]["sweden"]
    sections: dict[type, Any] = {
        SiteSettings: {key: value for key, value in site.items() if key != "options"},
        UpstreamSettings: site["upstream"],
        HeaderAuth: {"kind": "header", **site["upstream"]["auth"]},
    }
    sections |= {kind: document[key] for key, kind in SECTIONS.items()}
    for kind, section in sections.items():
        fields = dataclasses.fields(kind)
        assert set(section) == {field.name for field in fields}, kind
        for field in fields:
            if (
                field.default not in (dataclasses.MISSING, None)
                and field.name != "auth"
            ):
                assert section[field.name] == field.default, field.name
    load(example)


def test_the_example_shows_the_other_ways_to_sign_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CRM_PASSWORD", "x")
    (tmp_path / "secret").write_text("x")
    text = EXAMPLE.read_text("utf-8").replace("/run/secrets/crm", f"{tmp_path}/secret")
    kinds = set()
    for block in re.findall(r"# Or.*:\n((?: +#   .*\n)+)", text):
        shown = yaml.safe_load(block.replace("#", " "))
        section = {"url": "https://crm.example.com", "auth": shown}
        auth = read(UpstreamSettings, section, "").auth
        assert auth is not None
        assert {field.name for field in dataclasses.fields(auth)} == set(shown)
        kinds.add(type(auth))
    assert kinds == {BasicAuth, OAuth2Auth}

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
from bridge.config.schema import read
from bridge.config.sections import SECTIONS
from bridge.config.settings import CRM_URL
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
        "servr: is not known: did you mean server? (line 15)",
        "sites.north.users.till[0]: the environment variable NOT_SET is not set: "
        "set it, or write the name of one that is (line 6)",
        "sites.north.users.till[1]: the file /no/such/file cannot be read: "
        "No such file or directory (line 6)",
        "sites.north.users.other: must be text: put it in quotes (line 6)",
        "sites.north.upstream.atempts: is not known: did you mean attempts? (line 7)",
        "sites.north.options.shop: is missing: it must be text (line 8)",
        "sites.north.options.shoop: is not known: did you mean shop? (line 8)",
        "sites.north.options.colour: must be one of red, green (line 8)",
        "sites.north.options.levels[0].name: is missing: it must be text (line 8)",
        "sites.north.options.levels[0].points: must be a whole number (line 8)",
        "sites.south.country: is missing: it must be text (line 9)",
        "sites.south.upstream: is missing: it must be a section with keys of its own"
        " (line 9)",
        "redis.url: is missing: it must be text (line 12)",
        "redeem.replay_seconds: must not be negative or infinite (line 13)",
        "redeem.keep_days: must be a whole number (line 13)",
        "redeem.parallel: must be a whole number (line 13)",
        "server: must be a section with keys of its own (line 14)",
    }
    assert expected - set(found) == set()
    others = set(found) - expected
    assert len(others) == 1  # the mapping, whose neighbours depend on what is installed
    assert others.pop().startswith("sites.south.mapping: there is no mapping")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("country: SE", "country: XX", "sites.north.country: "),
        (
            "country: SE",
            "country: SE\n    required: [nose]",
            "required: a customer has no",
        ),
        ("https://crm.example.com", "ftp://crm.example.com", "sites.north.upstream.ur"),
        ("users: {till: env:TILL}", "users: {}", "sites.north.users: "),
        ("corner.shop", "corner.broken", "sites.north.mapping: the mapping corner.br"),
        ("corner.shop", "corner.empty", "sites.north.mapping: corner.empty has no cl"),
        ("redis: {url: redis://localhost}", "server: {workers: 0}", "server.workers: "),
        ("redis: {", "server: {bind: nowhere}\nredis: {", "server.bind: must be host"),
        (
            "redis: {",
            "server: {inside_bind: nowhere}\nredis: {",
            "server.inside_bind: must be host",
        ),
        (
            "redis: {",
            "server: {bind: 'a:1', inside_bind: 'a:1'}\nredis: {",
            "server.inside_bind: must be another address than bind",
        ),
        ("redis: {", "server: {bind: 'a:99999'}\nredis: {", "server.bind: must be ho"),
        ("{url: redis://localhost}", "{url: env:NO_URL}", "redis.url: the environment"),
    ],
)
def test_refuses(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert [
        found for found in problems(tmp_path, changed(old, new)) if problem in found
    ]


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("server: {deadline_seconds: 0}", "must be more than 0"),
        ("server: {head_seconds: 0}", "must be more than 0"),
        ("server: {body_seconds: 0}", "must be more than 0"),
        ("server: {threads: 0}", "must be 1 or more"),
        ("server: {threads: 1001}", "must be 1000 or less"),
        ("server: {workers: 1000000}", "must be 1000 or less"),
        ("redeem: {parallel: 0}", "must be 1 or more"),
        ("redeem: {parallel: 1001}", "must be 1000 or less"),
        ("redeem: {recovery_parallel: 0}", "must be 1 or more"),
        ("redeem: {keep_days: 0}", "must be 1 or more"),
        ("redeem: {idempotency_hours: 0}", "must be 1 or more"),
        ("redeem: {poll_seconds: 0}", "must be more than 0"),
        ("redeem: {attempt_seconds: 0}", "must be more than 0"),
        ("redis: {timeout_seconds: 0, url: redis://x}", "must be more than 0"),
        ("redis: {connections: 0, url: redis://x}", "must be 1 or more"),
    ],
)
def test_a_number_with_which_nothing_works_is_refused(
    tmp_path: Path, setting: str, problem: str
) -> None:
    redis = "" if setting.startswith("redis") else "redis: {url: redis://localhost}"
    config = changed("redis: {url: redis://localhost}", f"{setting}\n{redis}")
    section, key = setting.split(": {")[0], setting.split("{")[1].partition(":")[0]
    (found,) = problems(tmp_path, config)
    assert found.startswith(f"{section}.{key}: {problem} (line ")


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("url: 'https://crm..example.com'", "url"),
        (f"url: 'https://{'a' * 64}.example.com'", "url"),
        ("url: 'https://crm.example.com:99999'", "url"),
        ("url: 'https://crm.example.com:http'", "url"),
        ("url: 'http://[::1'", "url"),
        ("proxy: 'http://proxy..example.com:8080'", "proxy"),
        ("proxy: 'http://'", "proxy"),
        ("parallel: 1000000000", "parallel"),
        ("concurrency: 1000000000", "concurrency"),
        ("auth: {kind: header, name: 'X Key', value: x}", "auth.name"),
        ("auth: {kind: header, name: 'X-Key:', value: x}", "auth.name"),
        ("auth: {kind: header, name: '', value: x}", "auth.name"),
        ("auth: {kind: header, name: 'X-Nyckel-Å', value: x}", "auth.name"),
        (
            "auth: {kind: oauth2, client_id: a, client_secret: b, "
            "token_url: 'https://tokens..example.com'}",
            "auth.token_url",
        ),
    ],
)
def test_what_no_call_could_be_made_with_is_refused(
    tmp_path: Path, setting: str, wrong: str
) -> None:
    url = "" if setting.startswith("url") else "url: https://crm.example.com, "
    config = changed("{url: https://crm.example.com}", f"{{{url}{setting}}}")
    (found,) = problems(tmp_path, config)
    assert found.startswith(f"sites.north.upstream.{wrong}: must ")


PAIR = """
sites:
  north:
    country: SE
    users: {till: env:TILL}
    customers:
      mapping: demo
      upstream: {url: https://people.example.com}
    benefits:
      mapping: demo
      found_by: member_number
      upstream: {url: https://offers.example.com}
redis: {url: redis://localhost}
"""


def test_a_site_may_be_two_systems(tmp_path: Path) -> None:
    (site,) = loaded(tmp_path, PAIR).sites
    assert site.upstream.url == "https://people.example.com"
    assert site.benefits is not None
    assert site.benefits.upstream.url == "https://offers.example.com"
    assert site.benefits.found_by == "member_number"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    benefits:", "    benefit:", "north.benefits: must be a section with a"),
        ("    customers:", "    customer:", "north.customers: must be a section with"),
        ("member_number", "telepathy", "north.benefits.found_by: must be one of cust"),
        ("https://offers", "ftp://offers", "north.benefits.upstream.url: must"),
        ("https://people", "ftp://people", "north.customers.upstream.url: must"),
        ("country: SE", "country: SE\n    mapping: demo", "north.mapping: belongs"),
        ("country: SE", "country: XX", "sites.north.country: must be an ISO"),
        ("benefits:\n      mapping: demo", "benefits:\n      mapping: corner.shop\n"
         "      options: {shop: x}", "benefits.mapping: corner.shop cannot redeem"),
        ("benefits:\n      mapping: demo", "benefits:\n      mapping: corner.shop\n"
         "      options: {shop: x}", "benefits.found_by: corner.shop finds nobody by"),
        ("customers:\n      mapping: demo", "customers:\n      mapping: corner.shop\n"
         "      options: {shop: x}", "found_by: must be customer_id, as corner.shop"),
        ("users: {", "shops: 3\n    users: {", "sites.north.shops: is not known"),
    ],
)  # fmt: skip
def test_refuses_two_systems_that_do_not_fit(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in PAIR
    found = problems(tmp_path, PAIR.replace(old, new, 1))
    assert [one for one in found if problem in one], found


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Files that are no certificates, by what they are."""
    (tmp_path / "empty").touch()
    (tmp_path / "key").write_text("-----BEGIN PRIVATE KEY-----\nMIIB\n")
    (tmp_path / "text").write_text("certificates: see the wiki\n")
    names = ("empty", "key", "text", "missing")
    return {"directory": str(tmp_path), **{one: str(tmp_path / one) for one in names}}


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("missing", "cannot be read: No such file or directory"),
        ("directory", "is a directory: it must be one file with PEM certificates"),
        ("empty", "must hold PEM certificates, and there is none that can be read"),
        ("text", "must hold PEM certificates, and there is none that can be read"),
        ("key", "must hold PEM certificates, and there is a private key"),
    ],
)
def test_says_why_certificates_cannot_be_used(
    tmp_path: Path, files: dict[str, str], file: str, said: str
) -> None:
    url = "{url: https://crm.example.com"
    text = changed(url, f"{url}, ca_file: '{files[file]}'")
    (problem,) = problems(tmp_path, text)
    assert problem == f"sites.north.upstream.ca_file: {said} (line 7)"
    tls = "{url: rediss://localhost, tls: {ca_file: '" + files[file] + "'}}"
    (problem,) = problems(tmp_path, changed("{url: redis://localhost}", tls))
    assert problem.startswith("redis.tls.ca_file: ")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("localhost:6379", "must begin with one of redis://"),
        ("http://localhost", "must begin with one of redis://"),
        ("redis://:hunt/er2@localhost", "must not hold / ? # or @ as they are"),
        ("redis://:hunt?er2@localhost", "must not hold / ? # or @ as they are"),
        ("redis://:hunt#er2@localhost", "must not hold / ? # or @ as they are"),
        ("redis://:hunt@er2@localhost", "must not hold @ as it is"),
        ("redis://localhost:hunter2", "must name a host, and perhaps a port"),
        ("redis://localhost:0", "must name a host, and perhaps a port"),
        ("redis://localhost:70000", "must name a host, and perhaps a port"),
        ("redis://", "must name a host, and perhaps a port"),
        ("redis://localhost/hunter2", "must end with a database number"),
        ("redis://localhost/0?hunter2=1", "of its ?settings are not known"),
        ("redis://localhost/0?hunter2", "of its ?settings are not known"),
        ("unix://hunter2", "must be unix:///a/path"),
        ("redis+sentinel://a,b:1", "must name the master after the hosts"),
        ("redis+sentinel://a,hunt:er2/main", "must name a host, and perhaps a port"),
        ("redis+cluster://a,b/1", "a cluster has one database only"),
    ],
)
def test_says_what_is_wrong_with_an_address_of_redis_and_quotes_none_of_it(
    tmp_path: Path, url: str, said: str
) -> None:
    text = changed("{url: redis://localhost}", f"{{url: '{url}'}}")
    (problem,) = problems(tmp_path, text)
    assert problem.startswith("redis.url: ")
    assert said in problem
    assert problem.endswith("(line 9)")
    assert not {"hunt", "er2", "hunter2"} & set(re.split(r"[^a-z0-9]", problem))


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://:p%2Fw@localhost:6379/3",
        "rediss://user:pw@[::1]:6379/",
        "unix:///run/redis.sock",
        "redis+sentinel://user:pw@a:26379,b/main/0?sentinel_login=1",
        "rediss+cluster://a,b:7000",
        "redis://redis_service-1.internal.example:6379/0?protocol=3",
    ],
)
def test_takes_every_address_that_redis_may_have(tmp_path: Path, url: str) -> None:
    text = changed("{url: redis://localhost}", f"{{url: '{url}'}}")
    assert loaded(tmp_path, text).redis.url == url


def test_certificates_are_for_redis_over_tls(tmp_path: Path) -> None:
    tls = "{url: redis://localhost, tls: {}}"
    (problem,) = problems(tmp_path, changed("{url: redis://localhost}", tls))
    assert problem.startswith("redis.tls: needs a url that begins with rediss")
    half = "{url: rediss://localhost, tls: {cert_file: /x}}"
    (problem,) = problems(tmp_path, changed("{url: redis://localhost}", half))
    assert problem.startswith("redis.tls.cert_file: goes together with key_file")


def test_a_device_is_no_setting(tmp_path: Path) -> None:
    text = changed("{till: env:TILL}", "{till: file:/dev/zero}")
    (problem,) = problems(tmp_path, text)
    assert "/dev/zero cannot be read: it is far too large" in problem


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
        ("# nothing yet\n---\n", "is empty"),
        ("[]", "must have keys"),
        ("- sites", "must have keys"),
        ("sites", "must have keys"),
        ("3", "must have keys"),
        ("a: b: c", "not valid YAML: line 1"),
        ("password: [hunter2", "not valid YAML: line 1"),
        ("[hunter2, b]: c", "line 1: a key must be text"),
        ("? {hunter2: b}", "line 1: a key must be text"),
        ("a: !!map [b]", "line 1: expected a mapping"),
        *[
            (f"a:\n  b: {value}", "line 2: there is no such value; put it into quotes")
            for value in ("2026-02-30", "2026-01-01T00:00:60Z", "!!int hunter2")
        ],
        *[
            (f"a: !!{kind} hunter2", "line 1: there is no such value")
            for kind in ("float", "bool", "timestamp")
        ],
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
    document = read_document(example).content
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


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("https://crm.test/customers/{customer_id}", True),
        ("https://crm.test/?id={customer_id}&tab=2", True),
        ("https://{customer_id}.crm.test/", False),
        ("https://crm.test/customers/", False),
        ("https://crm.test/{customer_id}/{customer_id}", False),
        ("https://crm.test/{email}/{customer_id}", False),
        ("javascript:alert({customer_id})", False),
    ],
)
def test_a_page_of_the_crm_has_the_customers_id_in_its_path(
    address: str, right: bool
) -> None:
    assert bool(CRM_URL.fullmatch(address)) == right

"""The tutorial without Python, followed literally, to a redeem at the SPI."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from bridge.cli import main
from bridge.embedded import EmbeddedValkey
from bridge.testing import Known, described
from tests.demo_crm_process import JOHN, JOHNS_OFFER, DemoCrm
from tests.end_to_end.service import Service
from tests.mappings.demo import test_contract
from tests.mappings.rest.described import DEMO, ROOT

PAGE = (ROOT / "docs" / "integrators" / "rest-tutorial.rst").read_text("utf-8")

BLOCK = re.compile(
    r"^\.\. code-block:: (\w+)\n(   :caption: (\S+)\n)?\n((?:   .*\n|\n)+)", re.M
)

FILE = "shop_crm.yaml"


def blocks(kind: str, caption: str = "") -> list[str]:
    return [
        textwrap.dedent(text)
        for language, _, name, text in BLOCK.findall(PAGE)
        if (language, name) == (kind, caption)
    ]


def put_in(whole: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    for key, value in more.items():
        known = whole.get(key)
        whole[key] = put_in(known, value) if isinstance(known, dict) else value
    return whole


def written(directory: Path) -> Path:
    """Write the file as the tutorial has it in the end."""
    whole: dict[str, Any] = {}
    for block in blocks("yaml", FILE):
        put_in(whole, yaml.load(block, yaml.BaseLoader))
    file = directory / FILE
    file.write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")
    return file


def run(*command: str) -> str:
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    return result.output


def test_its_commands_and_files(
    running: DemoCrm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POS_PASSWORD", "choose-one")
    monkeypatch.setenv("CRM_KEY", "demo-crm-key")
    (config,) = blocks("yaml")
    Path("config.yaml").write_text(
        config.replace("http://127.0.0.1:8090", running.url), "utf-8"
    )
    commands = [
        line.removeprefix("$ ")
        for block in blocks("console")
        for line in block.splitlines()
        if line.startswith("$ sitoo-bridge mapping")
    ]
    assert len(commands) == 7
    shown: dict[str, str] = {}
    for command in commands:
        _, *arguments = shlex.split(command.partition(" > ")[0])
        shown[arguments[1]] = run(*arguments)
        if arguments[1] == "new":
            assert "get: yes" in run("mapping", "check", FILE)
            written(tmp_path)
    assert json.loads(shown["schema"])["definitions"]
    assert "Shop CRM" in shown["check"]
    assert "***" in shown["try"]
    asked, answered = shown["try"].split("the POS is answered")
    assert "john.doe" not in asked
    assert "john.doe@example.com" in answered
    assert '"value_int": 10' in answered
    assert "shop_crm.recorded.json" in shown["record"]
    assert "reads are as recorded" in shown["check"]


def test_trying_says_what_the_pos_would_be_told(
    running: DemoCrm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POS_PASSWORD", "choose-one")
    monkeypatch.setenv("CRM_KEY", "demo-crm-key")
    file, config = written(tmp_path), tmp_path / "config.yaml"
    text = blocks("yaml")[0].replace("http://127.0.0.1:8090", running.url)
    config.write_text(text.replace(FILE, str(file)), "utf-8")
    result = CliRunner().invoke(
        main, ["mapping", "try", str(file), "get", "nobody", "-c", str(config)]
    )
    assert result.exit_code == 1
    assert '"errortext": "There is no such customer."' in result.output
    assert '"statuscode": 404' in result.output


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("tutorial"))


@pytest.fixture
def service(running: DemoCrm, file: Path, tmp_path: Path) -> Iterator[Service]:
    class Followed(Service):
        def _config(self) -> dict[str, Any]:
            config = super()._config()
            site = config["sites"]["shop"]
            site |= {"mapping": "rest", "options": {"file": str(file)}}
            return config

    running.reset()
    with Followed(tmp_path, running, EmbeddedValkey()) as one:
        yield one


def test_a_redeem_at_the_spi(service: Service) -> None:
    body = {"promotions": [JOHNS_OFFER], "bonus_checks": []}
    path = f"/customers/{JOHN}/redeem"
    answer = service.call("POST", path, json=body)
    assert answer.status_code == 200, answer.text
    card = service.call("GET", f"/customers/{JOHN}").json()
    assert [one["redeemed"] for one in card["promotions"]] == [True]
    undone = service.call("DELETE", f"{path}/{answer.json()['redeem_id']}")
    assert undone.status_code == 200
    card = service.call("GET", f"/customers/{JOHN}").json()
    assert [one["redeemed"] for one in card["promotions"]] == [False]


crm = test_contract.crm

with TemporaryDirectory() as made:
    KIT = described(written(Path(made)))


class TestKit(test_contract.TestDemo):
    mapping, options = KIT

    def seed(self, crm: DemoCrm) -> Known:
        return dataclasses.replace(
            super().seed(crm),
            keys={"member_number": "10013"},
            clearable=["gender", "email"],
            lookups={},
            purchases=0,
        )


@pytest.mark.parametrize("given", ["example", "tutorial", "scaffold"])
def test_editors_find_nothing_wrong(file: Path, tmp_path: Path, given: str) -> None:
    schema = json.loads(run("mapping", "schema"))
    jsonschema.Draft7Validator.check_schema(schema)
    run("mapping", "new", "acme_one", "--rest", "--package", str(tmp_path))
    path = {"example": DEMO, "tutorial": file, "scaffold": tmp_path / "acme_one.yaml"}
    content = yaml.safe_load(path[given].read_text("utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    assert not [error.message for error in validator.iter_errors(_as_json(content))]
    assert [*validator.iter_errors({**_as_json(content), "serach": {}})]


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))

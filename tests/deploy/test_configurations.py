"""The configurations in ``deploy/`` are right but for what a retailer has to set."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bridge.config import load
from tests.deploy.files import DEPLOY

SECRETS = {
    "sitoo_password": "secret",
    "crm_key": "key",
    "redis_url": "rediss://bridge:secret@redis.example.com:6379/0",
}


@pytest.mark.parametrize("folder", ["compose", "kubernetes"])
def test_can_be_read(folder: str, tmp_path: Path) -> None:
    given = (DEPLOY / folder / "config.yaml").read_text("utf-8")
    (place,) = {
        value.removeprefix("file:").rpartition("/")[0]
        for value in _texts(yaml.safe_load(given))
        if value.startswith("file:")
    }
    for name, content in SECRETS.items():
        (tmp_path / name).write_text(content + "\n")
    here = tmp_path / "config.yaml"
    here.write_text(given.replace(place, str(tmp_path)))
    config = load(here)
    assert config.server.bind == "0.0.0.0:8080"
    assert config.server.inside_bind == "0.0.0.0:8081"
    assert config.server.proxies
    assert config.log.format == "json"


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []

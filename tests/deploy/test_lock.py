"""What is installed with the bridge: locked with hashes, and in a bill of materials."""

from __future__ import annotations

import json
import re
from configparser import ConfigParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.files import tried
from tests.deploy.installation import ROOT

LOCK = ROOT / "requirements.lock"

LOCKED = re.compile(r"(?m)^([a-z0-9.-]+)==(\S+) \\\n((?:    --hash=\S+(?: \\)?\n)+)")


def locked() -> dict[str, str]:
    found = LOCKED.findall(LOCK.read_text("utf-8"))
    assert all("--hash=sha256:" in hashes for _, _, hashes in found)
    return {canonicalize_name(name): version for name, version, _ in found}


def test_whatever_the_bridge_needs_is_locked_within_its_range() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    lines = setup["options"]["install_requires"].splitlines()
    needed = [Requirement(line) for line in lines if line]
    versions = locked()
    assert len(needed) > 15
    for one in needed:
        version = versions.get(canonicalize_name(one.name), "0")
        assert version in one.specifier, f"make lock: {one}"
    text = LOCK.read_text("utf-8")
    assert len(re.findall(r"(?m)^\w.*==", text)) == len(versions)


def test_the_bill_of_materials_has_all_that_is_locked(tmp_path: Path) -> None:
    """As ``make dist`` writes it, which asks nobody."""
    recipe = (ROOT / "Makefile").read_text("utf-8").partition("\ndist: ")[2]
    command = re.search(r"cyclonedx-py (.*?) \\\n\s+-o (\S+)\n", recipe)
    assert command
    written = tmp_path / Path(command[2]).name
    tried("cyclonedx-py", *command[1].split(), "-o", written, cwd=ROOT, how="make venv")
    bill = json.loads(written.read_text("utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    parts = bill["components"]
    assert {canonicalize_name(p["name"]): p["version"] for p in parts} == locked()
    for part in parts:
        assert part["purl"].startswith("pkg:pypi/")
        known = [h for one in part["externalReferences"] for h in one.get("hashes", ())]
        assert known, part["name"]

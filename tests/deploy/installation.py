"""The bridge as its wheel installs it: it knows nothing of this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.extent import EVERYTHING
from tests.running import STOP_SECONDS

ROOT = Path(__file__).parents[2]


def wheel(where: Path) -> Path:
    """Build the wheel as ``make dist`` does."""
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel"]
    done = subprocess.run(
        [*build, "--outdir", str(where), str(ROOT)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = where.glob("*.whl")
    return built


@dataclass
class Installation:
    """A virtual environment with the wheel, and a directory to work in."""

    wheel: Path
    where: Path

    def command(self, *arguments: str) -> list[str]:
        return [str(self.where / "venv" / "bin" / "sitoo-bridge"), *arguments]

    def run(
        self, *arguments: str, typed: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            input=typed,
            cwd=self.where,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        return {**kept, "SITOO_PASSWORD": "secret", "CRM_KEY": "demo-crm-key"}


def install(wheel: Path, where: Path) -> Installation:
    """Install a wheel into a virtual environment of its own."""
    venv.create(where / "venv", with_pip=EVERYTHING)
    python = str(where / "venv" / "bin" / "python")
    if EVERYTHING:
        pip = [python, "-m", "pip", "install", "--quiet", f"{wheel}[embedded]"]
    else:
        # What the bridge needs is lent by the environment of the tests.
        inner = {"base": str(where / "venv"), "platbase": str(where / "venv")}
        packages = Path(sysconfig.get_path("purelib", vars=inner))
        (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
        pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
        pip += ["--no-deps", "--no-index", str(wheel)]
    done = subprocess.run(pip, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Installation(wheel, where)


@contextmanager
def serving(installed: Installation, config: Path | str) -> Iterator[str]:
    """Have an installation serve; yield what it says behind ``ready``."""
    served = subprocess.Popen(
        installed.command("serve", "-c", str(config)),
        cwd=installed.where,
        env=installed.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert served.stdout is not None
        word, _, where = served.stdout.readline().strip().partition(" ")
        assert word == "ready"
        yield where
    finally:
        served.terminate()
        served.wait(STOP_SECONDS)
        assert served.stdout is not None
        served.stdout.close()

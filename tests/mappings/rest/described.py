"""Where the files are that describe a CRM."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "docs" / "integrators" / "rest" / "demo.yaml"
DIRECTUS = DEMO.with_name("directus.yaml")

"""How the documentation is built: ``make docs``."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import bridge  # noqa: E402

project = "sitoo-crm-bridge"
author = "the sitoo-crm-bridge contributors"
copyright = f"2026 {author}"
release = bridge.__version__

extensions = ["sphinx.ext.autodoc", "sphinx_click", "listings"]
exclude_patterns = ["_build"]
nitpicky = False
html_theme = "furo"
html_title = "sitoo-crm-bridge"
autodoc_member_order = "bysource"
autodoc_typehints = "description"

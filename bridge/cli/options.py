"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path

import click

config_option = click.option(
    "-c",
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    envvar="SITOO_BRIDGE_CONFIG",
    show_envvar=True,
    required=True,
    help="The YAML file to read; config.example.yaml shows all it can say.",
)

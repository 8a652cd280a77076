"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


class FilePath(click.Path):
    """Where a file or a directory is.  What is empty is refused.

    A script's variable that is not set is no path, and would be taken for ``.``.
    """

    def __init__(self, **how: bool) -> None:
        super().__init__(path_type=Path, **how)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        """Return the path, or fail."""
        if not value:
            self.fail("it is empty.", param, ctx)
        return super().convert(value, param, ctx)


config_option = click.option(
    "-c",
    "--config",
    "config_path",
    type=FilePath(),
    envvar="SITOO_BRIDGE_CONFIG",
    show_envvar=True,
    required=True,
    help="The YAML file to read; config.example.yaml shows all it can say.",
)

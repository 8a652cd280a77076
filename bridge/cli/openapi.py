"""``sitoo-bridge openapi``: the API description without a running server."""

from __future__ import annotations

import json

import click


@click.command("openapi")
def command() -> None:
    """Print the API description as JSON.

    It is OpenAPI 3, the same for every configuration; a running bridge has it at
    /openapi.json.
    """
    # All that answers the POS: help needs none of it.
    from bridge.app import create_app
    from bridge.config import Config
    from bridge.redeem.journal.server.settings import RedisSettings
    from bridge.spi.description.openapi import describe

    # Nothing is connected: the application is only asked for its routes.
    app = create_app(Config(sites=(), redis=RedisSettings("redis://localhost")))
    click.echo(json.dumps(describe(app), indent=2, ensure_ascii=False))

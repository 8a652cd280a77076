"""``sitoo-bridge``: how people start the bridge, try it, check it and look after it.

A module or package here is a command of its name, with all that only it needs.  What
they share is in ``options``, ``programs`` and ``lazy``.  A command's module is imported
when the command is used, so that ``--help`` is quick.
What can be expected to go wrong ends in one clear sentence, never in a traceback.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, ClassVar

import click

from bridge import __version__
from bridge.cli.lazy import LazyGroup, Place
from bridge.errors import BridgeError, ConfigError
from bridge.processes import Ended, StopAsked

COMMANDS = {
    "demo": "Try the whole bridge on this machine, with a CRM to play with.",
    "serve": "Answer the POS, and recover interrupted redeems beside it.",
    "config": "Begin a configuration, from an example of every setting.",
    "check": "Say what is wrong with the configuration, Redis and the CRMs.",
    "recover": "Finish redeems that were interrupted, without serving.",
    "journal": "Find redeems, see what happened to them, finish them.",
    "journal-user": "Make the password hash of somebody who may open the journal.",
    "mapping": "Say what mappings there are, or begin a new one.",
    "conformance": "Say whether a server speaks the SPI as the reference says.",
    "openapi": "Print the API description as JSON.",
}

USAGE = 2
"""The exit status for a wrong configuration, as click has it for a wrong option."""


class Commands(LazyGroup):
    """The commands by their names."""

    places: ClassVar[Mapping[str, Place]] = {
        name: Place(name.replace("-", "."), "command", summary)
        for name, summary in COMMANDS.items()
    }

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; say expected problems in a sentence each."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for problem in error.problems:
                click.echo(f"sitoo-bridge: {problem}", err=True)
            ctx.exit(USAGE)
        except BridgeError as error:
            click.echo(f"sitoo-bridge: {error.for_support}", err=True)
            ctx.exit(1)
        except TimeoutError as error:
            click.echo(f"sitoo-bridge: {error}: everything stops.", err=True)
            ctx.exit(1)
        except StopAsked:
            ctx.exit(0)
        except Ended as error:
            # With this status it has already said what is wrong.
            if error.status != USAGE:
                click.echo(f"sitoo-bridge: {error}: everything stops.", err=True)
            ctx.exit(error.status)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sitoo-bridge")
def main() -> None:
    """Connects Sitoo POS to the CRM you already have.

    Start with `sitoo-bridge demo`.
    """
    # Until a command sets a log up: without any handler, Python would print the bare
    # sentence of a warning between what the command says.
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())

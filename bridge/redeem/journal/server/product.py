"""Which server keeps the journal, by its own word: for the log.

Asked aside, because a program starts whether Redis is there or not.
"""

from __future__ import annotations

import logging
import threading

from bridge.errors import JournalError
from bridge.redeem.journal.server.complaints import answered, guarded
from bridge.redeem.journal.server.connection import Client, connect
from bridge.redeem.journal.server.settings import RedisSettings, is_cluster

log = logging.getLogger(__name__)


def introduce(settings: RedisSettings) -> None:
    """Log which server answers, or that none does, as soon as that is known."""
    asking = threading.Thread(
        target=_introduce, args=[settings], name="introduction", daemon=True
    )
    asking.start()


def _introduce(settings: RedisSettings) -> None:
    client = connect(settings)
    try:
        log.info("Redis answers", extra={"redis_server": product(client, settings)})
    except JournalError as error:
        fields = {"redis": error.complaint}
        if answered(error):
            # A proxy in between, say: what the journal needs may work all the same.
            log.info("Redis does not say what it is", extra=fields)
        else:
            log.warning("Redis does not answer: nothing is redeemed", extra=fields)
    finally:
        client.close()


@guarded
def product(client: Client, settings: RedisSettings) -> str:
    """Return name and version: ``valkey 9.1.0``; of a cluster, those of one server.

    HELLO needs no rights, unlike INFO.
    """
    anyone = {"target_nodes": client.get_random_node()} if is_cluster(settings) else {}
    said = client.execute_command("HELLO", **anyone)
    if isinstance(said, list):
        said = dict(zip(said[::2], said[1::2], strict=False))
    return f"{said.get('server', 'unknown')} {said.get('version', '')}".strip()

"""A million settled redeems in Redis in a minute or two, in the journal's own format.

The journal writes down one redeem, into a store that only takes notes.  What it wrote
is then repeated with other ids, days and stores: the same commands with other words.
"""

from __future__ import annotations

import itertools
import math
import random
import re
import socket
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from bench.shop import Shop
from bridge.redeem import Journal, RedeemSettings
from bridge.redeem.journal.keys import Keys
from bridge.redeem.journal.receipts import DIGITS, digest, spelled
from bridge.redeem.record import Redeem

DAYS = 100
STORES = 200
REDEEMS_OF_A_CUSTOMER = 4
BATCH = 500

MODEL_RECEIPT = "S000001"
"""What the instant CRM answers."""

Slot = Callable[["Copy"], str]


@dataclass(slots=True)
class Copy:
    """What is a redeem's own; all else is the same for all of them."""

    site: str
    redeem_id: str
    customer_id: str
    store_id: str
    item_ids: list[str]
    created_at: float
    settled_at: float
    receipt: str


@dataclass
class Notes:
    """A store that does nothing but note what the journal wants of it."""

    settings: Any
    cluster: bool = False

    def __post_init__(self) -> None:
        self.commands: list[Sequence[Any]] = []

    def run(self, *commands: Sequence[Any], durable: bool = False) -> list[Any]:
        self.commands += commands
        return [1] * len(commands)


def fill(journal: Journal, shop: Shop, count: int) -> list[Copy]:
    """Write ``count`` settled redeems of two items; return some of them, the last one
    at the end.
    """
    some = []
    model = _settled(journal, shop)
    pattern = _pattern(journal, model)
    copies = _copies(model, count)
    with ThreadPoolExecutor(1) as sender, socket.socket(socket.AF_UNIX) as server:
        server.connect(journal.store.settings.url.removeprefix("unix://"))
        sent = sender.submit(lambda: None)
        while batch := list(itertools.islice(copies, BATCH)):
            written = b"".join(map(pattern.written, batch))
            sent.result()
            commands = pattern.commands * len(batch)
            sent = sender.submit(_send, server, written, commands)
            some.append(batch[-1])
        sent.result()
    return some


@dataclass(frozen=True)
class Pattern:
    """The bytes of one redeem's commands, and the places where redeems differ."""

    commands: int
    pieces: Sequence[str]
    slots: Sequence[Slot]
    places: Sequence[int]
    """Which slot comes after each piece but the last."""

    def written(self, copy: Copy) -> bytes:
        """Return the commands for another redeem, whose words are as long."""
        words = [slot(copy) for slot in self.slots]
        mixed = [words[place] for place in self.places]
        parts = zip(self.pieces, mixed, strict=False)
        text = "".join(itertools.chain.from_iterable(parts))
        return (text + self.pieces[-1]).encode()


def _pattern(journal: Journal, model: Redeem) -> Pattern:
    copy = Copy(
        site=model.site,
        redeem_id=model.redeem_id,
        customer_id=model.customer_id,
        store_id=model.store_id,
        item_ids=[line.item_id for line in model.lines],
        created_at=model.created_at,
        settled_at=model.settled_at,
        receipt=MODEL_RECEIPT,
    )
    slots = _slots(journal.keys)
    words = [slot(copy) for slot in slots]
    commands = _noted(journal, model)
    # A long word first: a key holds an id, which is a word of its own elsewhere.
    longest_first = sorted(words, key=len, reverse=True)
    choice = "(" + "|".join(map(re.escape, longest_first)) + ")"
    parts = re.split(choice, "".join(map(_packed, commands)))
    places = [words.index(word) for word in parts[1::2]]
    return Pattern(len(commands), parts[::2], slots, places)


def _slots(keys: Keys) -> list[Slot]:
    """Return what differs from redeem to redeem: as long in each of them."""
    return [
        lambda copy: copy.redeem_id,
        lambda copy: copy.customer_id,
        lambda copy: copy.item_ids[0],
        lambda copy: copy.item_ids[1],
        lambda copy: f"{copy.created_at:.3f}",
        lambda copy: f"{copy.settled_at:.3f}",
        lambda copy: f'"store_id":"{copy.store_id}"',
        lambda copy: keys.day(copy.created_at),
        lambda copy: keys.customer(copy.site, copy.customer_id),
        lambda copy: f'"{copy.receipt}"',
        lambda copy: keys.receipts(copy.site, _number(copy), copy.created_at),
        lambda copy: f"{digest(copy.site, _number(copy))} {copy.redeem_id[:DIGITS]}",
        lambda copy: keys.ended(copy.site, "redeemed", copy.created_at),
        lambda copy: f"{copy.redeem_id} {copy.store_id}",
        lambda copy: keys.store(copy.site, copy.store_id, copy.created_at),
        lambda copy: keys.ids(copy.redeem_id, copy.created_at),
        lambda copy: keys.items(copy.site, copy.item_ids[0], copy.created_at),
        lambda copy: keys.items(copy.site, copy.item_ids[1], copy.created_at),
    ]


def _number(copy: Copy) -> str:
    return spelled(copy.receipt)


def _settled(journal: Journal, shop: Shop) -> Redeem:
    """Redeem once for real; return what the journal has of it, with its events."""
    customer, items = str(uuid.uuid4()), [str(uuid.uuid4()) for _ in range(2)]
    model = journal.load(shop.redeem(customer, items).redeem_id)
    assert model is not None
    began = math.floor(model.created_at) + 0.125
    model.news = journal.events(model)
    for event in model.news:
        event.at += began - model.created_at
    journal.store.client.flushall()
    return replace(
        model, store_id="100", created_at=began, settled_at=began + 0.021, version=0
    )


def _noted(journal: Journal, model: Redeem) -> Sequence[Sequence[Any]]:
    """Return what the journal writes for a new redeem that is settled at once."""
    notes: Any = Notes(journal.store.settings)
    again = replace(model, news=list(model.news))
    scribe = Journal(notes, RedeemSettings())
    # A redeem that is settled at once: what its last save would list, besides.
    notes.run(*scribe.receipts.listing(again), *scribe.endings.listing(again))
    scribe.create(again, [], "0c6c8adc")
    scribe.forget(again.redeem_id)
    # A script without keys reserves nothing, and its answer is not a number.
    return [words for words in notes.commands if words[0] != "EVAL" or words[2]]


def _copies(model: Redeem, count: int) -> Iterator[Copy]:
    """Yield redeems over all days and stores, several for each customer."""
    chance = random.Random(1)
    draw = chance.getrandbits
    customers = [_id_of(draw(128)) for _ in range(count // REDEEMS_OF_A_CUSTOMER)]
    for number in range(count):
        days = DAYS * (count - 1 - number) / count
        began = math.floor(model.created_at - days * 86_400)
        yield Copy(
            site=model.site,
            redeem_id=f"{draw(128):032X}",
            customer_id=customers[draw(64) % len(customers)],
            store_id=str(100 + number % STORES),
            item_ids=[_id_of(draw(128)), _id_of(draw(128))],
            created_at=began + (100 + number % 800) / 1000,
            settled_at=began + 0.999,
            receipt=f"S{number:06}",
        )


def _id_of(number: int) -> str:
    """Return an id as CRMs make them."""
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _packed(command: Sequence[Any]) -> str:
    """Return a command as it goes over the wire (RESP)."""
    words = [str(word) for word in command]
    parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
    return f"*{len(words)}\r\n" + "".join(parts)


def _send(server: socket.socket, commands: bytes, answers: int) -> None:
    """Send commands and wait for their answers, each of which is a number."""
    server.sendall(commands)
    while answers > 0:
        got = server.recv(1 << 16)
        assert b"-" not in got, got
        answers -= got.count(b"\r\n")

"""A card by a file that describes the CRM, beside the mapping that is Python."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

from bench.card import JOHN, demo_paths
from bench.figures import Chapter, Figure, at_most, middle, plain
from bench.programs import stub
from bridge.config.schema import read
from bridge.deadline import Deadline
from bridge.mapping import Mapping, NoOptions
from bridge.model import Context
from bridge.spi.schemas import answer_customer
from bridge.upstream import Gateway, UpstreamSettings
from mappings import demo, rest

ROUNDS = 9
CARDS = 60

FILE = Path(__file__).parents[1] / "docs" / "integrators" / "rest" / "demo.yaml"

CONTEXT = Context(site="bench")


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure the processor time of the same card, by turns, over a real connection."""
    options = read(rest.Options, {"file": str(FILE)}, "")
    both: dict[str, tuple[type[Mapping], Any]] = {
        "Python": (demo.Mapping, NoOptions()),
        "a file": (rest.Mapping.made_from(options), options),
    }
    took: dict[str, list[float]] = {name: [] for name in both}
    with stub(directory, demo_paths(), milliseconds=0) as crm:
        gateway = Gateway("bench", UpstreamSettings(crm.url))
        for _ in range(ROUNDS):
            for name, (kind, given) in both.items():
                began = process_time()
                for _ in range(CARDS):
                    _card(gateway, kind, given)
                took[name].append((process_time() - began) / CARDS * 1000)
        gateway.close()
    yield Chapter("A card by a file", list(_figures(took)))


def _card(gateway: Gateway, kind: type[Mapping], options: Any) -> None:
    upstream = gateway.at(Deadline(8), CONTEXT)
    card = kind(options, upstream, CONTEXT).get(JOHN)
    answer_customer(card, "SE", lambda *_: None)


def _figures(took: dict[str, list[float]]) -> Iterator[Figure]:
    python, file = middle(took["Python"]), middle(took["a file"])
    yield plain("card by Python, processor time", python, "ms", 2)
    yield plain("card by a file, processor time", file, "ms", 2)
    yield at_most("a file against Python", file / python, 1.3, "times", 2)

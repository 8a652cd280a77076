"""What was said can be said in any language after it has been in Redis."""

from __future__ import annotations

from bridge.errors import Situation
from bridge.language import reader
from bridge.model import Context
from bridge.redeem import Redeem
from bridge.redeem.journal.codec import dump_event, load_event
from bridge.redeem.record import Event


def test_a_situation_within_a_situation_stays_one() -> None:
    redeem = Redeem.begin(Context(site="shop"), "c1", [], 1000.0)
    refused = "Can't redeem: the {thing} is already redeemed."
    text = Situation(refused, thing=Situation("bonus check"))
    read = load_event(redeem, dump_event(redeem, Event(1000.0, "refused", text=text)))
    swedish = reader("sv")
    assert read.text == text
    assert "bonuscheck" in swedish.say(read.text) == swedish.say(text)


def test_what_somebody_typed_stays_as_it_is() -> None:
    redeem = Redeem.begin(Context(site="shop"), "c1", [], 1000.0)
    text = Situation("{who} found: {what}", who="spent", what=7)
    read = load_event(redeem, dump_event(redeem, Event(1000.0, "closed", text=text)))
    assert type(read.text.named["who"]) is str
    assert read.text.named == {"who": "spent", "what": 7}

"""Says what a card has of the bridge's own words in the language of the till."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bridge.language import Reader, Situation, reader
from bridge.model import Customer, CustomerSection, CustomerStatus


def spoken(answer: Any, language: str) -> Any:
    """Return a customer, or some, in a language; whatever else is answered as it is.

    What the CRM itself says stays as the CRM says it.
    """
    if isinstance(answer, list):
        return [spoken(one, language) for one in answer]
    if not isinstance(answer, Customer):
        return answer
    status, sections, reads = answer.status, answer.sections, reader(language)
    if isinstance(status, CustomerStatus) and isinstance(status.text, Situation):
        answer = replace(answer, status=replace(status, text=reads.say(status.text)))
    if isinstance(sections, list):
        answer = replace(answer, sections=[_section(one, reads) for one in sections])
    return answer


def _section(section: Any, reads: Reader) -> Any:
    if not isinstance(section, CustomerSection) or not isinstance(section.values, list):
        return section
    return _said(
        replace(section, values=[_said(o, reads) for o in section.values]), reads
    )


def _said(thing: Any, reads: Reader) -> Any:
    texts = {name: getattr(thing, name, None) for name in ("title", "text")}
    ours = {n: reads.say(t) for n, t in texts.items() if isinstance(t, Situation)}
    return replace(thing, **ours) if ours else thing

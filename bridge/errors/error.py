"""What every error of the bridge is: a text for a cashier, a detail for support."""

from __future__ import annotations

from typing import Any

from bridge.language import Situation


class BridgeError(Exception):
    """Something went wrong. Try again; if it goes on, call support."""

    status = 500
    """The HTTP status, and the ``statuscode``, of the SPI's error answer."""

    what: str = "mistake"
    """What happened, in the journal's words: one for each thing that is different."""

    detail: str | Situation = ""
    """What it was exactly, in one sentence for support; "" where the text says it."""

    speaks: bool = False
    """Whether the class's own text says it better than the operation could: that of a
    mapping's own kind of error does."""

    def __init_subclass__(cls) -> None:
        """Inherit no detail: it would say less than the class's own text."""
        cls.detail = cls.__dict__.get("detail", "")
        ours = cls.__module__.startswith("bridge.")
        cls.speaks = bool(cls.__dict__.get("__doc__")) and not ours

    def __init__(
        self,
        errortext: str = "",
        *,
        detail: str = "",
        retry_after: float | None = None,
        **named: Any,
    ) -> None:
        """``named`` fills the text's ``{placeholders}``; catalogues know it without.

        ``retry_after`` is in seconds, and only a hint for whoever asks again.
        """
        own = own_text(type(self))
        self.said = Situation(errortext or (own if self.speaks else ""), **named)
        """The text that a mapping or whoever raised it gave; "" where nobody did."""
        self.errortext = Situation(errortext or own, **named)
        if detail or errortext:  # whoever gives a text says it better than the class
            self.detail = Situation(detail)
        self.retry_after = retry_after
        super().__init__(self.for_support)

    @property
    def for_support(self) -> str:
        """What happened, for whoever has to mend it."""
        return self.detail or self.errortext

    @property
    def why(self) -> str:
        """What is known beyond what the class says by itself; "" for nothing."""
        return self.detail or self.said


def own_text(kind: type[BridgeError]) -> str:
    """Return what an error of this class says where nobody says it better."""
    return (kind.__doc__ or "").partition("\n")[0]

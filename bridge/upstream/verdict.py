"""What one try came to: an answer, an error, or an error worth another try.

===================================  ======================  =========================
What happened                        reading                 writing
===================================  ======================  =========================
no connection                        retry                   retry: nothing was sent
429, or 503 with Retry-After, and    retry after it          retry after it, only where
time left                                                    certain that nothing
                                                             happened (429, unless the
                                                             CRM's signals say other)
sent, then timeout or reset; 5xx;    retry                   ``OutcomeUnknown``
408
2xx that cannot be parsed            ``Unavailable``         ``OutcomeUnknown``
2xx with a fault in it               ``Unavailable``         ``OutcomeUnknown``
401, 403                             ``AccessRefused``       ``AccessRefused``
404                                  ``Missing``             ``Missing``
404 with a page that is not JSON     ``Elsewhere``           ``Elsewhere``
other 4xx                            ``Refused``             ``Refused``
307, 308                             ``Elsewhere``           ``Elsewhere``
other 3xx (never followed)           ``Elsewhere``           ``OutcomeUnknown``
no time left before sending          ``Unavailable``         ``Unavailable``
===================================  ======================  =========================

Retries end in ``Unavailable``, after a throttled answer in ``Throttled``.  A page with
a 404 comes from a proxy that does not find the CRM, and "there is no such redeem" would
mean "nothing is spent"; a mapping can explain that its CRM talks like this.  A 302 or
303 may be how a CRM answers a POST that it has carried out (RFC 9110, 15.4).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bridge.errors import (
    AccessRefused,
    BridgeError,
    Elsewhere,
    Missing,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
)
from bridge.upstream.answer import Answer, Signals
from bridge.upstream.body import faults, parsed, says
from bridge.upstream.hints import seconds_to_wait
from bridge.upstream.transport import CERTIFICATE, NO_TIME, NoAnswer, NotSent, Raw

log = logging.getLogger(__name__)

Explain = Callable[[Answer], BridgeError | None]

UNTRUSTED = "The CRM's certificate is not trusted: the set-up needs a look."
UNREADABLE = "The CRM's answer cannot be read."

NOT_JSON = "not JSON"


class Again(Exception):
    """Another try may end better; if there is none, ``error`` is the result."""

    def __init__(self, error: BridgeError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait
        """Seconds that the CRM asks for."""


def failed(failure: NoAnswer, *, reads: bool) -> Exception:
    """Return what is to be raised where there was no answer at all."""
    if failure.reason == NO_TIME:
        return Unavailable()
    if failure.reason == CERTIFICATE:
        return Unavailable(UNTRUSTED)
    if isinstance(failure, NotSent) or reads:
        return Again(Unavailable())
    return OutcomeUnknown()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one request's answers: what they mean for a read or for a write."""

    reads: bool
    signals: Signals
    explain: Explain | None

    def answered(self, raw: Raw) -> Answer:
        """Return a success, or raise what the answer means."""
        body, fault = None, raw.fault
        try:
            body = parsed(raw.body) if raw.body else None
        except ValueError:
            fault = NOT_JSON
        answer = Answer(raw.status, raw.headers, body)
        if not 200 <= raw.status < 300:
            raise self._refusal(answer, body, page=fault == NOT_JSON)
        if fault:
            raise self._unreadable(fault)
        found = faults(body, self.signals)
        if found:
            raise self._refusal(answer, found)
        return answer

    def _unreadable(self, fault: str) -> Exception:
        log.warning("the CRM's answer cannot be read", extra={"why": fault})
        if not self.reads:
            return OutcomeUnknown()
        error = Unavailable(UNREADABLE)
        return Again(error) if fault == "cut off" else error

    def _refusal(
        self, answer: Answer, said: object, *, page: bool = False
    ) -> Exception:
        """Return what a failure means; its codes stand somewhere in ``said``."""
        status, wait = answer.status, seconds_to_wait(answer.headers, self.signals)
        named = self._named(answer)
        declared = self._is_throttled(status, said)
        throttled = declared or status == 429 or (status == 503 and wait is not None)
        if throttled and (self.reads or declared or self._is_untouched(status)):
            kind = Unavailable if status == 503 else Throttled
            return Again(named or kind(retry_after=wait), wait)
        return named or self._by_status(status, page=page)

    def _by_status(self, status: int, *, page: bool) -> Exception:
        if page and status == 404:
            return Elsewhere()
        if 400 <= status < 500 and status not in NO_ANSWER:
            return CLIENT_ERRORS.get(status, Refused)()
        if self._is_untouched(status):
            return Again(Unavailable())
        if 300 <= status < 400 and (self.reads or status in UNCHANGED):
            return Elsewhere()
        if not self.reads:
            return OutcomeUnknown()
        return Again(Unavailable()) if status >= 400 else Unavailable(UNREADABLE)

    def _is_untouched(self, status: int) -> bool:
        return status in self.signals.unprocessed

    def _is_throttled(self, status: int, said: object) -> bool:
        return any(
            status == one and says(said, text) for one, text in self.signals.throttled
        )

    def _named(self, answer: Answer) -> BridgeError | None:
        if self.explain is None:
            return None
        try:
            return self.explain(answer)
        except Exception as error:
            # What comes with a failure may be anything; the status is there anyway.
            log.warning(
                "the mapping could not explain a refusal",
                extra={"status": answer.status, "why": type(error).__name__},
            )
            return None


CLIENT_ERRORS = {401: AccessRefused, 403: AccessRefused, 404: Missing}

NO_ANSWER = frozenset({408, 429})
"""Of the 4xx, those that do not say what became of a write."""

UNCHANGED = frozenset({307, 308})

"""What one try came to: an answer, an error, or an error worth another try.

===================================  ======================  =========================
What happened                        reading                 writing
===================================  ======================  =========================
no connection                        retry                   retry: nothing was sent
429, or 503 with Retry-After, and    retry after it          retry after it, only where
time left                                                    certain that nothing
                                                             happened (429, unless the
                                                             CRM's signals say other)
sent, then timeout or reset          retry                   ``OutcomeUnknown``
5xx; 408                             retry                   ``NoVerdict``
2xx that cannot be parsed            ``Failing``             ``NoVerdict``
2xx with a fault in it               ``Failing``             ``NoVerdict``
401, 403                             ``AccessRefused``       ``AccessRefused``
407; any other 4xx with a page that  ``Elsewhere``           ``Elsewhere``
is not JSON
404, 410                             ``Missing``             ``Missing``
other 4xx                            ``Refused``             ``Refused``
301, 307, 308; 302 to another        ``Elsewhere``           ``Elsewhere``
server
other 3xx (never followed)           ``Elsewhere``           ``NoVerdict``
no time left before sending          ``NotAsked``            ``NotAsked``
===================================  ======================  =========================

Retries end in what the last try came to: ``Unavailable`` without a connection,
``Silent`` without an answer, ``Failing`` after an error of the CRM's own, ``Throttled``
or ``Busy`` after a throttled answer.

A page that comes with a refusal is not in the CRM's own language: a proxy does not find
the CRM, or lets the request not pass.  Taken for the CRM's, "there is no such redeem"
would mean "nothing is spent", and "too large" that a voucher is refused for good; a
mapping can explain that its CRM talks like this.  A 303, or a 302 to another page of
the same server, may be how a CRM answers a POST that it has carried out (RFC 9110,
15.4).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bridge.errors import (
    AccessRefused,
    BridgeError,
    Busy,
    Elsewhere,
    Failing,
    Missing,
    NotAsked,
    NoVerdict,
    OutcomeUnknown,
    Refused,
    Silent,
    Throttled,
    Unavailable,
    Untrusted,
)
from bridge.language import Situation, _
from bridge.upstream.answer import Answer, Signals
from bridge.upstream.policy.hints import seconds_to_wait
from bridge.upstream.policy.redirect import leaves, moved
from bridge.upstream.wire.body import faults, parsed, says
from bridge.upstream.wire.transport import (
    CERTIFICATE,
    NO_TIME,
    PROXY,
    TIMEOUT,
    NoAnswer,
    NotSent,
    Raw,
)

log = logging.getLogger(__name__)

Explain = Callable[[Answer], BridgeError | None]

UNREADABLE = _("The CRM's answer cannot be read.")
NOT_THE_CRM = _("Not the CRM answered but a proxy before it: the set-up needs a look.")
PROXY_REFUSES = _("The proxy on the way to the CRM refuses: the set-up needs a look.")

NO_TIME_LEFT = _("The CRM was not asked: no time was left.")
SILENT = _("The CRM did not answer in time.")
BROKEN_OFF = _("The connection to the CRM broke before it had answered.")
ANSWERED = _("The CRM answered with an error: HTTP {status}.")
FAULTY = _("The CRM's answer has an error in it.")

REDIRECTED = _(
    "The CRM answered with a redirect: its address needs a look, and it is not known "
    "whether it did it."
)

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
        return NotAsked(detail=NO_TIME_LEFT)
    if failure.reason == CERTIFICATE:
        return Untrusted(reason=failure.detail)
    if failure.reason == PROXY:
        return Elsewhere(detail=PROXY_REFUSES)
    if isinstance(failure, NotSent):
        return Again(Unavailable())
    detail = SILENT if failure.reason == TIMEOUT else BROKEN_OFF
    return Again(Silent(detail=detail)) if reads else OutcomeUnknown(detail=detail)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one request's answers: what they mean for a read or for a write."""

    reads: bool
    signals: Signals
    explain: Explain | None
    url: str = ""

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
            return NoVerdict(detail=UNREADABLE)
        error = Failing(detail=UNREADABLE)
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
            kind = Busy if status == 503 else Throttled
            return Again(named or kind(retry_after=wait), wait)
        if named is None and 300 <= status < 400:
            return self._redirected(status, answer.headers.get("Location", ""))
        return named or self._by_status(status, page=page)

    def _redirected(self, status: int, location: str) -> Exception:
        left = status == FOUND and bool(location) and leaves(self.url, location)
        if self.reads or left or status in UNCHANGED:
            return Elsewhere(moved=moved(self.url, location) if location else "")
        return NoVerdict(detail=REDIRECTED)

    def _by_status(self, status: int, *, page: bool) -> Exception:
        if status == PROXY_AUTHENTICATION:
            return Elsewhere(detail=PROXY_REFUSES)
        if page and CLIENT_ERRORS.get(status) is Missing:
            return Elsewhere()
        if page and 400 <= status < 500 and status not in NO_PAGE:
            return Elsewhere(detail=NOT_THE_CRM)
        said = Situation(ANSWERED, status=status) if status >= 400 else FAULTY
        if 400 <= status < 500 and status not in NO_ANSWER:
            known = CLIENT_ERRORS.get(status)
            return known() if known else Refused(detail=said)
        if self._is_untouched(status):
            return Again(Failing(detail=said))
        if not self.reads:
            return NoVerdict(detail=said)
        return Again(Failing(detail=said)) if status >= 400 else Failing(detail=said)

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


CLIENT_ERRORS = {
    **{401: AccessRefused, 403: AccessRefused},
    **{404: Missing, 410: Missing},
}

NO_ANSWER = frozenset({408, 429})
"""Of the 4xx, those that do not say what became of a write."""

NO_PAGE = NO_ANSWER | {401, 403}
"""Of the 4xx, those that mean the same whoever says them."""

PROXY_AUTHENTICATION = 407
"""Only a proxy may say this (RFC 9110, 15.5.8)."""

UNCHANGED = frozenset({301, 307, 308})
"""Redirects that ask for the request to be sent again somewhere else."""

FOUND = 302

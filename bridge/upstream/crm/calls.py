"""The CRM as one request of the POS sees it: what a mapping talks through."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from bridge import traces
from bridge.deadline import Deadline
from bridge.errors import UpstreamError
from bridge.log import request_id
from bridge.metrics import UNREAD_PARTS
from bridge.model import Context
from bridge.upstream.answer import Answer
from bridge.upstream.crm.dispensable import Dispensable, is_needed, soonest
from bridge.upstream.crm.memory import Memory
from bridge.upstream.request import (
    READING,
    Query,
    Request,
    as_json,
    header_value,
    link_path,
    whole_url,
)
from bridge.upstream.settings import UpstreamSettings

if TYPE_CHECKING:
    # A mapping names this class, and is read where nothing is asked: without HTTP.
    from bridge.upstream.policy.exchange import Exchange
    from bridge.upstream.policy.verdict import Explain

log = logging.getLogger(__name__)

T = TypeVar("T")

Headers = Mapping[str, str]


class Upstream:
    """A CRM, bounded by one request's deadline.

    Every call returns a success, or raises an ``UpstreamError`` that says whether the
    CRM may have changed: the table stands in ``bridge.upstream.policy.verdict``.
    """

    def __init__(
        self,
        exchange: Exchange,
        side_by_side: Callable[[Sequence[Callable[[], Any]], Deadline], list[Any]],
        settings: UpstreamSettings,
        deadline: Deadline,
        context: Context,
        memory: Memory,
        explain: Explain | None = None,
    ) -> None:
        self.deadline = deadline
        self.context = context
        self.explain = explain
        self.changed = False
        """Whether anything has been written: a call that is no read has succeeded."""
        self._exchange = exchange
        self._memory = memory
        self._side_by_side = side_by_side
        self._settings = settings

    def get(
        self, path: str, *, query: Query | None = None, headers: Headers | None = None
    ) -> Any:
        """Read; return the parsed JSON, ``None`` where the answer is empty."""
        return self.call("GET", path, query=query, headers=headers).body

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        query: Query | None = None,
        headers: Headers | None = None,
        reads: bool = False,
        label: str = "",
    ) -> Any:
        """Send ``json``; ``reads`` is for a POST that changes nothing: a search.

        ``label`` is for the log, see ``call``.
        """
        return self.call(
            "POST",
            path,
            query=query,
            json=json,
            headers=headers,
            reads=reads,
            label=label,
        ).body

    def put(
        self,
        path: str,
        *,
        json: Any = None,
        query: Query | None = None,
        headers: Headers | None = None,
        reads: bool = False,
    ) -> Any:
        """Replace; never repeated where the CRM may have seen it (see ``post``)."""
        return self.call(
            "PUT", path, query=query, json=json, headers=headers, reads=reads
        ).body

    def patch(
        self,
        path: str,
        *,
        json: Any = None,
        query: Query | None = None,
        headers: Headers | None = None,
        reads: bool = False,
    ) -> Any:
        """Change in part; never repeated where the CRM may have seen it."""
        return self.call(
            "PATCH", path, query=query, json=json, headers=headers, reads=reads
        ).body

    def delete(
        self,
        path: str,
        *,
        query: Query | None = None,
        headers: Headers | None = None,
        json: Any = None,
    ) -> Any:
        """Remove; never repeated where the CRM may have seen it."""
        return self.call("DELETE", path, query=query, json=json, headers=headers).body

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        json: Any = None,
        headers: Headers | None = None,
        reads: bool | None = None,
        label: str = "",
    ) -> Answer:
        """Make any request, for who needs the status and headers of the success.

        ``path`` is below the site's ``url``, its values quoted with ``quote``.
        ``reads`` says that it changes nothing: by default so for a GET.  ``label`` is
        what the log calls it where one address is for everything: a name from the code
        (``res.partner search_read``), never a value.
        """
        body = None if json is None else as_json(json)
        request = Request(
            method,
            whole_url(self._settings.url, path, query),
            self._headers(headers, body),
            body,
            method in READING if reads is None else reads,
            soonest(self.deadline),
            label,
            self.deadline,
            is_needed(self._exchange),
        )
        answer = self._exchange.answer(request, self.explain)
        self.changed = self.changed or not request.reads
        return answer

    def pages(
        self,
        path: str,
        *,
        query: Query | None = None,
        json: Mapping[str, Any] | None = None,
        headers: Headers | None = None,
        following: Callable[[Answer], Mapping[str, Any] | str | None],
    ) -> Iterator[Any]:
        """Read a list page by page; yield each page's body.

        With ``json`` each page is a POST that only reads.  ``following`` says where the
        next page is: members that replace those of the last query, or of ``json`` where
        there is one; a path or address; or ``None`` at the end.  A list of more pages
        than the site's ``page_limit`` ends there, with a line in the log.
        """
        method = "GET" if json is None else "POST"
        for _ in range(self._settings.page_limit):
            answer = self.call(
                method, path, query=query, json=json, headers=headers, reads=True
            )
            yield answer.body
            following_page = following(answer)
            if following_page is None:
                return
            if isinstance(following_page, str):
                path, query = link_path(self._settings.url, following_page), None
            elif json is None:
                query = {**dict(query or {}), **following_page}
            else:
                json = {**json, **following_page}
        log.warning(
            "a list had more pages than are read",
            extra={"site": self.context.site, "pages": self._settings.page_limit},
        )

    def together(self, *reads: Callable[[], T]) -> list[T]:
        """Make independent reads side by side; return what they return, in order.

        The first that fails ends it: its error is raised and the rest are abandoned.
        """
        return self._side_by_side(reads, soonest(self.deadline))

    def optional(self, read: Callable[[], T], what: str) -> Callable[[], T | None]:
        """Wrap a read whose failure must not fail the rest: it then gives ``None``.

        In ``together``, it does so too when it takes more than ``optional_seconds``,
        and how it fails says nothing about the CRM as a whole.  ``what`` is a name from
        the code (a metric's label), never a value.
        """

        def missed(error: UpstreamError) -> None:
            site, why = self.context.site, type(error).__name__
            UNREAD_PARTS.labels(site, what).inc()
            log.warning(
                "an optional part could not be read",
                extra={"site": site, "what": what, "why": why},
            )

        return Dispensable(read, missed, self._exchange)

    def keep(self, name: str, read: Callable[[], T], *, seconds: float) -> T:
        """Return what ``read`` returned lately, also for another request.

        For a login, or what hardly ever changes; never for what can be spent, nor for
        anything about a person.  ``name`` is a name from the code.
        """
        return self._memory.keep(name, read, seconds, soonest(self.deadline))

    def forget(self, name: str, value: Any) -> None:
        """Say that what was kept is no good any more: the next need reads it anew."""
        self._memory.forget(name, value)

    def _headers(self, own: Headers | None, body: bytes | None) -> Headers:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "sitoo-crm-bridge",
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        said = self.context.request_id or request_id.get()
        if said and self._settings.request_id_header:
            headers[self._settings.request_id_header] = said
        trace = traces.under_way.get().traceparent or self.context.traceparent
        if trace:
            headers["traceparent"] = trace
        if own:
            headers.update((name, header_value(own[name])) for name in own)
        return headers

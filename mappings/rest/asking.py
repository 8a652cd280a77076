"""Requests, compiled once and sent one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn, TypeVar

from bridge.errors import Failing, Misread, NotDone, NotFound, NoVerdict
from bridge.mapping import Answer, Upstream
from mappings.rest import templates
from mappings.rest.description.parts import Request, Step
from mappings.rest.expressions import ODD
from mappings.rest.paging import Following, Paging
from mappings.rest.problems import Place
from mappings.rest.refusals import Conditions

T = TypeVar("T")

MOST_BEFORE = 5


class Conversation:
    """What is asked of the CRM for one verb, and whether it may have changed by it."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.wrote = False

    def send(self, step: Sent, scope: Mapping[str, Any]) -> Answer:
        """Send one request.

        Where an earlier one has changed something, a refusal no longer says that
        nothing is done.
        """
        before = self.wrote
        ready = self._ready(step, scope)
        self.wrote = before or not step.reads
        try:
            answer = self.upstream.call(step.method, **ready)
            self.understood(lambda: step.refused(answer.body))
            return answer
        except NotDone as error:
            self.wrote = before
            if before:
                raise NoVerdict from error
            raise

    def _ready(self, step: Sent, scope: Mapping[str, Any]) -> dict[str, Any]:
        """Fill a request in; what an earlier answer does not give for it is odd."""
        try:
            return self.understood(lambda: step.ready(scope))
        except NotFound as error:
            if self.wrote:
                raise NoVerdict from error
            raise

    def understood(self, read: Callable[[], T]) -> T:
        """Take an answer apart; what breaks over it is an odd answer."""
        try:
            return read()
        except ODD as error:
            self.odd(error)

    def odd(self, error: Exception) -> NoReturn:
        """Raise what an odd answer means: it depends on what has been sent."""
        if self.wrote:
            raise Misread from error
        raise Failing from error


class Sent:
    """One request with its places."""

    def __init__(self, said: Step, place: Place) -> None:
        self.method: str = "POST" if said.graphql else said.method
        self.reads = said.reads or self.method == "GET"
        self._path = templates.path(said.path, place / "path")
        self._query = templates.query(said.query, place / "query")
        self._headers = templates.headers(said.headers, place / "headers")
        self._body = _body(said, place)
        self.refused = Conditions(said.refused, place / "refused")

    def ready(self, scope: Mapping[str, Any]) -> dict[str, Any]:
        """Return the request, filled in."""
        return {
            "path": self._path(scope),
            "query": self._query(scope) or None,
            "headers": self._headers(scope) or None,
            "json": self._body(scope) if self._body else None,
            "reads": self.reads,
        }


class Asked:
    """A request with those that come before it."""

    def __init__(self, said: Request, place: Place, paging: Paging | None = None):
        if len(said.before) > MOST_BEFORE:
            (place / "before").wrong(f"has more than {MOST_BEFORE} requests")
        self._before = []
        for at, one in enumerate(said.before):
            here = (place / "before")[at]
            self._before.append((one.name, Sent(one, here)))
            # What one step has answered, the next ones may use.
            place = place.having("steps")
        self._last = Sent(said, place)
        self._paging = paging
        if paging:
            _check_pages(said, self._last, place)
        self._in = "variables" if said.graphql else ""
        if paging and said.refused:
            (place / "refused").wrong("is not for a list with pages")

    @property
    def reads(self) -> bool:
        """Whether nothing is changed by it, nor by what comes before."""
        return self._last.reads and all(step.reads for _, step in self._before)

    def ask(self, talk: Conversation, scope: Mapping[str, Any]) -> Any:
        """Send all; return the JSON of the last answer."""
        return talk.send(self._last, self._prepared(talk, scope)).body

    def pages(self, talk: Conversation, scope: Mapping[str, Any]) -> Iterator[Any]:
        """Send all, the last again for each page; yield each page's JSON."""
        if self._paging is None:
            yield self.ask(talk, scope)
            return
        ready = self._last.ready(self._prepared(talk, scope))
        yield from talk.upstream.pages(
            ready["path"],
            query=dict(ready["query"] or ()),
            json=ready["json"],
            headers=ready["headers"],
            following=self._following(self._paging.following(talk), ready["json"]),
        )

    def _following(self, following: Following, body: Any) -> Following:
        """Put what finds the next page where it belongs: in a document's variables."""
        if not self._in:
            return following

        def inner(answer: Answer) -> Mapping[str, Any] | str | None:
            found = following(answer)
            if found is None or isinstance(found, str):
                return found
            return {self._in: {**body[self._in], **found}}

        return inner

    def _prepared(self, talk: Conversation, scope: Mapping[str, Any]) -> Any:
        if not self._before:
            return scope
        steps: dict[str, Any] = {}
        scope = {**scope, "steps": steps}
        for name, step in self._before:
            steps[name] = talk.send(step, scope).body
        return scope


def _check_pages(said: Request, last: Sent, place: Place) -> None:
    """Keep why a request cannot have pages."""
    if last.method not in ("GET", "POST"):
        (place / "next").wrong("only a GET or a POST has pages")
    elif not last.reads:
        (place / "reads").wrong("must be true of a POST that has pages")
    elif last.method == "POST" and not (said.graphql or isinstance(said.body, dict)):
        (place / "body").wrong("must be a section, as it has pages")


def _body(said: Step, place: Place) -> templates.Fill | None:
    if not said.graphql:
        if said.variables:
            (place / "variables").wrong("is for graphql only")
        if said.body is not None and said.method == "GET":
            (place / "body").wrong("a GET has none")
        return None if said.body is None else templates.value(said.body, place / "body")
    if said.body is not None:
        (place / "body").wrong("is the document's and its variables', with graphql")
    document, variables = (
        str(said.graphql),
        templates.value(said.variables, place / "variables"),
    )
    return lambda scope: {"query": document, "variables": variables(scope)}

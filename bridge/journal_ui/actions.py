"""What one can do to a redeem, each time with a second look and a reason.

``bridge.redeem.desk.people`` does it; here are the forms.  A form carries the version
of the redeem that its maker has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.deadline import Deadline
from bridge.errors import BridgeError, Invalid, JournalError, NotFound
from bridge.journal_ui.desk import blueprint, desk, page, reads, visitor
from bridge.journal_ui.door.access import needs_operator
from bridge.journal_ui.pages import loaded, redeem_page
from bridge.language import _
from bridge.redeem import Redeem
from bridge.redeem.desk.asked import Found
from bridge.redeem.desk.looking import Seen
from bridge.redeem.desk.people import NOT_ALL_SAID, Changed, Contradicted
from bridge.redeem.desk.reasons import REASON_LENGTH


@dataclass(frozen=True)
class Action:
    """How an action is explained before it is done."""

    title: str
    about: str
    button: str
    reason: bool = True
    """Whether it needs one; what only looks does not."""


ACTIONS = {
    "try": Action(
        _("Try it now"),
        _(
            "The CRM is asked about every item, and what is spent is given back. "
            "Recovery does the same by itself when it is due; this only does it "
            "earlier."
        ),
        _("Try now"),
    ),
    "undo": Action(
        _("Undo the redeem"),
        _(
            "Everything is given back to the customer, as if the till had undone it. "
            "The till is not told: the receipt keeps its discount."
        ),
        _("Undo it"),
    ),
    "close": Action(
        _("Close it by hand"),
        _(
            "Look every item up in the CRM yourself, and say what you found; what the "
            "CRM answers to the bridge stands beside it. Other redeems can have the "
            "items again, and recovery never comes back to this redeem."
        ),
        _("Close it"),
    ),
    "check": Action(
        _("Compare with the CRM"),
        _(
            "The CRM is asked about every item, and its answer is written down here. "
            "Nothing else is changed."
        ),
        _("Compare"),
        reason=False,
    ),
}

FINDINGS = {
    Found.SPENT: _("Spent"),
    Found.NOT_SPENT: _("Not spent"),
    Found.UNKNOWN: _("I cannot tell"),
}

OVERTAKEN = _(
    "Somebody else was quicker: this redeem has changed since you opened it. Nothing "
    "was done. Below is how it stands now."
)
DENIED = _(
    "Nothing was done yet: the CRM says something else than you. Look again. If you "
    "are sure, say so below; both are written down."
)

PATH = "/redeems/<redeem_id>/<any(try, undo, close, check):action>"


@blueprint.get(PATH)
def confirm(redeem_id: str, action: str) -> Response:
    """Ask once more, and why."""
    needs_operator()
    return _form(redeem_id, action)


def _form(
    redeem_id: str,
    action: str,
    status: int = 200,
    problem: str = "",
    seen: Sequence[Seen] = (),
    *,
    contradicted: bool = False,
) -> Response:
    shown = loaded(redeem_id)
    if action == "close" and not seen:
        seen = desk().people.look(shown, Deadline(desk().deadline_seconds))
    return page(
        "confirm.html",
        status,
        redeem=shown,
        action=ACTIONS[action],
        name=action,
        findings=FINDINGS,
        seen=seen,
        contradicted=contradicted,
        reason_length=REASON_LENGTH,
        problem=reads().say(problem),
        typed=request.form,
    )


@blueprint.post(PATH)
def act(redeem_id: str, action: str) -> AnyResponse:
    """Do it, unless the redeem has changed since the form was made."""
    needs_operator()
    loaded(redeem_id)
    try:
        seen = _do(redeem_id, action)
    except Changed:
        return redeem_page(redeem_id, 409, trouble=OVERTAKEN)
    except Contradicted as error:
        return _form(redeem_id, action, 409, DENIED, error.seen, contradicted=True)
    except Invalid as error:
        return _form(redeem_id, action, 400, error.errortext)
    except (JournalError, NotFound):
        raise
    except BridgeError as error:
        return redeem_page(redeem_id, error.status, trouble=error.for_support)
    if seen:
        return redeem_page(redeem_id, seen=seen)
    return redirect(url_for("journal.redeem", redeem_id=redeem_id, done=action), 303)


def _do(redeem_id: str, action: str) -> Sequence[Seen]:
    who, people = visitor(), desk().people
    assert who is not None
    reason, version = request.form.get("reason", ""), _version()
    deadline = Deadline(desk().deadline_seconds)
    if action == "check":
        return people.check(redeem_id, version, who.name, deadline)
    if action == "close":
        found, despite = _found(loaded(redeem_id)), bool(request.form.get("despite"))
        people.close(
            redeem_id, version, who.name, reason, found, deadline, despite=despite
        )
        return ()
    do = people.try_now if action == "try" else people.undo
    do(redeem_id, version, who.name, reason, deadline)
    return ()


def _version() -> int:
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        raise Changed from None


def _found(redeem: Redeem) -> list[Found]:
    try:
        return [
            Found(request.form.get(f"found-{number}", ""))
            for number in range(len(redeem.lines))
        ]
    except ValueError:
        raise Invalid(NOT_ALL_SAID) from None

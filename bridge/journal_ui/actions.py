"""What one can do to a redeem, each time with a second look and a reason.

``bridge.redeem.people`` does it; here are the forms.  A form carries the version of the
redeem that its maker has seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.deadline import Deadline
from bridge.errors import BridgeError, Invalid, JournalError, NotFound
from bridge.journal_ui.access import needs_operator
from bridge.journal_ui.desk import blueprint, desk, page, visitor
from bridge.journal_ui.pages import loaded, redeem_page
from bridge.redeem import Redeem
from bridge.redeem.people import REASON_LENGTH, Changed, Found


@dataclass(frozen=True)
class Action:
    """How an action is explained before it is done."""

    title: str
    about: str
    button: str


ACTIONS = {
    "try": Action(
        "Try it now",
        "The CRM is asked about every item, and what is spent is given back. Recovery "
        "does the same by itself when it is due; this only does it earlier.",
        "Try now",
    ),
    "undo": Action(
        "Undo the redeem",
        "Everything is given back to the customer, as if the till had undone it. The "
        "till is not told: the receipt keeps its discount.",
        "Undo it",
    ),
    "close": Action(
        "Close it by hand",
        "Look every item up in the CRM first, and say what you found. Nothing is sent "
        "to the CRM, other redeems can have the items again, and recovery never comes "
        "back to this redeem.",
        "Close it",
    ),
}

FINDINGS = {
    Found.SPENT: "Spent",
    Found.NOT_SPENT: "Not spent",
    Found.UNKNOWN: "I cannot tell",
}

PATH = "/redeems/<redeem_id>/<any(try, undo, close):action>"


@blueprint.get(PATH)
def confirm(redeem_id: str, action: str) -> Response:
    """Ask once more, and why."""
    needs_operator()
    return _form(redeem_id, action)


def _form(
    redeem_id: str, action: str, status: int = 200, problem: str = ""
) -> Response:
    shown = loaded(redeem_id)
    return page(
        "confirm.html",
        status,
        redeem=shown,
        action=ACTIONS[action],
        name=action,
        findings=FINDINGS,
        reason_length=REASON_LENGTH,
        problem=problem,
        typed=request.form,
    )


@blueprint.post(PATH)
def act(redeem_id: str, action: str) -> AnyResponse:
    """Do it, unless the redeem has changed since the form was made."""
    needs_operator()
    loaded(redeem_id)
    try:
        _do(redeem_id, action)
    except Changed:
        text = "Somebody else was quicker: this redeem has changed since you opened it."
        text += " Nothing was done. Below is how it stands now."
        return redeem_page(redeem_id, 409, trouble=text)
    except Invalid as error:
        return _form(redeem_id, action, 400, error.errortext)
    except (JournalError, NotFound):
        raise
    except BridgeError as error:
        return redeem_page(redeem_id, error.status, trouble=error.errortext)
    return redirect(url_for("journal.redeem", redeem_id=redeem_id, done=action), 303)


def _do(redeem_id: str, action: str) -> None:
    who, people = visitor(), desk().people
    assert who is not None
    reason, version = request.form.get("reason", ""), _version()
    if action == "close":
        people.close(redeem_id, version, who.name, reason, _found(loaded(redeem_id)))
        return
    deadline = Deadline(desk().deadline_seconds)
    do = people.try_now if action == "try" else people.undo
    do(redeem_id, version, who.name, reason, deadline)


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
        raise Invalid("For each item, say what you found in the CRM.") from None

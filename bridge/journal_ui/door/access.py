"""Who gets to see a page: signing in and out, and what answers tell browsers."""

from __future__ import annotations

import hmac
import logging
import math
import secrets
from urllib.parse import urlsplit

from flask import Response, abort, g, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from bridge.errors import BridgeError, JournalError
from bridge.journal_ui.desk import at_site, blueprint, desk, page, reads, visitor
from bridge.journal_ui.door.doorkeeper import Crowded, TooManyTries, WrongPassword
from bridge.language import SPOKEN, Situation, _, reader
from bridge.redeem.journal.server.complaints import Unreadable

log = logging.getLogger(__name__)

FOR_ANYBODY = ("journal.sign_in", "journal.signed_in", "journal.static")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
"""No script at all, nothing from elsewhere; and an address, which may hold a customer's
id, is told to nobody."""

UNREADABLE = _(
    "The journal holds something under this id that this bridge cannot read."
)
NO_JOURNAL = _("The journal cannot be reached right now: try again in a moment.")
MISTAKE = _("Something went wrong in the bridge. Its log has more: {request_id}")
FOREIGN_FORM = _("This form was not made for your session: open the page again.")
ENDED = _("Your session has ended: sign in again.")
NO_COOKIE = _(
    "Your browser did not send the cookie back. Are cookies allowed, and does the "
    "address begin with https?"
)
NO_PAGE = _("There is no such page.")
ONLY_LOOK = _("You may look at redeems, but not act on them: your role is “read”.")


def _language() -> str:
    """Return the first language that the browser wants and the pages speak.

    ``nn-NO`` before ``en`` is Norwegian, whatever else is spelled out as it is here.
    """
    for tag, quality in request.accept_languages:
        spoken = SPOKEN.get(tag.partition("-")[0].lower())
        if spoken and quality:
            return spoken
    return "en"


@blueprint.before_request
def _let_in() -> AnyResponse | None:
    """Find out who it is; send to the sign-in who is not known."""
    g.reader = reader(_language())
    if request.endpoint in FOR_ANYBODY:
        return None
    token = request.cookies.get(_cookie("session"), "")
    g.visitor = desk().door.sessions.find(token) if token else None
    if g.visitor is None:
        return _to_sign_in(bool(token))
    if wanted := desk().door.settings.users[g.visitor.name].language:
        g.reader = reader(wanted)
    at_site(request.args.get("site", ""))
    if request.method == "POST" and not _same(request.form.get("csrf"), g.visitor.csrf):
        abort(400, FOREIGN_FORM)
    return None


def _to_sign_in(had_session: bool) -> AnyResponse:
    looks = request.method == "GET"
    if looks and request.headers.get("Sec-Fetch-Site") == "cross-site":
        # A link from elsewhere brings no SameSite=Strict cookie; a reload does.
        return page("reload.html")
    where = request.full_path.rstrip("?") if looks else None
    ended = "1" if had_session else None
    return redirect(url_for("journal.sign_in", next=where, ended=ended), 303)


@blueprint.get("/sign-in")
def sign_in() -> Response:
    """Ask for name and password."""
    ended = "ended" in request.args
    return _sign_in_page(ENDED if ended else "")


@blueprint.post("/sign-in")
def signed_in() -> AnyResponse:
    """Compare them, and go on to where somebody wanted to be."""
    form, kept = request.form, request.cookies.get(_cookie("form"))
    if not kept or not _same(form.get("csrf"), kept):
        return _sign_in_page(NO_COOKIE, 400)
    name, password = form.get("name", ""), form.get("password", "")
    try:
        token = desk().door.sign_in(name, password, request.remote_addr or "")
    except (WrongPassword, TooManyTries, Crowded) as error:
        refused = _sign_in_page(error.errortext, error.status, name)
        if error.retry_after:
            refused.headers["Retry-After"] = str(math.ceil(error.retry_after))
        return refused
    answer = redirect(_wanted(form.get("next", "")), 303)
    _set_cookie(answer, "session", token)
    return answer


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the session, for every process and every copy of its cookie."""
    who, token = visitor(), request.cookies[_cookie("session")]
    assert who is not None
    desk().door.sign_out(who.name, token)
    answer = redirect(url_for("journal.sign_in"), 303)
    answer.delete_cookie(_cookie("session"), secure=desk().door.settings.over_https)
    return answer


@blueprint.route("/<path:_rest>")
def nothing(_rest: str) -> AnyResponse:
    """Say in HTML that there is no such page."""
    abort(404, NO_PAGE)


def needs_operator() -> None:
    """Stop whoever may only look."""
    who = visitor()
    if who is None or not who.operates:
        abort(403, ONLY_LOOK)


@blueprint.errorhandler(HTTPException)
def _refused(error: HTTPException) -> Response:
    return _problem(error.description or "", error.code or 500)


def _problem(text: str, status: int) -> Response:
    return page("problem.html", status, text=reads().say(text))


@blueprint.errorhandler(BridgeError)
def _failed(error: BridgeError) -> Response:
    if isinstance(error, Unreadable):
        return _problem(UNREADABLE, error.status)
    if isinstance(error, JournalError):
        return _problem(NO_JOURNAL, error.status)
    return _problem(error.for_support, error.status)


@blueprint.errorhandler(Exception)
def _mistake(error: Exception) -> Response:
    log.error("a mistake in the journal's pages", exc_info=error)
    return _problem(Situation(MISTAKE, request_id=g.request_id), 500)


@blueprint.after_request
def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if desk().door.settings.over_https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "journal.static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _sign_in_page(said: str, status: int = 200, name: str = "") -> Response:
    # The same token for all tabs of a browser; nobody elsewhere can read or set it.
    token = request.cookies.get(_cookie("form")) or secrets.token_urlsafe(24)
    wanted = request.values.get("next", "")
    answer = page(
        "sign_in.html",
        status,
        said=reads().say(said),
        csrf=token,
        wanted=wanted,
        name=name,
    )
    _set_cookie(answer, "form", token)
    return answer


def _wanted(path: str) -> str:
    """Return a path of these pages, whatever a link to the sign-in says."""
    home = url_for("journal.redeems").rstrip("/")
    parts = urlsplit(path)
    ours = path == home or path.startswith((f"{home}/", f"{home}?"))
    plain = path.isprintable() and "\\" not in path
    return path if ours and plain and not (parts.scheme or parts.netloc) else home


def _cookie(name: str) -> str:
    """Name a cookie; __Host- lets a browser take it over HTTPS from this host only."""
    return f"{'__Host-' if desk().door.settings.over_https else ''}journal-{name}"


def _set_cookie(answer: AnyResponse, name: str, value: str) -> None:
    answer.set_cookie(
        _cookie(name),
        value,
        secure=desk().door.settings.over_https,
        httponly=True,
        samesite="Strict",
    )


def _same(one: str | None, other: str) -> bool:
    return hmac.compare_digest((one or "").encode("utf-8", "replace"), other.encode())

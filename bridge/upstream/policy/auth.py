"""How the bridge shows a CRM who it is; no mapping ever sees it."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

from bridge.deadline import Clock, Deadline
from bridge.errors import AccessRefused, Failing, Refused
from bridge.language import _
from bridge.upstream.answer import Answer
from bridge.upstream.kept import Fetched, Kept
from bridge.upstream.request import Request, header_value
from bridge.upstream.settings import (
    BasicAuth,
    HeaderAuth,
    OAuth2Auth,
    UpstreamSettings,
)
from bridge.upstream.wire.transport import Raw, Send

UNSAID_SECONDS = 600.0
"""How long a token is used whose server does not say (RFC 6749, 5.1, leaves it open).

A token that ends before is noticed: the CRM answers 401.
"""

LEEWAY_SECONDS = 60.0
"""A token is fetched anew so long before its end, or a tenth of its life before."""

NO_TOKEN = _("The CRM's token server gave no token.")


class Auth(Protocol):
    """What shows who asks."""

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return the headers to add; raises an ``UpstreamError`` if there are none."""

    def renews(self, headers: Mapping[str, str]) -> bool:
        """Whether others can be had, after the CRM answered 401 to these."""


class Fixed:
    """The same headers always."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return them."""
        return self._headers

    def renews(self, headers: Mapping[str, str]) -> bool:
        """There are no others."""
        return False


class Tokens:
    """OAuth2 client credentials: one token for all threads, renewed before its end."""

    def __init__(
        self,
        settings: OAuth2Auth,
        ask: Callable[[Request], Answer],
        clock: Clock = time.monotonic,
    ) -> None:
        """``ask`` sends a request without credentials, as a read."""
        self._settings = settings
        self._ask = ask
        self._kept: Kept[str] = Kept(clock)

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return the token; many that need a new one wait for a single request."""
        token = self._kept.get(lambda: self._fetch(deadline), deadline)
        return {"Authorization": f"Bearer {token}"}

    def renews(self, headers: Mapping[str, str]) -> bool:
        """Forget the token: there will be another."""
        self._kept.forget(headers["Authorization"].removeprefix("Bearer "))
        return True

    def _fetch(self, deadline: Deadline) -> Fetched[str]:
        try:
            body = self._ask(self._request(deadline)).body
        except Refused:
            raise AccessRefused from None
        token = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not (token.isascii() and token.isprintable()):
            raise Failing(detail=NO_TOKEN)
        life = _seconds(body.get("expires_in"))
        return Fetched(token, life - min(LEEWAY_SECONDS, life / 10), life)

    def _request(self, deadline: Deadline) -> Request:
        settings = self._settings
        secret = settings.client_secret.reveal()
        form = {"grant_type": "client_credentials", **settings.parameters}
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        if settings.scope:
            form["scope"] = settings.scope
        if settings.credentials_in == "header":
            headers |= _basic(settings.client_id, secret)
        else:
            form |= {"client_id": settings.client_id, "client_secret": secret}
        body = urlencode(form).encode()
        return Request("POST", settings.token_url, headers, body, True, deadline)


class Authorized:
    """Adds to each try what shows who asks."""

    def __init__(self, send: Send, auth: Auth) -> None:
        self._send = send
        self._auth = auth

    def send(self, request: Request) -> Raw:
        """Send one try; once more with other credentials where these are too old.

        Others need the credentials, too: they are waited for whoever asks first.
        """
        deadline = request.whole or request.deadline
        headers = self._auth.headers(deadline)
        raw = self._send(request.with_headers(headers))
        if raw.status == 401 and self._auth.renews(headers):
            # Certainly not carried out, so a write may be sent again too.
            headers = self._auth.headers(deadline)
            raw = self._send(request.with_headers(headers))
        return raw


def auth_for(
    settings: UpstreamSettings,
    ask: Callable[[Request], Answer],
    clock: Clock = time.monotonic,
) -> Auth:
    """Return what the settings say; ``ask`` is for who needs to ask a token server."""
    match settings.auth:
        case HeaderAuth(name, value):
            return Fixed({name: header_value(value.reveal())})
        case BasicAuth(user, password):
            return Fixed(_basic(user, password.reveal()))
        case OAuth2Auth():
            return Tokens(settings.auth, ask, clock)
    return Fixed({})


def _basic(user: str, password: str) -> dict[str, str]:
    pair = b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def _seconds(value: Any) -> float:
    try:
        return max(0.0, float(value))
    except (TypeError, ValueError):
        return UNSAID_SECONDS

"""What ``requests`` sends through: kept connections that keep to the deadline.

What it would do for every call (cookies, the environment's proxies and .netrc,
redirects, merging settings) is left out rather than undone: a prepared request goes
straight to the adapter.  A bare ``session.get`` spends half of its time on those.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from bridge.upstream.request import Request
from bridge.upstream.trust import trust
from bridge.upstream.wire.sockets import POOLS


class Adapter(HTTPAdapter):
    """Sends through connections that keep to the deadline."""

    def __init__(self, ca_file: str, connections: int) -> None:
        self._tls = trust(ca_file)
        self._pools: dict[str, Any] = {}
        super().__init__(pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **keywords: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._tls, **keywords)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **keywords: Any) -> Any:
        trust = {"ssl_context": self._tls, "proxy_ssl_context": self._tls}
        manager = super().proxy_manager_for(proxy, **trust, **keywords)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def send(self, request: Any, *args: Any, **how: Any) -> requests.Response:
        """Send over a kept connection, if there is one and no proxy is on the way."""
        pool = None if how.get("proxies") else self._pools.get(request.origin)
        if pool is not None:
            asked = request.method, request.target, request.body, request.headers
            if (answer := pool.kept(*asked)) is not None:
                return Received(request, answer)
        return super().send(request, *args, **how)

    def close(self) -> None:
        """Close what is kept: urllib3 itself waits until nobody has the pools."""
        for pool in list(self._pools.values()):
            pool.close()
        self._pools.clear()
        super().close()

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        pool = self._pools.get(request.origin)
        if pool is None:
            pool = super().get_connection_with_tls_context(
                request, verify, proxies=proxies, cert=cert
            )
            self._pools[request.origin] = pool
        return pool

    def build_connection_pool_key_attributes(
        self, request: Any, verify: Any, cert: Any = None
    ) -> Any:
        parts = urlsplit(request.url)
        host = {"scheme": parts.scheme, "host": parts.hostname, "port": parts.port}
        return host, {}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave it to the context, which verifies always."""

    def request_url(self, request: Any, proxies: Any) -> str:
        return super().request_url(request, proxies) if proxies else request.target

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """Wrap what came in."""
        return Received(req, resp)


class Received(requests.Response):
    """A response without the cookie jar that ``requests`` makes for each of them."""

    def __init__(self, request: Any, raw: Any) -> None:
        self.status_code = raw.status
        self.headers = raw.headers
        self.raw = raw
        self.reason = raw.reason
        self.url = request.url
        self.request = request
        self.history = []
        self._content: Any = False
        self._content_consumed = False


class Prepared(requests.PreparedRequest):
    """A request that is ready as it is."""

    origin: str
    target: str


def prepared(request: Request) -> Prepared:
    ready = Prepared()
    ready.method = request.method
    ready.url = request.url
    ready.headers = CaseInsensitiveDict(request.headers)
    ready.body = request.body
    if request.body is not None:
        ready.headers["Content-Length"] = str(len(request.body))
    scheme, _, rest = request.url.partition("://")
    host, slash, target = rest.partition("/")
    ready.origin = f"{scheme}://{host}"
    ready.target = slash + target
    return ready

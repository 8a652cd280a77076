"""Which certificates are trusted: the public authorities, and those of a file.

One verification on every version of Python.  From 3.13 on, ``ssl`` also refuses what
breaks RFC 5280 in form only, such as a private authority's certificate without an
authority key identifier; many companies' own authorities do.  Here a chain counts when
each signature, date, purpose and name in it is right, and it may end at any certificate
that is trusted, an intermediate one too.
"""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path


@cache
def trust(ca_file: str = "") -> ssl.SSLContext:
    """Return what is trusted; made once for all sites, as it takes 40 ms."""
    # Whoever reads settings needs none: only ``unusable``.
    from requests.adapters import DEFAULT_CA_BUNDLE_PATH

    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    # Debian 13's Python leaves it to OpenSSL, whose own least is older.
    least = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    context.minimum_version = least
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def unusable(ca_file: str) -> str:
    """Say why a file of certificates cannot be used; "" if it can."""
    path = Path(ca_file)
    try:
        if path.is_dir():
            return "is a directory: it must be one file with PEM certificates"
        text = path.read_bytes()
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(ca_file)
    except ssl.SSLError:
        key = b"PRIVATE KEY-----" in text and b"BEGIN CERTIFICATE" not in text
        found = "a private key" if key else "none that can be read"
        return f"must hold PEM certificates, and there is {found}"
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or 'no such path'}"
    return ""

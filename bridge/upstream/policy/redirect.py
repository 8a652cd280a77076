"""Where a redirect leads, as far as that says what became of a request.

Redirects are never followed.  Knows nothing of errors.
"""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urljoin, urlsplit


def leaves(url: str, location: str) -> bool:
    """Whether a redirect leads to another server: this one has not carried it out."""
    return _server(urlsplit(url)) != _server(_target(url, location))


def moved(url: str, location: str) -> str:
    """Return the one segment of a path that is another one in the place it leads to.

    That is how a CRM says that it has merged two customers: ``/people/12`` leads to
    ``/people/15``.  "" where more differs, and for another server.
    """
    target = _target(url, location)
    before, after = urlsplit(url).path.split("/"), target.path.split("/")
    if leaves(url, location) or len(before) != len(after):
        return ""
    differing = [one for one, other in zip(before, after, strict=True) if one != other]
    return unquote(differing[0]) if len(differing) == 1 and all(after[1:]) else ""


def _target(url: str, location: str) -> SplitResult:
    try:
        return urlsplit(urljoin(url, location))
    except ValueError:
        return SplitResult("", "", "", "", "")


def _server(parts: SplitResult) -> tuple[str, str]:
    return parts.scheme, parts.netloc.lower()

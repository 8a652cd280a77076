"""Passwords of the pages' users: only hashes are kept, and comparing takes its time."""

from __future__ import annotations

from werkzeug.security import check_password_hash, generate_password_hash

METHOD = "scrypt:32768:8:3"
"""N=2^15, r=8, p=3 are among the settings of equal strength in OWASP's Password Storage
Cheat Sheet: a comparison takes 32 MiB and a good part of a second."""

SHORTEST = 10
"""Characters of a new password."""

NOBODY = (
    "scrypt:32768:8:3$nobodynobodynobo$"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
)
"""What the password of an unknown user is compared with: it takes as long."""


def hashed(password: str) -> str:
    """Return what the configuration keeps of a password."""
    return generate_password_hash(password, METHOD)


def matches(password: str, password_hash: str) -> bool:
    """Whether this is the password; it takes as long when it is not."""
    return check_password_hash(password_hash, password)

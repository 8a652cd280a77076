"""How tests ask over HTTP: what they ask is on this machine, and they ask often."""

from __future__ import annotations

import requests


def direct() -> requests.Session:
    """Keep connections, and look for no proxy: that takes longer than an answer."""
    session = requests.Session()
    session.trust_env = False
    return session

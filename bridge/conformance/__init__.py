"""Tries any server that says it speaks the Sitoo CRM SPI v2, from outside.

Knows nothing of the bridge: what it expects is the reference's word, and where that is
silent it says so.  ``sitoo-bridge conformance`` is how people run it.
"""

from bridge.conformance.case import Settings, Verdict
from bridge.conformance.client import Client
from bridge.conformance.report import as_json, as_junit, counted
from bridge.conformance.trial import CannotRun, Result, run

__all__ = [
    "CannotRun",
    "Client",
    "Result",
    "Settings",
    "Verdict",
    "as_json",
    "as_junit",
    "counted",
    "run",
]

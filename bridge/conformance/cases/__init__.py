"""All cases, in the order in which they were written."""

from bridge.conformance.case import noted
from bridge.conformance.cases import adding, reading, redeeming, refusing, whole

CASES = tuple(noted)

__all__ = ["CASES", "adding", "reading", "redeeming", "refusing", "whole"]

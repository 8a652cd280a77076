"""Child processes that never outlive the process that started them.

Knows nothing of what the children do.
"""

from __future__ import annotations

from bridge.processes.child import Child, Program
from bridge.processes.crew import Crew, Ended, StopAsked

__all__ = ["Child", "Crew", "Ended", "Program", "StopAsked"]

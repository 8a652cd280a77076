"""What holds for all answers of a run together."""

from __future__ import annotations

from bridge.conformance.case import Deviation, Remark, Visit, case

ALL = "All answers"

WANTED_SECONDS = 1.0
"""What Sitoo asks for (CRM SPI v1, overview)."""


@case(ALL, "Their type", says="JSON, declared as application/json")
def declared(visit: Visit) -> str:
    bodies = [answer for answer in visit.client.answers if answer.raw]
    wrong = [
        answer
        for answer in bodies
        if not (answer.headers.get("content-type") or "").startswith("application/json")
    ]
    if wrong:
        raise Deviation(f"{len(wrong)} of {len(bodies)} are not declared as JSON")
    return f"all {len(bodies)} are"


@case(ALL, "Their time", says="The POS gives up after 10 s; Sitoo asks for 1 s")
def in_time(visit: Visit) -> str:
    slowest = max(answer.seconds for answer in visit.client.answers)
    seen = f"the slowest took {slowest:.2f} s"
    if slowest > WANTED_SECONDS:
        raise Remark(seen)
    return seen


@case(ALL, "Their faults", says="No 500 for what a request has wrong")
def no_mistakes(visit: Visit) -> str:
    failed = [answer for answer in visit.client.answers if answer.status >= 500]
    broken = [answer for answer in failed if answer.status == 500]
    if broken:
        raise Deviation(f"{len(broken)} of {len(visit.client.answers)} are 500")
    return f"none of {len(visit.client.answers)} is 500"

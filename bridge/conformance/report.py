"""What a run has found, for programs: JSON, and the XML that CI servers read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from bridge.conformance.case import Verdict
from bridge.conformance.trial import Result


def counted(results: Sequence[Result]) -> dict[str, int]:
    """Return how many cases came to each verdict."""
    counts = Counter(result.verdict for result in results)
    return {verdict.value: counts[verdict] for verdict in Verdict}


def as_json(url: str, results: Sequence[Result]) -> dict[str, Any]:
    """Return everything as JSON."""
    return {
        "url": url,
        "summary": counted(results),
        "cases": [
            {
                "group": result.case.group,
                "title": result.case.title,
                "sitoo_test_case": result.case.sitoo or None,
                "reference": result.case.says,
                "seen": result.seen,
                "verdict": result.verdict.value,
                "seconds": round(result.seconds, 3),
            }
            for result in results
        ],
    }


def as_junit(url: str, results: Sequence[Result]) -> bytes:
    """Return the XML that JUnit has made common."""
    counts = counted(results)
    suite = Element(
        "testsuite",
        name="Sitoo CRM SPI v2",
        hostname=url,
        tests=str(len(results)),
        failures=str(counts["deviates"]),
        errors="0",
        skipped=str(counts["not tried"]),
        time=f"{sum(result.seconds for result in results):.3f}",
    )
    for result in results:
        case = SubElement(
            suite,
            "testcase",
            classname=result.case.group,
            name=result.case.title,
            time=f"{result.seconds:.3f}",
        )
        _add_verdict(case, result)
    xml: bytes = tostring(suite, encoding="utf-8", xml_declaration=True)
    return xml


def _add_verdict(case: Element, result: Result) -> None:
    says = f"The reference says: {result.case.says}. Seen: {result.seen}."
    if result.verdict is Verdict.DEVIATES:
        SubElement(case, "failure", message=result.seen).text = says
    elif result.verdict is Verdict.NOT_TRIED:
        SubElement(case, "skipped", message=result.seen)
    else:
        SubElement(case, "system-out").text = f"{result.verdict}: {says}"

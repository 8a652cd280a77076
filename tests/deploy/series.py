"""What a real bridge tells Prometheus, as series for ``promtool test rules``.

Two looks at ``/metrics`` some seconds apart are stretched: what was counted between
them is counted anew each minute, and a gauge stays as it was at the second look.  So
names, labels and values are a bridge's own, and only time is not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

MINUTES = 30

Sample = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Look:
    """One answer of ``/metrics``."""

    at: float
    text: str

    def samples(self) -> dict[Sample, float]:
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(self.text)
            for sample in family.samples
            if not sample.name.endswith("_created")
        }


def stretched(first: Look, second: Look) -> list[dict[str, str]]:
    """Return the input series of half an hour."""
    before = first.samples()
    return [
        {
            "series": _name(name, labels),
            "values": _values(name, before.get((name, labels), 0.0), value, second.at),
        }
        for (name, labels), value in second.samples().items()
    ]


def fired(rules: Path, series: list[dict[str, str]], expected: list[str]) -> str:
    """Return a test for promtool: exactly these alerts are firing at the end.

    Each is an alert's name, and its labels besides how bad it is.  What is slow by
    itself, on a machine that has much to do, is left out.
    """
    firing = "alertstate='firing',alertname!='SitooBridgeRedisSlow'"
    if not any("BridgeSlow" in one for one in expected):
        firing += ",alertname!='SitooBridgeSlow'"
    group = f"group without (severity, alertstate) (ALERTS{{{firing}}})"
    samples = [{"labels": labels, "value": 1} for labels in expected]
    test: dict[str, Any] = {
        "interval": "1m",
        "input_series": series,
        "promql_expr_test": [
            {"expr": group, "eval_time": f"{MINUTES}m", "exp_samples": samples}
        ],
    }
    return json.dumps(
        {"rule_files": [str(rules)], "evaluation_interval": "1m", "tests": [test]}
    )


def _name(name: str, labels: tuple[tuple[str, str], ...]) -> str:
    said = (*labels, ("instance", "a"), ("job", "sitoo-bridge"))
    return name + "{" + ",".join(f"{k}={json.dumps(v)}" for k, v in said) + "}"


def _values(name: str, before: float, after: float, at: float) -> str:
    if name.endswith("_timestamp_seconds"):
        # Where time begins with the series.
        step = 60 if after > before else 0
        return f"{after - at:f}+{step}x{MINUTES}"
    if name.endswith(("_total", "_bucket", "_sum", "_count")):
        return f"{before:f}+{after - before:f}x{MINUTES}"
    return f"{after:f}x{MINUTES}"

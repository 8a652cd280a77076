"""Alert rules, dashboard and adapter: they are right, and ask for what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bridge import metrics
from tests.deploy.files import DEPLOY, documents, tried
from tests.deploy.installation import ROOT

FOLDER = DEPLOY / "prometheus"
RULES = FOLDER / "alerts.yaml"
SERIES = Path(__file__).parent / "alerts.test.yaml"
DEBIAN = "apt-get install prometheus"

ALERTS = {
    rule["alert"]: rule
    for group in documents("prometheus/alerts.yaml")[0]["groups"]
    for rule in group["rules"]
}


def samples() -> dict[str, set[str]]:
    """Return what /metrics can have, and the labels of each."""
    found: dict[str, set[str]] = {}
    for metric in vars(metrics).values():
        if not hasattr(metric, "_documentation"):
            continue
        (described,) = metric.describe()
        labels = set(metric._labelnames)
        ends = {
            "counter": {"_total": set()},
            "gauge": {"": set()},
            "histogram": {"_bucket": {"le"}, "_sum": set(), "_count": set()},
        }[described.type]
        for end, more in ends.items():
            found[described.name + end] = labels | more
    return found


def queries() -> list[tuple[str, str]]:
    board = json.loads((FOLDER / "dashboard.json").read_text("utf-8"))
    shown = [
        (panel["title"], target["expr"])
        for panel in board["panels"]
        for target in panel["targets"]
    ]
    shown += [
        (variable["name"], variable["query"])
        for variable in board["templating"]["list"]
        if variable["type"] == "query"
    ]
    (rule,) = documents("prometheus/adapter.yaml")[0]["rules"]
    shown += [("adapter", rule["metricsQuery"]), ("adapter", rule["seriesQuery"])]
    return shown + [(name, rule["expr"]) for name, rule in ALERTS.items()]


@pytest.mark.parametrize(("where", "query"), queries())
def test_asks_for_what_there_is(where: str, query: str) -> None:
    known = samples()
    named = set(re.findall(r"sitoo_bridge_\w+", query))
    assert named or query.startswith("up{"), where
    assert named - set(known) == set(), where
    lent = {"instance", "job", "namespace", "pod"}
    labels = {label for name in named for label in known[name]} | lent
    by = [
        one
        for group in re.findall(r"by \(([\w, ]+)\)", query)
        for one in group.split(", ")
    ]
    matched = re.findall(r"(\w+)\s*(?:=~|!=|=)\s*\"", query)
    assert set(by + matched) - labels == set(), where


def test_promtool_takes_the_rules() -> None:
    said = tried("promtool", "check", "rules", RULES, how=DEBIAN)
    assert f"{len(ALERTS)} rules found" in said


def test_alerts_come_when_they_should_and_only_then(tmp_path: Path) -> None:
    text = SERIES.read_text("utf-8").replace("[RULES]", f'["{RULES}"]')
    quiet: list[Any] = [
        {"eval_time": f"{minute}m", "alertname": name, "exp_alerts": []}
        for name in ALERTS
        for minute in range(31)
    ]
    given = tmp_path / "series.yaml"
    given.write_text(text.replace("QUIET", json.dumps(quiet)))
    loud = yaml.safe_load(given.read_text())["tests"][0]["alert_rule_test"]
    assert {one["alertname"] for one in loud if one["exp_alerts"]} == set(ALERTS)
    assert "SUCCESS" in tried("promtool", "test", "rules", given, how=DEBIAN)


@pytest.mark.parametrize("alert", list(ALERTS))
def test_every_alert_has_a_page_of_what_to_do(alert: str) -> None:
    said = (ROOT / "docs" / "retailers" / "alerts.rst").read_text("utf-8")
    severity = ALERTS[alert]["labels"]["severity"]
    section = re.search(rf"(?m)^{alert}\n-+\n\n\*{severity}\.\*", said)
    assert section, alert
    assert ALERTS[alert]["annotations"]["runbook"] == f"alerts.html#{alert.lower()}"

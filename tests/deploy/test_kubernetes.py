"""The Kubernetes manifests, held against Kubernetes's own schemas and each other."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.deploy.files import DEPLOY, LINTERS, documents, longest_stop, tried
from tests.extent import needed

FOLDER = DEPLOY / "kubernetes"
MANIFESTS = sorted(
    path.name
    for path in FOLDER.glob("*.yaml")
    if path.name not in ("config.yaml", "kustomization.yaml")
)
VERSIONS = ("1.31", "1.35")
"""The oldest that has all that is used, and a recent one."""


def one(name: str) -> Any:
    (document,) = documents(f"kubernetes/{name}.yaml")
    return document


POD = one("deployment")["spec"]["template"]
(BRIDGE,) = POD["spec"]["containers"]


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_knows_every_word(version: str) -> None:
    assert len(MANIFESTS) > 4
    files = [FOLDER / name for name in MANIFESTS]
    tried("kubernetes-validate", "--strict", "-k", version, *files, how=LINTERS)


def test_the_schemas_find_a_word_that_is_wrong() -> None:
    kubernetes_validate = needed("kubernetes_validate", LINTERS)
    wrong = one("deployment")
    wrong["spec"]["template"]["spec"]["containers"][0]["livenessprobe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


def test_all_that_runs_by_itself_is_applied() -> None:
    applied = one("kustomization")["resources"]
    # Autoscaling needs more than a cluster has by itself.
    assert sorted([*applied, "autoscaling.yaml"]) == MANIFESTS


def test_everything_means_the_same_pods() -> None:
    labels = POD["metadata"]["labels"]
    spread = [one["labelSelector"] for one in POD["spec"]["topologySpreadConstraints"]]
    selectors = [
        one("deployment")["spec"]["selector"],
        one("disruption")["spec"]["selector"],
        one("network")["spec"]["podSelector"],
        *spread,
    ]
    assert len(spread) == 2
    assert [found["matchLabels"] for found in selectors] == [labels] * 5
    assert one("service")["spec"]["selector"] == labels
    target = one("autoscaling")["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == (
        one("deployment")["kind"],
        one("deployment")["metadata"]["name"],
    )
    assert (
        one("autoscaling")["metadata"]["namespace"] == one("kustomization")["namespace"]
    )


def test_ports_are_the_configurations() -> None:
    server = one("config")["server"]
    ports = {port["name"]: str(port["containerPort"]) for port in BRIDGE["ports"]}
    assert ports["spi"] == server["bind"].rpartition(":")[2]
    assert ports["inside"] == server["inside_bind"].rpartition(":")[2]
    assert POD["metadata"]["annotations"]["prometheus.io/port"] == ports["inside"]
    named = {
        (BRIDGE[name]["httpGet"]["path"], BRIDGE[name]["httpGet"]["port"])
        for name in ("startupProbe", "readinessProbe", "livenessProbe")
    }
    # The liveness of a process does not depend on its Redis.
    assert named == {("/healthz", "spi"), ("/readyz", "inside")}
    assert BRIDGE["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_nobody_but_monitoring_reaches_the_inside() -> None:
    rules = one("network")["spec"]["ingress"]
    namespaces = {
        port["port"]: [
            source["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
            for source in rule["from"]
        ]
        for rule in rules
        for port in rule["ports"]
    }
    assert namespaces == {"spi": ["ingress"], "inside": ["monitoring"]}
    assert [port["targetPort"] for port in one("service")["spec"]["ports"]] == ["spi"]


def test_a_stop_is_given_the_time_it_may_take() -> None:
    pause = BRIDGE["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert POD["spec"]["terminationGracePeriodSeconds"] > pause + longest_stop(
        one("config")["server"]
    )


def test_no_secret_lies_in_the_environment_or_the_manifests() -> None:
    assert "env" not in BRIDGE
    assert "envFrom" not in BRIDGE
    kinds = [one(name.removesuffix(".yaml"))["kind"] for name in MANIFESTS]
    assert "Secret" not in kinds
    mounted = {mount["mountPath"] for mount in BRIDGE["volumeMounts"]}
    text = yaml.safe_dump(one("config"))
    assert "env:" not in text
    assert text.count("file:") == text.count("file:/run/secrets/sitoo-bridge/") == 3
    assert mounted == {"/etc/sitoo-bridge", "/run/secrets/sitoo-bridge", "/tmp"}

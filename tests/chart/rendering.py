"""Renders the chart with whichever Helm is asked, and finds things in what comes out."""

import functools
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

CHART: Final = Path(__file__).parents[2] / "charts" / "durably"
HELMS: Final = tuple(name for name in ("helm", "helm3") if shutil.which(name))
"""What there is of Helm 4 and Helm 3."""

DAPR: Final = "dapr.io/v1alpha1"
KUBERNETES: Final = ("--kube-version", "1.34.0")
"""A Helm that was not built by its makers takes the cluster for a very old one."""

EVERYTHING: Final[dict[str, Any]] = {
    "redis.password": "pinned",
    "api.auth.key": "durably_0000000000000000000000000000000000000000000",
    "api.auth.mode": "keys+oidc",
    "api.auth.oidc": {"issuer": "https://issuer.example.org", "audience": "durably"},
    "api.autoscaling.enabled": True,
    "worker.keda.enabled": True,
    "worker.keda.prometheusAddress": "http://prometheus.monitoring.svc:9090",
    "gate.enabled": True,
    "monitoring.podMonitors.enabled": True,
    "monitoring.rules.enabled": True,
    "monitoring.dashboards.enabled": True,
    "tracing.otlp.endpoint": "http://collector.monitoring.svc:4317",
}
"""Values that turn every feature on; instead of KEDA there is `worker.autoscaling`."""

Objects = dict[str, dict[str, Any]]
"""What was rendered, by kind and name, such as `Deployment/durably-api`."""


class RefusedError(Exception):
    """Helm did not render; the message is what it said."""


def render(helm: str, values: Mapping[str, Any] | None = None, *options: str) -> Objects:
    """What the chart renders with values that are given by path, such as `{"worker.replicas": 3}`.

    Raises:
        RefusedError: Helm did not render.
    """
    objects = yaml.safe_load_all(rendered(helm, values, *options))
    return {f"{found['kind']}/{found['metadata']['name']}": found for found in objects if found}


def rendered(helm: str, values: Mapping[str, Any] | None = None, *options: str) -> str:
    """As `render`, as text."""
    return _template(helm, json.dumps(nested(values or {})), options or ("--api-versions", DAPR))


@functools.cache
def _template(helm: str, values: str, options: tuple[str, ...]) -> str:
    command = (helm, "template", "durably", str(CHART), "--namespace", "durably", *KUBERNETES, "-f", "-")
    return run(*command, *options, stdin=values)


def forget() -> None:
    """Render anew from now on what has been rendered before."""
    _template.cache_clear()


def run(*command: str, stdin: str = "") -> str:
    """What a command of Helm's prints.

    Raises:
        RefusedError: It failed.
    """
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise RefusedError(done.stderr)
    return done.stdout


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by path as the mapping of mappings that a values file holds."""
    found: dict[str, Any] = {}
    for path, value in values.items():
        *above, key = path.split(".")
        inner = found
        for name in above:
            inner = inner.setdefault(name, {})
        inner[key] = value
    return found


def look(objects: Objects, where: str) -> Any:
    """What stands at a place, such as `Deployment/durably-api spec template spec containers api image`, or None.

    An element of a list is named by its index, or by what its `name` or `alert` says.
    """
    identity, *steps = where.split()
    found: Any = objects.get(identity)
    for step in steps:
        found = _element(found, step) if isinstance(found, list) else (found or {}).get(step)
    return found


def _element(found: list[Any], step: str) -> Any:
    if step.isdecimal():
        return found[int(step)] if int(step) < len(found) else None
    return next((item for item in found if step in {item.get("name"), item.get("alert")}), None)


def pod_templates(objects: Objects) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pod that the chart makes: what makes it, and its template."""
    for identity, found in objects.items():
        if found["kind"] == "Pod":
            yield identity, found
        elif found["kind"] in {"Deployment", "StatefulSet", "Job"}:
            yield identity, found["spec"]["template"]

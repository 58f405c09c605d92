"""The Job that stops an upgrade: what it asks, of whom, as whom, and in which image."""

import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.chart.cases import OIDC
from tests.chart.rendering import Objects, look, render

ON: Final = {"gate.enabled": True}
JOB: Final = "Job/durably-gate"
POD: Final = f"{JOB} spec template spec"
CONTAINER: Final = f"{POD} containers gate"
WORKER: Final = "Deployment/durably-worker spec template spec"


def annotation(objects: Objects, name: str) -> list[str]:
    """What Helm is told of the hook."""
    found: str = look(objects, f"{JOB} metadata annotations helm.sh/{name}")
    return found.split(",")


def test_there_is_no_gate_unless_it_is_asked_for(helm: str) -> None:
    assert JOB not in render(helm)


def test_it_runs_before_an_upgrade_and_not_at_the_first_install(helm: str) -> None:
    assert annotation(render(helm, ON), "hook") == ["pre-upgrade"]


def test_what_failed_stays_and_is_printed_and_what_passed_goes(helm: str) -> None:
    objects = render(helm, ON)
    assert annotation(objects, "hook-delete-policy") == ["before-hook-creation", "hook-succeeded"]
    assert "hook-failed" in annotation(objects, "hook-output-log-policy")


def test_it_runs_once_and_ends_by_a_limit_that_keeps_its_log(helm: str) -> None:
    spec = render(helm, ON)[JOB]["spec"]
    pod = spec["template"]["spec"]
    assert (spec["backoffLimit"], pod["restartPolicy"]) == (0, "Never")
    ends = pod["activeDeadlineSeconds"] + pod["terminationGracePeriodSeconds"]
    assert ends < spec["activeDeadlineSeconds"], "the Job's own limit would delete the pod"


def test_it_runs_the_image_the_packages_and_the_settings_of_the_next_worker_where_workers_run(helm: str) -> None:
    values: dict[str, Any] = {
        "worker.image": {"repository": "shop", "tag": "2"},
        "image.registry": "registry.example.org",
        "worker.extraEnv": [{"name": "DURABLY_WORKER_PACKAGES", "value": "shop"}],
        "worker.extraVolumes": [{"name": "v", "emptyDir": {}}],
        "worker.nodeSelector": {"disk": "ssd"},
        "worker.extraVolumeMounts": [{"name": "v", "mountPath": "/v"}],
    }
    objects = render(helm, values | ON)
    for place in ("containers 0 image", "containers 0 volumeMounts", "volumes", "nodeSelector"):
        assert look(objects, f"{POD} {place}") == look(objects, f"{WORKER} {place}"), place
    assert look(objects, f"{CONTAINER} image") == "registry.example.org/shop:2"
    assert look(objects, f"{CONTAINER} env DURABLY_WORKER_PACKAGES value") == "shop"


def test_it_asks_the_service_of_the_release(helm: str) -> None:
    objects = render(helm, {**ON, "api.service.port": 81})
    assert look(objects, f"{CONTAINER} env DURABLY_SERVER value") == "http://durably-api.durably.svc:81"


@pytest.mark.parametrize("mode", ["none", "keys", "oidc", "keys+oidc"])
def test_it_takes_the_key_of_the_release_that_runs_also_where_the_next_one_takes_none(mode: str, helm: str) -> None:
    objects = render(helm, {**OIDC, **ON, "api.auth.mode": mode, "gate.existingSecret": ""} | _named(mode))
    token = look(objects, f"{CONTAINER} env DURABLY_TOKEN valueFrom secretKeyRef")
    assert token == {
        "name": _named(mode).get("gate.existingSecret", "durably-api-keys"),
        "key": "key",
        "optional": True,
    }


def _named(mode: str) -> dict[str, Any]:
    """A Secret, where the chart has none."""
    return {"gate.existingSecret": "viewer"} if mode == "oidc" else {}


def test_the_secret_that_holds_the_api_s_keys_is_where_it_looks_for_its_own(helm: str) -> None:
    objects = render(helm, {**ON, "api.auth.existingSecret": "own"})
    assert look(objects, f"{CONTAINER} env DURABLY_TOKEN valueFrom secretKeyRef name") == "own"


@pytest.mark.parametrize(
    ("policy", "code", "ends"),
    [("stop", 0, 0), ("stop", 1, 1), ("stop", 5, 5), ("pass", 0, 0), ("pass", 1, 1), ("pass", 5, 0), ("pass", 6, 1)],
)
def test_only_a_system_that_cannot_be_asked_may_be_passed_over_and_only_where_that_is_said(
    policy: str, code: int, ends: int, helm: str, tmp_path: Path
) -> None:
    gate = look(render(helm, {**ON, "gate.whenUnreachable": policy, "gate.retired": ["a b"]}), CONTAINER)
    said = tmp_path / "said"
    durably = tmp_path / "durably"
    durably.write_text(f'#!{shutil.which("sh")}\nprintf "%s\\n" "$@" > {said}\nexit {code}\n')
    durably.chmod(0o755)

    done = subprocess.run([*gate["command"], *gate["args"]], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=False)

    assert done.returncode == ends
    assert said.read_text().splitlines() == ["gate", "--patience=30s", "--retired=a b"]

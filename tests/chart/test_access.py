"""Who may call the API of an installation, and what the chart makes for that."""

import asyncio
import base64
import json
import os
import sys
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import pytest_asyncio

from api.security.keys import owner, parsed
from tests.chart.cases import KEY, OIDC
from tests.chart.rendering import CHART, DAPR, Objects, look, render, rendered
from tests.unit.api.fake_control import FakeControl, scheduled, view
from tests.unit.api.keyholders import Keyholder, entries
from tests.unit.api.serving import Api, serving

API: Final = "Deployment/durably-api spec template spec"
TEST: Final = "Pod/durably-test spec containers test env"
SECRET: Final = "Secret/durably-api-keys"  # noqa: S105 - the name of an object


def data(objects: Objects, name: str) -> str:
    """What the Secret holds under a name."""
    return base64.b64decode(look(objects, f"{SECRET} data")[name]).decode()


@pytest.mark.parametrize("values", [{}, {"api.auth.key": KEY}], ids=["made", "given"])
def test_the_key_in_the_secret_is_one_that_the_api_knows_by_its_entry(values: dict[str, Any], helm: str) -> None:
    objects = render(helm, values)

    caller = owner(data(objects, "key"), parsed(data(objects, "keys.json")))

    assert (caller.name, caller.roles) == ("durably", {"viewer", "operator", "approver"})


def test_the_process_is_given_hashes_and_never_the_key(helm: str) -> None:
    objects = render(helm, {"api.auth.key": KEY})
    (volume,) = look(objects, f"{API} volumes")
    (mount,) = look(objects, f"{API} containers api volumeMounts")

    assert volume["secret"]["items"] == [{"key": "keys.json", "path": "keys.json"}]
    assert (mount["readOnly"], "subPath" in mount) == (True, False), "a subPath would never change"
    file = look(objects, f"{API} containers api env DURABLY_API_KEYS_FILE value")
    assert file == f"{mount['mountPath']}/keys.json"
    assert KEY not in data(objects, "keys.json")
    assert KEY not in json.dumps(look(objects, API))


@pytest.mark.parametrize("values", [{"api.auth.mode": "none"}, OIDC], ids=["none", "oidc"])
def test_where_no_keys_are_taken_none_is_made(values: dict[str, Any], helm: str) -> None:
    objects = render(helm, values)

    assert SECRET not in objects
    assert look(objects, f"{API} volumes") is None
    assert look(objects, f"{TEST} API_KEY") is None


def test_a_secret_of_ones_own_is_used_by_the_api_and_by_the_test(helm: str) -> None:
    objects = render(helm, {"api.auth.existingSecret": "own"})

    assert SECRET not in objects
    assert look(objects, f"{API} volumes api-keys secret secretName") == "own"
    assert look(objects, f"{TEST} API_KEY valueFrom secretKeyRef") == {"name": "own", "key": "key", "optional": True}


@pytest.mark.parametrize("mode", ["none", "keys", "oidc", "keys+oidc"])
def test_the_chart_s_own_test_knows_how_the_api_is_closed(mode: str, helm: str) -> None:
    assert look(render(helm, {**OIDC, "api.auth.mode": mode}), f"{TEST} API_AUTH value") == mode


def test_metrics_have_a_port_that_no_service_publishes(helm: str) -> None:
    objects = render(helm)
    ports = {port["name"]: port["containerPort"] for port in look(objects, f"{API} containers api ports")}

    assert str(ports["metrics"]) == look(objects, f"{API} containers api env DURABLY_API_METRICS_PORT value")
    assert ports["metrics"] != ports["http"]
    assert [port["targetPort"] for port in look(objects, "Service/durably-api spec ports")] == ["http"]


def test_the_kind_cluster_says_itself_that_it_lets_in_everybody(helm: str) -> None:
    text = rendered(helm, {}, "--api-versions", DAPR, f"--values={CHART / 'values-kind.yaml'}")
    assert SECRET.partition("/")[2] not in text


async def helm_test(api: Api, **env: str) -> tuple[int, str]:
    """Run what `helm test` runs; its exit code and what it says."""
    script = CHART / "files" / "test_task.py"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script)),
        env=os.environ | {"API_URL": api.url} | env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


@pytest_asyncio.fixture
async def worker() -> AsyncIterator[FakeControl]:
    """A fake worker that completes what is started."""
    worker = FakeControl()
    await worker.start()
    worker.script(scheduled(), view(status="completed"))
    yield worker
    await worker.stop()


async def test_helm_test_runs_a_task_with_the_key_that_the_chart_made(worker: FakeControl) -> None:
    ada = Keyholder("ada")
    async with serving(control_url=worker.url, auth="keys", keys=entries(ada)) as api:
        assert await helm_test(api, API_AUTH="keys", API_KEY=ada.key) == (0, "task-1: completed\n")


async def test_helm_test_without_a_key_is_content_with_an_api_that_is_closed(worker: FakeControl) -> None:
    async with serving(control_url=worker.url, auth="keys", keys=entries(Keyholder("ada"))) as api:
        code, said = await helm_test(api, API_AUTH="oidc")

    assert (code, worker.asked) == (0, [])
    assert "asks for a token" in said


async def test_helm_test_fails_where_an_api_that_should_be_closed_is_open(worker: FakeControl) -> None:
    async with serving(control_url=worker.url) as api:
        code, said = await helm_test(api, API_AUTH="oidc")

    assert code == 1
    assert "asks for no token, and should" in said

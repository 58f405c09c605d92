"""Who can reach the worker's control API: the API's sidecar, and nobody else.

That the API itself asks for a token, where tokens are on, is tested when tokens exist.
"""

import pytest

from tests.e2e.stage import Stage
from tests.e2e.visitor import visitor

pytestmark = pytest.mark.e2e

CONTROL, SIDECAR_HTTP, SIDECAR_GRPC, PROBES = "8081", "3500", "50001", "8082"


async def test_a_sidecar_with_another_app_id_is_refused_by_the_control_api_and_gets_no_component(stage: Stage) -> None:
    # given, when
    async with visitor(stage.cluster, "stranger", {"WORKER": "durably"}, app_id="stranger") as stranger:
        seen = await stranger.told('"status"')

    # then
    assert (seen["app_id"], seen["status"]) == ("stranger", 403), seen
    assert "access control" in seen["text"].lower() or "denied" in seen["text"].lower(), seen
    assert not {"statestore", "notifications"} & set(seen["components"]), seen


async def test_a_pod_without_a_sidecar_reaches_neither_the_control_api_nor_the_workers_sidecar(stage: Stage) -> None:
    # given
    worker = (await stage.cluster.ready_pods("worker"))[0]
    ports = f"{CONTROL},{SIDECAR_HTTP},{SIDECAR_GRPC},{PROBES}"

    # when
    async with visitor(stage.cluster, "outsider", {"HOST": worker.ip, "PORTS": ports}) as outsider:
        seen = await outsider.told(f'"{CONTROL}"')

    # then
    assert seen.pop(PROBES) == "connected", "the pod is there, and may be asked for its metrics"
    assert set(seen.values()) <= {"refused", "silence"}, seen

"""Dapr's operator writes the Service of an app-id once; were two Deployments to share one, it would write for ever."""

import asyncio

import pytest
from kubernetes import client, watch

from tests.e2e.cluster import NAMESPACE, call
from tests.e2e.stage import Stage

pytestmark = pytest.mark.e2e

SERVICES = {"durably-dapr", "durably-api-dapr"}
WATCHED_S = 10


async def test_the_services_of_our_app_ids_are_not_written_again(stage: Stage) -> None:
    # given
    before = await _versions(stage)
    assert set(before) >= SERVICES

    # when
    written = await asyncio.to_thread(_written, stage.cluster.core)

    # then
    assert written == []
    assert await _versions(stage) == before


async def _versions(stage: Stage) -> dict[str, str]:
    services = await call(stage.cluster.core.list_namespaced_service, NAMESPACE)
    return {service.metadata.name: service.metadata.resource_version for service in services.items}


def _written(core: client.CoreV1Api) -> list[str]:
    """Every write to one of the Services while they are watched; each is told of once at the beginning, as added."""
    events = watch.Watch().stream(
        core.list_namespaced_service, NAMESPACE, timeout_seconds=WATCHED_S, _request_timeout=2 * WATCHED_S
    )
    told = [(event["object"].metadata.name, event["type"]) for event in events]
    return [f"{name}: {kind}" for name, kind in told if name in SERVICES and kind != "ADDED"]

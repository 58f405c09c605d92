import time

import pytest

from tests.harness.ports import free_port
from tests.unit.api.fake_control import SIDECAR_TOKEN, FakeControl, by_sidecar, json_answer, view
from tests.unit.api.serving import Api, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_process_is_alive_whatever_the_worker_does(api: Api, worker: FakeControl) -> None:
    worker.script(worker.hangs)

    assert (await api.get("/livez")).json == {"status": "alive"}


async def test_it_is_ready_when_the_worker_answers(api: Api, worker: FakeControl) -> None:
    worker.script(json_answer({"workflows": []}))

    answered = await api.get("/readyz")

    assert answered.status == 200
    assert {name: check["ok"] for name, check in answered.json["checks"].items()} == {"process": True, "control": True}


async def test_it_is_not_ready_without_a_worker_and_says_so() -> None:
    async with serving(control_url=f"http://127.0.0.1:{free_port()}") as api:
        answered = await api.get("/readyz")

    assert answered.status == 503
    assert answered.headers["Retry-After"]
    assert answered.json["checks"]["process"]["ok"] is True
    assert answered.json["checks"]["control"]["ok"] is False
    assert "No worker" in answered.json["checks"]["control"]["detail"]


async def test_it_is_not_ready_when_the_worker_does_not_answer_within_two_seconds(
    api: Api, worker: FakeControl
) -> None:
    worker.script(worker.hangs)
    begun = time.monotonic()

    assert (await api.get("/readyz")).status == 503
    assert 2 <= time.monotonic() - begun < 3


async def test_it_is_not_ready_once_it_was_told_to_stop(worker: FakeControl) -> None:
    worker.script(json_answer({"workflows": []}))
    async with serving(control_url=worker.url) as api:
        api.app.state.shutdown.begin()
        answered = await api.get("/readyz")

    assert answered.status == 503
    assert answered.json["checks"]["process"] == {"ok": False, "detail": "stopping"}


async def test_behind_a_sidecar_it_is_ready_when_that_one_answers_and_the_worker_is_not_asked(
    api_behind_sidecar: Api, worker: FakeControl
) -> None:
    worker.script(by_sidecar(204))

    answered = await api_behind_sidecar.get("/readyz")

    assert answered.status == 200
    assert {name: check["ok"] for name, check in answered.json["checks"].items()} == {"process": True, "sidecar": True}
    (asked,) = worker.asked
    assert (asked.method, asked.path) == ("GET", "/v1.0/healthz/outbound")
    assert asked.headers["dapr-api-token"] == SIDECAR_TOKEN
    assert "dapr-app-id" not in asked.headers


async def test_without_its_sidecar_it_is_not_ready_and_says_what_to_look_at() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    async with serving(control_url=url, worker_app_id="durably") as api:
        answered = await api.get("/readyz")

    assert answered.status == 503
    assert answered.headers["Retry-After"]
    detail = answered.json["checks"]["sidecar"]["detail"]
    assert detail.startswith(f"no answer on {url}; was the pod injected?")
    assert "dapr.io/enabled" in detail
    assert detail.endswith("docs/operations.md#sidecar-missing")


async def test_a_sidecar_that_does_not_answer_in_time_is_named_too(
    api_behind_sidecar: Api, worker: FakeControl
) -> None:
    worker.script(worker.hangs)

    answered = await api_behind_sidecar.get("/readyz")

    assert answered.status == 503
    assert answered.json["checks"]["sidecar"]["detail"].startswith(f"no answer on {worker.url}; ")


async def test_a_sidecar_that_is_not_healthy_is_quoted(api_behind_sidecar: Api, worker: FakeControl) -> None:
    worker.script(by_sidecar(500))

    answered = await api_behind_sidecar.get("/readyz")

    assert answered.status == 503
    assert answered.json["checks"]["sidecar"]["detail"].startswith(f"{worker.url} answers 500: ")


async def test_requests_are_counted_by_the_template_of_their_route_never_by_the_path(worker: FakeControl) -> None:
    worker.script(view())
    async with serving(control_url=worker.url) as api:
        for path in ("/instances/one", "/instances/two", "/nowhere/1", "/nowhere/2", "/instances/a%2Fb"):
            await api.get(path)
        await api.ask("PUT", "/instances/one")
        counted = (await api.get("/metrics")).body.decode()

    assert 'durably_http_requests_total{method="GET",route="/instances/{instance_id}",status="200"} 2.0' in counted
    assert 'durably_http_requests_total{method="PUT",route="/instances/{instance_id}",status="405"} 1.0' in counted
    assert 'durably_http_requests_total{method="GET",route="unmatched",status="404"} 3.0' in counted
    assert "one" not in {line.partition('route="')[2][:4] for line in counted.splitlines()}
    assert "/nowhere" not in counted


async def test_metrics_are_in_the_form_that_prometheus_reads(api: Api, worker: FakeControl) -> None:
    answered = await api.get("/metrics")

    assert answered.headers["Content-Type"].startswith("text/plain; version=")
    assert b"process_resident_memory_bytes" in answered.body

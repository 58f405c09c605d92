"""Tracing with the whole system as processes and a real OTLP receiver: daprd's spans and ours, in one tree."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest
import pytest_asyncio

from durably.contracts.names import ASSIGN_TASK, SEND_NOTIFICATION, TASK_PROCESSING, VALIDATE_TASK
from tests.harness.collector import Collector, Span, collector
from tests.harness.processes import Process
from tests.harness.stack import EngineKind, Stack
from tests.harness.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACTIVITIES: Final = (VALIDATE_TASK, ASSIGN_TASK, SEND_NOTIFICATION)
SENT_S: Final = 10


class Traced:
    """The system, and what it sends to the collector."""

    def __init__(self, stack: Stack, http: aiohttp.ClientSession, spans: Collector) -> None:
        self.stack = stack
        self.http = http
        self.collector = spans

    async def process(self, task_id: str, traceparent: str | None = None) -> None:
        """Process a task, to its end."""
        body = {"task_id": task_id, "title": "Write", "assignee": "ada"}
        headers = {"traceparent": traceparent} if traceparent else {}
        async with self.http.post("/tasks/process", json=body, headers=headers) as answer:
            assert answer.status == 202, await answer.text()
        async with self.http.get(f"/instances/task-{task_id}", params={"wait": "60s"}, headers=headers) as answer:
            assert (await answer.json())["status"] == "completed"

    async def tree(self, task_id: str, *, attempts: int = 1) -> "Tree":
        """The trace that a task is in, once it is one tree, from the API to so many last attempts."""

        async def look() -> Tree | None:
            wanted = {"instance_id": f"task-{task_id}", "activity": SEND_NOTIFICATION}
            ids = {s.trace_id for s in self.collector.spans() if wanted.items() <= s.attributes.items()}
            tree = Tree(tuple(span for trace_id in ids for span in self.collector.spans(trace_id)))
            ended = self.stack.engine.kind == "embedded" or any(_is_workflow(span) for span in tree.spans)
            begun = any(_is_api(span) for span in tree.spans)
            complete = begun and ended and len(tree.attempts(SEND_NOTIFICATION)) == attempts
            connected = len({root.parent_id for root in tree.roots}) == 1  # one root, or one caller
            return tree if complete and connected else None

        tree = await until(look, what=f"the spans of {task_id} are one tree", timeout_s=SENT_S)
        assert tree is not None
        return tree


class Tree:
    """The spans of one trace."""

    def __init__(self, spans: tuple[Span, ...]) -> None:
        self.spans = spans
        self._by_id = {span.span_id: span for span in spans}

    def ancestors(self, span: Span) -> list[Span]:
        """The span's parent, its parent, and so on, up to the first that is not there."""
        found = []
        while span.parent_id in self._by_id:
            span = self._by_id[span.parent_id]
            found.append(span)
        return found

    def attempts(self, activity: str) -> list[Span]:
        """The worker's spans of an activity, in the order in which they began."""
        ours = [s for s in self.spans if s.service == "durably-worker" and s.attributes.get("activity") == activity]
        return sorted(ours, key=lambda span: span.start_ns)

    @property
    def roots(self) -> list[Span]:
        """The spans whose parent is not in the trace."""
        return [span for span in self.spans if span.parent_id not in self._by_id]

    @property
    def root(self) -> Span:
        """The only one of them."""
        (root,) = self.roots
        return root


def _is_api(span: Span) -> bool:
    return span.service == "durably-api" and span.scope == "fastapi"


def _is_workflow(span: Span) -> bool:
    return span.name == f"orchestration||{TASK_PROCESSING}"


def _steps(spans: list[Span]) -> list[tuple[str, str]]:
    """Who made each span, and with what, from the request down; one entry where a process made several in a row."""
    steps = [(span.service, span.scope) for span in reversed(spans)]
    return [step for step, before in zip(steps, [None, *steps], strict=False) if step != before]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def traced(kind: EngineKind, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Traced]:
    with collector() as spans:
        stack = Stack(tmp_path_factory.mktemp(f"traced-{kind}"), engine=kind, otlp_port=spans.port)
        await stack.start()
        async with aiohttp.ClientSession(stack.url) as http:
            yield Traced(stack, http, spans)
        await stack.stop()


async def test_one_trace_leads_from_the_request_to_every_activity(traced: Traced, kind: EngineKind) -> None:
    await traced.process("whole")
    tree = await traced.tree("whole")

    assert (tree.root.name, tree.root.service) == ("POST /tasks/process", "durably-api")
    for activity in ACTIVITIES:
        (attempt,) = tree.attempts(activity)
        wanted = {"instance_id": "task-whole", "workflow": TASK_PROCESSING, "activity": activity, "attempt": 1}
        assert wanted.items() <= attempt.attributes.items()
        assert not attempt.failed
        above = tree.ancestors(attempt)
        assert above[-1] is tree.root
        assert _steps(above) == _EXPECTED[kind]
        assert [s.name for s in above if _is_workflow(s)] == ([f"orchestration||{TASK_PROCESSING}"] * (kind == "dapr"))


_EXPECTED: Final[dict[EngineKind, list[tuple[str, str]]]] = {
    "embedded": [("durably-api", "fastapi"), ("durably-worker", "worker.tracing")],
    "dapr": [
        ("durably-api", "fastapi"),  # the API
        ("durably-api", "dapr-diagnostics"),  # its sidecar
        ("durably", "dapr-diagnostics"),  # the worker's sidecar
        ("durably-worker", "worker.tracing"),  # the control API
        ("durably", "durabletask"),  # the sidecar again: the start, the workflow, the activity
    ],
}


async def test_each_attempt_has_its_span_and_a_failed_one_says_so(traced: Traced) -> None:
    await traced.stack.receiver.switch(fail=1)
    await traced.process("flaky")
    first, second = (await traced.tree("flaky", attempts=2)).attempts(SEND_NOTIFICATION)

    assert (first.attributes["attempt"], second.attributes["attempt"]) == (1, 2)
    assert (first.failed, second.failed) == (True, False)


async def test_a_trace_that_the_caller_began_goes_on(traced: Traced) -> None:
    trace_id, caller = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    await traced.process("called", f"00-{trace_id}-{caller}-01")
    tree = await traced.tree("called")

    assert {span.trace_id for span in tree.spans} == {trace_id}
    starts = [span for span in tree.spans if span.name == "POST /tasks/process"]
    assert [span.parent_id for span in starts] == [caller]


async def test_what_the_caller_does_not_want_traced_leaves_no_span_anywhere(traced: Traced) -> None:
    trace_id = "1af7651916cd43dd8448eb211c80319c"
    await traced.process("silent", f"00-{trace_id}-b7ad6b7169203331-00")
    await traced.process("after")
    await traced.tree("after")  # by now the silent one's would be there, too

    assert traced.collector.spans(trace_id) == ()
    assert not [span for span in traced.collector.spans() if "task-silent" in str(span)]


async def test_log_lines_of_workflow_and_activities_bear_the_trace(traced: Traced) -> None:
    await traced.process("logged")
    tree = await traced.tree("logged")

    lines = [line for line in _lines(traced.stack.worker) if line.get("instance_id") == "task-logged"]
    assert {line["event"] for line in lines} >= {"workflow_started", "activity_ended", "workflow_ended"}
    assert {line.get("trace_id") for line in lines} == {tree.root.trace_id}
    spans = {span.span_id for span in tree.spans}
    assert {line["span_id"] for line in lines} <= spans


async def test_probes_are_not_traced(traced: Traced) -> None:
    for path in ("/livez", "/readyz", "/metrics"):
        async with traced.http.get(path) as answer:
            assert answer.status == 200
    await traced.process("later")
    await traced.tree("later")

    paths = {span.attributes.get("url.path") for span in traced.collector.spans() if _is_api(span)}
    assert not paths & {"/livez", "/readyz", "/metrics"}


def _lines(process: Process) -> list[dict[str, Any]]:
    return [json.loads(line) for line in process.output().splitlines() if line.startswith("{")]

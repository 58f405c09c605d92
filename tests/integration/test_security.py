"""The whole system, closed: API keys and tokens of an issuer, who may do what, and where it is written down."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import pytest_asyncio

from api.security.callers import Role
from tests.harness.stack import Stack
from tests.harness.waiting import until
from tests.unit.api.issuer import AUDIENCE, Issuer
from tests.unit.api.keyholders import Keyholder, entries

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPS: Final = Keyholder("ops", Role.VIEWER, Role.OPERATOR)
OLD: Final = Keyholder("ci", Role.VIEWER)
NEW: Final = Keyholder("ci", Role.VIEWER)
PAT: Final = "pat@example.org"
TERMS: Final = {"approvers": [PAT], "deadline_s": 3_600, "on_deadline": "reject"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def issuer() -> AsyncIterator[Issuer]:
    """The issuer that people have their tokens from."""
    issuer = Issuer()
    await issuer.start()
    issuer.reset()
    yield issuer
    await issuer.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Everything as processes. Tasks of a high priority are approved by one person."""
    folder = tmp_path_factory.mktemp("closed")
    _keys(folder).write_text(entries(OPS, OLD))
    env = {
        "DURABLY_API_AUTH": "keys+oidc",
        "DURABLY_API_KEYS_FILE": str(_keys(folder)),
        "DURABLY_API_OIDC_ISSUER": issuer.url,
        "DURABLY_API_OIDC_AUDIENCE": AUDIENCE,
        "DURABLY_API_OIDC_NAME_CLAIM": "email",
        "DURABLY_API_OIDC_ROLES_CLAIM": "realm_access.roles",
        "DURABLY_API_OIDC_ROLES": json.dumps({"leads": ["approver", "viewer"]}),
        "DURABLY_WORKER_TASK_APPROVAL": json.dumps(TERMS),
    }
    stack = Stack(folder, engine="embedded", env=env, token=OPS.key)
    await stack.start()
    yield stack
    await stack.stop()


def _keys(folder: Path) -> Path:
    return folder / "keys.json"


async def ask(stack: Stack, token: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """What the API answers to somebody."""
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session,
        session.request(method, stack.url + path, json=body) as answer,
    ):
        return answer.status, await answer.json()


async def asking(stack: Stack, number: str) -> str:
    """A task that waits for its approval."""
    task = {"task_id": number, "title": "Buy a boat", "assignee": "ada", "priority": 9}
    status, started = await ask(stack, OPS.key, "POST", "/tasks/process", task)
    assert status == 202, started
    instance_id: str = started["instance_id"]

    async def seen() -> Any:
        return (await ask(stack, OPS.key, "GET", f"/instances/{instance_id}"))[1].get("custom_status")

    await until(seen, what="it asks for an approval")
    return instance_id


def audited(stack: Stack, **fields: Any) -> list[dict[str, Any]]:
    """The lines of the API's audit log that have these fields."""
    lines = [json.loads(line) for line in stack.api.output().splitlines() if '"event":"audit"' in line]
    return [line for line in lines if fields.items() <= line.items()]


async def test_only_the_approver_decides_and_the_history_names_whose_token_it_was(stack: Stack, issuer: Issuer) -> None:
    instance_id = await asking(stack, "1")
    vote = f"/instances/{instance_id}/events/approval"
    pat = issuer.token(email=PAT, realm_access={"roles": ["leads"]})
    eve = issuer.token(email="eve@example.org", realm_access={"roles": ["leads"]})

    assert (await ask(stack, OPS.key, "POST", vote, {"approve": True}))[1]["code"] == "forbidden"
    assert (await ask(stack, eve, "POST", vote, {"approve": True}))[1]["code"] == "not_an_approver"
    assert (await ask(stack, eve, "POST", vote, {"approve": True, "by": PAT}))[0] == 422
    assert (await ask(stack, pat, "POST", vote, {"approve": True, "reason": "nice"}))[0] == 202

    ended = (await ask(stack, OPS.key, "GET", f"/instances/{instance_id}?wait=30s"))[1]
    assert ended["status"] == "completed"
    history = json.dumps((await ask(stack, OPS.key, "GET", f"/instances/{instance_id}/history"))[1])
    assert PAT in history
    assert "eve@example.org" not in history
    lines = audited(stack, instance_id=instance_id, role="approver")
    assert [(line["who"], line["status"]) for line in lines] == [
        ("ops", 403),
        ("eve@example.org", 403),
        ("eve@example.org", 422),
        (PAT, 202),
    ]


async def test_who_ended_an_instance_is_in_its_history_and_in_the_audit_log(stack: Stack) -> None:
    instance_id = await asking(stack, "2")

    assert (await ask(stack, OPS.key, "POST", f"/instances/{instance_id}/terminate", {"reason": "too dear"}))[0] == 202

    ended = (await ask(stack, OPS.key, "GET", f"/instances/{instance_id}?wait=30s"))[1]
    assert ended["status"] == "terminated"
    history = json.dumps((await ask(stack, OPS.key, "GET", f"/instances/{instance_id}/history"))[1])
    assert "ops: too dear" in history + json.dumps(ended)
    (line,) = audited(stack, route="/instances/{instance_id}/terminate")
    assert (line["who"], line["instance_id"], line["status"]) == ("ops", instance_id, 202)


async def test_a_key_is_exchanged_while_the_api_runs(stack: Stack) -> None:
    async def statuses() -> list[int]:
        return [(await ask(stack, holder.key, "GET", "/workflows"))[0] for holder in (OLD, NEW)]

    assert await statuses() == [200, 401]
    _keys(stack.folder).write_text(entries(OPS, OLD, NEW))
    await until(statuses, what="both are good", holds=[200, 200].__eq__, timeout_s=20)
    _keys(stack.folder).write_text(entries(OPS, NEW))
    await until(statuses, what="the old one is not", holds=[401, 200].__eq__, timeout_s=20)


async def test_no_token_is_in_any_log(stack: Stack, issuer: Issuer) -> None:
    token = issuer.token(email=PAT, realm_access={"roles": ["leads"]})
    for one in (token, f"{token[:-8]}AAAAAAAA", OPS.key, Keyholder("nobody").key):
        await ask(stack, one, "POST", "/instances/nothing/pause")

    logs = "".join(process.output(all_starts=True) for process in stack.processes)
    assert '"event":"audit"' in logs
    assert OPS.key.removeprefix("durably_") not in logs
    assert token.split(".")[1] not in logs

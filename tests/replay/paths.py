"""Every way that a built-in workflow can go, really gone: each returns the id of an instance that went it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from durably.contracts.names import ASSIGN_TASK, JOB_APPLICATION, ORDER_PROCESSING, SEND_NOTIFICATION, TASK_PROCESSING
from tests.replay.stage import Stage

Path = Callable[[Stage, str], Awaitable[str]]

STRONG: Final = {"resume_text": "Python, Kubernetes, distributed systems, on call, testing", "skills": ["sql", "go"]}
MEDIUM: Final = {"resume_text": "Python, Kubernetes.", "skills": ["sql"]}
WEAK: Final = {"resume_text": "I paint.", "skills": ["oil"]}


async def task(stage: Stage, name: str, **fields: Any) -> str:
    """Start a task."""
    given = {"task_id": name, "title": "Write", "assignee": "ada"} | fields
    return await stage.begin(TASK_PROCESSING, name, given)


async def task_done(stage: Stage, name: str) -> str:
    """Assigned and announced."""
    return await _ended(stage, await task(stage, name), "completed")


async def task_rejected(stage: Stage, name: str) -> str:
    """Without a title."""
    return await _ended(stage, await task(stage, name, title=" "), "rejected")


async def task_announced_late(stage: Stage, name: str) -> str:
    """Announced at the second attempt."""
    stage.outside.away = True
    instance_id = await task(stage, name)
    await stage.runner.recorded(instance_id, "timerCreated")
    stage.outside.recover()
    return await _ended(stage, instance_id, "completed")


async def task_paused(stage: Stage, name: str) -> str:
    """Paused and resumed while it waits for a retry."""
    stage.outside.away = True
    instance_id = await task(stage, name)
    await stage.runner.recorded(instance_id, "timerCreated")
    await stage.runner.client.pause(instance_id, reason="stop")
    await stage.runner.recorded(instance_id, "timerFired")
    stage.outside.recover()
    await stage.runner.client.resume(instance_id)
    return await _ended(stage, instance_id, "completed")


async def task_terminated(stage: Stage, name: str) -> str:
    """Ended by an operator while it waits for a retry."""
    stage.outside.away = True
    instance_id = await task(stage, name)
    await stage.runner.recorded(instance_id, "timerCreated")
    await stage.runner.client.terminate(instance_id)
    await stage.ended(instance_id)
    stage.outside.recover()
    return instance_id


async def task_run_again(stage: Stage, name: str) -> str:
    """A rerun from the assignment on."""
    first = await _ended(stage, await task(stage, name), "completed")
    scheduled = await stage.runner.events(first, "taskScheduled")
    begin = next(event.event_id for event in scheduled if event.name == ASSIGN_TASK)
    again = await stage.runner.client.rerun(first, from_event=begin, new_instance_id=f"{first}-again")
    return await _ended(stage, again, "completed")


async def task_approved(stage: Stage, name: str) -> str:
    """Urgent, and somebody says yes; a vote of a stranger comes first."""
    instance_id = await task(stage, name, priority=9)
    await stage.asks(instance_id)
    await stage.vote(instance_id, "mallory")
    await stage.vote(instance_id, "ada")
    return await _ended(stage, instance_id, "completed")


async def task_turned_down(stage: Stage, name: str) -> str:
    """Urgent, and somebody says no."""
    instance_id = await task(stage, name, priority=9)
    await stage.asks(instance_id)
    await stage.vote(instance_id, "bob", approve=False)
    return await _ended(stage, instance_id, "rejected")


async def task_forgotten(stage: Stage, name: str) -> str:
    """Urgent; reminders, an escalation, and the deadline."""
    return await _ended(stage, await task(stage, name, priority=9), "rejected")


async def order(stage: Stage, name: str, *, stock: int = 10, cents: int = 250, **more: Any) -> str:
    """Place an order of three apples."""
    sku = f"apple-{name}"
    await stage.shop.inventory.put(sku, stock)
    lines = [{"sku": sku, "quantity": 3, "unit_price_cents": cents}]
    given = {"order_id": name, "customer": "ada", "lines": lines, "currency": "EUR"} | more
    return await stage.begin(ORDER_PROCESSING, name, given)


async def order_confirmed(stage: Stage, name: str) -> str:
    """Reserved, charged, confirmed."""
    return await _ended(stage, await order(stage, name), "confirmed")


async def order_invalid(stage: Stage, name: str) -> str:
    """Without a customer."""
    return await _ended(stage, await order(stage, name, customer=" "), "rejected")


async def order_out_of_stock(stage: Stage, name: str) -> str:
    """More than there is."""
    return await _ended(stage, await order(stage, name, stock=1), "rejected")


async def order_declined(stage: Stage, name: str) -> str:
    """The payment is declined and the stock released."""
    await stage.shop.switch(decline=1)
    return await _ended(stage, await order(stage, name), "cancelled")


async def order_charged_late(stage: Stage, name: str) -> str:
    """The gateway fails twice."""
    await stage.shop.switch(fail=2)
    return await _ended(stage, await order(stage, name), "confirmed")


async def order_approved(stage: Stage, name: str) -> str:
    """A large order that somebody approves."""
    instance_id = await order(stage, name, cents=5_000)
    await stage.asks(instance_id)
    await stage.vote(instance_id, "ada")
    return await _ended(stage, instance_id, "confirmed")


async def order_forgotten(stage: Stage, name: str) -> str:
    """A large order that nobody looks at."""
    return await _ended(stage, await order(stage, name, cents=5_000), "rejected")


async def application(stage: Stage, name: str, fields: dict[str, Any], *, years: float) -> str:
    """Apply."""
    candidate = {"name": "Grace Hopper", "email": f"{name}@example.org"}
    given = {"application_id": name, "candidate": candidate, "position": "Engineer", "years_experience": years}
    return await stage.begin(JOB_APPLICATION, name, given | fields)


async def application_invited(stage: Stage, name: str) -> str:
    """A high score."""
    return await _ended(stage, await application(stage, name, STRONG, years=3), "interview")


async def application_rejected(stage: Stage, name: str) -> str:
    """A low score."""
    return await _ended(stage, await application(stage, name, WEAK, years=0.5), "rejected")


async def application_invalid(stage: Stage, name: str) -> str:
    """Nobody's."""
    nameless = STRONG | {"candidate": {"name": " ", "email": "who@example.org"}}
    return await _ended(stage, await application(stage, name, nameless, years=3), "invalid")


async def application_approved(stage: Stage, name: str) -> str:
    """A score between, and somebody who was asked at the escalation says yes."""
    instance_id = await application(stage, name, MEDIUM, years=4)
    await stage.asks(instance_id)
    await stage.runner.recorded(instance_id, "timerFired", count=2)
    await stage.vote(instance_id, "eve")
    return await _ended(stage, instance_id, "interview")


async def application_forgotten(stage: Stage, name: str) -> str:
    """A score between, and nobody says anything."""
    return await _ended(stage, await application(stage, name, MEDIUM, years=4), "rejected")


async def application_untold(stage: Stage, name: str) -> str:
    """A low score, whose letter goes out at the second attempt."""
    stage.outside.away = True
    instance_id = await application(stage, name, WEAK, years=0.5)
    await stage.runner.recorded(instance_id, "timerCreated")
    stage.outside.recover()
    scheduled = await stage.runner.events(instance_id, "taskScheduled")
    assert [event.name for event in scheduled].count(SEND_NOTIFICATION) >= 1
    return await _ended(stage, instance_id, "rejected")


async def _ended(stage: Stage, instance_id: str, status: str) -> str:
    """The id, once the instance has ended in the way that its path is meant to be."""
    view = await stage.ended(instance_id)
    assert view.output is not None, view.failure
    assert view.output["status"] == status, view.output
    return instance_id


OLD_TASK_PATHS: Final[tuple[Path, ...]] = (task_done, task_rejected, task_announced_late, task_run_again)
"""What there was before there were approvals."""

PATHS: Final[tuple[Path, ...]] = (
    *OLD_TASK_PATHS,
    task_paused,
    task_terminated,
    task_approved,
    task_turned_down,
    task_forgotten,
    order_confirmed,
    order_invalid,
    order_out_of_stock,
    order_declined,
    order_charged_late,
    order_approved,
    order_forgotten,
    application_invited,
    application_rejected,
    application_invalid,
    application_approved,
    application_forgotten,
    application_untold,
)

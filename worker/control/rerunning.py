from typing import Any
from uuid import uuid4

from aiohttp import web
from pydantic import ValidationError

from durably.contracts.errors import InstanceEndedError, InstanceExistsError, InvalidInputError
from durably.contracts.instances import HistoryEvent, InstanceStatus, InstanceView, Scheduled
from durably.contracts.management import RerunRequest
from durably.contracts.refusals import InstanceCompletedError, NothingToRerunError
from durably.domain import reruns
from worker.control import reading
from worker.control.answering import answer
from worker.control.desk import Desk


class Rerunning:
    """A new instance out of one that has ended.

    Args:
        desk: What it works with.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._workflows = {each.name: each.input_model for each in desk.registry.workflows}
        self._activities = {each.name: each.input_model for each in desk.registry.activities}
        self._keep = {each.name for each in desk.registry.activities if each.keeps_input}

    async def rerun(self, request: web.Request) -> web.Response:
        """`POST /control/instances/{instance_id}/rerun`, a `RerunRequest`."""
        instance_id, wanted = reading.existing_id(request), await reading.body(request, RerunRequest)
        reading.bounded(wanted.input, "input")
        new_id = wanted.instance_id or uuid4().hex
        self._desk.gate.check_start()
        asked_at = self._desk.clock()
        workflow, is_new = await self._desk.bounded(self._rerun(instance_id, wanted, new_id))
        if is_new:
            self._desk.started_by(reading.actor(request), new_id)
        self._desk.index.asked_for(new_id, workflow, asked_at, rerun=True)
        return answer(Scheduled(instance_id=new_id), status=202)

    async def _rerun(self, instance_id: str, wanted: RerunRequest, new_id: str) -> tuple[str, bool]:
        """Begin it, and give the name of its workflow, and whether it was not there already."""
        view, begin = await self._begin(instance_id, wanted)
        given: dict[str, Any] = {}
        if "input" in wanted.model_fields_set:
            if begin.type == reruns.TIMER:
                detail = f"Event {begin.event_id} is a timer, which takes no input."
                raise NothingToRerunError(detail, instance_id=instance_id)
            self._check(begin, wanted.input)
            if not self._is_kept(begin):
                given["payload"] = wanted.input
        try:
            await self._desk.engine.rerun(instance_id, from_event=begin.event_id, new_instance_id=new_id, **given)
        except InstanceExistsError as error:
            if await self._is_the_same(instance_id, begin, wanted, new_id):
                return view.workflow, False
            detail = f"There is another instance {new_id}; choose another id for the rerun, or look at that instance."
            raise InstanceExistsError(detail, instance_id=new_id) from error
        except InstanceEndedError as error:  # it has ended, so this is about something else, such as being a child
            raise NothingToRerunError(error.detail, instance_id=instance_id) from error
        return view.workflow, True

    async def _is_the_same(self, instance_id: str, begin: HistoryEvent, wanted: RerunRequest, new_id: str) -> bool:
        """Whether the instance with the new id came out of the same request."""
        events = (await self._desk.engine.history(new_id)).events
        given = wanted.input if "input" in wanted.model_fields_set else begin.input
        return reruns.is_rerun(events, of=instance_id, begin=begin, given=given)

    def _check(self, begin: HistoryEvent, given: Any) -> None:
        """Refuse now what the activity, or the child, could only fail on, and what it is not to be given."""
        if self._is_kept(begin) and given != begin.input:
            raise InvalidInputError(
                f"{begin.name} acts on what its recorded input names, so a rerun gives it no other; leave yours out.",
                errors=({"field": "input", "message": "only the recorded input is possible"},),
            )
        models = self._activities if begin.type == reruns.ACTIVITY else self._workflows
        model = models.get(begin.name or "")
        try:
            if model is not None:
                model.model_validate(given)
        except ValidationError as error:
            raise reading.invalid(error, f"The input does not fit {begin.name}.", within="input") from error

    def _is_kept(self, begin: HistoryEvent) -> bool:
        return begin.type == reruns.ACTIVITY and begin.name in self._keep

    async def _begin(self, instance_id: str, wanted: RerunRequest) -> tuple[InstanceView, HistoryEvent]:
        view, event_id = await self._desk.engine.get(instance_id), wanted.from_event
        if not view.status.has_ended:
            detail = f"Instance {instance_id} is {view.status}; it can be rerun once it has ended."
            raise InstanceEndedError(detail, instance_id=instance_id)
        events = (await self._desk.engine.history(instance_id)).events
        begin = reruns.choose(view, events) if event_id is None else reruns.find(events, event_id)
        if begin is None:
            which = "no activity, timer or child" if event_id is None else f"no activity, timer or child {event_id}"
            raise NothingToRerunError(f"The history of {instance_id} has {which}.", instance_id=instance_id)
        if view.status is InstanceStatus.COMPLETED and not wanted.again:
            raise InstanceCompletedError(reruns.warning(instance_id, begin, events), instance_id=instance_id)
        return view, begin

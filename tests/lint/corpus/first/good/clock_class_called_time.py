# near: CLOCK, RANDOM
from dataclasses import asdict, dataclass

import dapr.ext.workflow as wf


@dataclass(frozen=True)
class time:
    hour: int
    minute: int = 0

    def now(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


def plan_class(ctx: wf.DaprWorkflowContext, lesson: dict):
    begin = time(lesson["hour"])
    random = lesson["random_seat"]
    seat = "any" if random else lesson["seat"]
    yield ctx.call_activity("book_room", input={"at": begin.now(), "seat": seat, **asdict(begin)})
    return begin.now()

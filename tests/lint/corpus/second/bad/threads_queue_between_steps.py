# expect: THREADS
import queue

from dapr.ext.workflow import DaprWorkflowContext


def visit(ctx: DaprWorkflowContext, museum: dict):
    """Go through the rooms, the doors of each leading to others."""
    rooms = queue.Queue()  # <- THREADS
    rooms.put(museum["entrance"])
    seen = []
    while not rooms.empty() and len(seen) < 100:
        room = rooms.get()
        seen.append(room)
        doors = yield ctx.call_activity("describe_room", input=room)
        for door in doors:
            rooms.put(door)
    return seen

from durably.cli.commands.following import Message, messages
from durably.cli.commands.watching import Seen


def _read(text: str) -> list[Message]:
    return list(messages(text.encode().splitlines(keepends=True)))


def test_events_are_read_with_their_kind_data_and_id() -> None:
    stream = 'retry: 1000\n\nevent: instance\ndata: {"a": 1}\n\nevent: history\nid: 4\ndata: {"b":\ndata: 2}\n\n'
    assert _read(stream) == [Message("instance", {"a": 1}), Message("history", {"b": 2}, "4")]


def test_comments_and_an_event_that_was_cut_off_are_passed_over() -> None:
    assert _read(': nothing new\n\nevent: end\r\ndata:{"c": 3}\r\n\r\nevent: history\ndata: {"cut') == [
        Message("end", {"c": 3})
    ]


def _event(kind: str, place: int, **more: object) -> Message:
    event = {"event_id": place, "type": kind, "timestamp": "2026-01-31T12:00:00Z", **more}
    return Message("history", event, str(place))


def test_a_workflow_that_continues_as_new_begins_its_timeline_again() -> None:
    seen = Seen()
    seen.take(_event("executionStarted", 0))
    seen.take(_event("taskScheduled", 1, name="first"))
    seen.take(_event("executionStarted", 0))
    assert [step.what for step in seen.timeline.steps] == ["started"]


def test_a_connection_that_was_lost_is_told_until_something_comes() -> None:
    seen = Seen()
    seen.take(Message("lost", "nothing answers"))
    assert seen.lost == "nothing answers; trying again"
    seen.take(_event("executionStarted", 0))
    assert seen.lost == ""

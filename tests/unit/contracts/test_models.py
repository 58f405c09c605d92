import pytest
from pydantic import TypeAdapter, ValidationError

from durably.contracts.ids import InstanceId, TaskId, task_instance_id
from durably.contracts.instances import InstanceStatus, StartRequest
from durably.contracts.tasks import TaskRequest

TASK_ID: TypeAdapter[str] = TypeAdapter(TaskId)
INSTANCE_ID: TypeAdapter[str] = TypeAdapter(InstanceId)


@pytest.mark.parametrize("text", ["1", "a", "A-1", "a.b_c~d", "9" * 100])
def test_plain_ids_pass(text: str) -> None:
    assert TASK_ID.validate_python(text) == text


@pytest.mark.parametrize("text", ["", ".", "..", "-a", "a b", "a/b", "a|b", "a:b", "ä", "a\n", "a\u0000", "9" * 101])
def test_ids_that_the_engine_or_a_path_could_misread_do_not_pass(text: str) -> None:
    with pytest.raises(ValidationError):
        TASK_ID.validate_python(text)


def test_the_instance_of_every_task_has_an_id_that_an_instance_may_have() -> None:
    longest = "x" * 100

    assert INSTANCE_ID.validate_python(task_instance_id(longest)) == f"task-{longest}"


def test_a_task_needs_nothing_but_its_id() -> None:
    assert TaskRequest(task_id="1").title is None


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError, match="colour"):
        TaskRequest.model_validate({"task_id": "1", "colour": "red"})


def test_what_crosses_a_boundary_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        TaskRequest(task_id="1").title = "other"  # type: ignore[misc]


def test_a_start_without_input_has_an_empty_one() -> None:
    assert StartRequest().input == {}


@pytest.mark.parametrize("status", InstanceStatus)
def test_an_instance_has_ended_when_nothing_happens_to_it_any_more(status: InstanceStatus) -> None:
    assert status.has_ended == (status.value in {"completed", "failed", "terminated"})

import json
import logging
import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import structlog

from durably.telemetry.logging import configure
from tests.unit.telemetry.conftest import Lines


def test_a_line_says_when_how_bad_what_and_who(lines: Lines) -> None:
    structlog.get_logger().info("task_done", instance_id="task-1")

    (line,) = lines()
    written = datetime.fromisoformat(line.pop("timestamp"))
    assert written.tzinfo == UTC
    assert abs(datetime.now(UTC) - written) < timedelta(minutes=1)
    expected = {"level": "info", "event": "task_done", "service": "test", "pid": os.getpid(), "instance_id": "task-1"}
    assert line == expected


def test_bound_context_is_on_each_line(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger().bind(workflow="w").info("first")
        structlog.get_logger().info("second")
    structlog.get_logger().info("third")

    assert [(line.get("request_id"), line.get("workflow")) for line in lines()] == [
        ("r-1", "w"),
        ("r-1", None),
        (None, None),
    ]


def test_standard_library_loggers_write_the_same_lines(lines: Lines) -> None:
    logging.getLogger("durabletask-worker").warning("lost %s", "it")

    (line,) = lines()
    assert line["event"] == "lost it"
    assert line["level"] == "warning"
    assert line["logger"] == "durabletask-worker"
    assert line["service"] == "test"


@pytest.mark.parametrize("write", [structlog.get_logger, logging.getLogger])
def test_an_exception_is_one_line_that_says_where(lines: Lines, write: Any) -> None:
    try:
        _fail()
    except LookupError:
        write().exception("failed")

    (line,) = lines()
    assert line["level"] == "error"
    assert "LookupError: no such thing" in line["exception"]
    assert "test_logging.py" in line["exception"]


def test_access_logs_are_off(lines: Lines) -> None:
    logging.getLogger("uvicorn.access").info("GET /")
    logging.getLogger("aiohttp.access").info("GET /")

    assert lines() == []


def test_lines_below_the_level_are_not_written(output: BytesIO) -> None:
    configure(format="json", service="test", level="WARNING", stream=output)

    structlog.get_logger().info("quiet")
    logging.getLogger("anyone").info("quiet")

    assert output.getvalue() == b""


@pytest.mark.parametrize(
    "value", ["\ud800", float("nan"), object(), b"\xff", {1: {2}}], ids=lambda value: type(value).__name__
)
def test_no_value_can_break_a_line(lines: Lines, value: Any) -> None:
    structlog.get_logger().info("odd", value=value)

    assert lines()[0]["event"] == "odd"


def test_a_record_whose_arguments_do_not_fit_does_not_fail_its_caller(
    lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = logging.getLogger().handlers[0]  # pytest's own handler, beside it, does fail the caller

    ours.handle(logging.makeLogRecord({"msg": "%d items", "args": ("many",)}))

    assert lines() == []
    assert "Logging error" in capsys.readouterr().err


def test_a_multi_line_message_stays_one_line(output: BytesIO) -> None:
    configure(format="json", service="test", stream=output)

    structlog.get_logger().info("first\nsecond")

    assert output.getvalue().count(b"\n") == 1


def test_the_console_format_is_for_reading(output: BytesIO) -> None:
    configure(format="console", service="test", stream=output)

    try:
        _fail()
    except LookupError as error:
        structlog.get_logger().warning("task_failed", instance_id="task-1", exc_info=error)

    first, *trace = output.getvalue().decode().splitlines()
    assert "[warning" in first
    assert "task_failed" in first
    assert "instance_id=task-1" in first
    assert trace[-1] == "LookupError: no such thing"


def test_auto_is_json_where_the_output_is_no_terminal(output: BytesIO) -> None:
    configure(format="auto", service="test", stream=output)

    structlog.get_logger().info("here")

    assert json.loads(output.getvalue())["event"] == "here"


def test_auto_is_console_on_a_terminal(output: BytesIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "isatty", lambda: True, raising=False)
    configure(format="auto", service="test", stream=output)

    structlog.get_logger().info("here")

    assert b"\x1b[" in output.getvalue()


def _fail() -> None:
    raise LookupError("no such thing")

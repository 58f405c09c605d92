"""One log line per event: ours through structlog, everybody else's through the standard library, in one form.

It stands on the path of every activity, so a line costs one dictionary and one call of a compiled serialiser.
"""

import json
import logging
import os
import sys
from collections.abc import MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final, Literal

import structlog
from pydantic_core import to_json
from structlog.typing import EventDict, Processor, WrappedLogger

LogFormat = Literal["auto", "json", "console"]

_LEVEL_OF_METHOD: Final = {"warn": "warning", "exception": "error", "fatal": "critical"}
_ACCESS_LOGS: Final = ("uvicorn.access", "aiohttp.access")
_OWN_HANDLERS: Final = ("uvicorn", "uvicorn.error", "uvicorn.asgi")


def configure(
    *,
    format: LogFormat,  # noqa: A002 - the setting's name
    service: str,
    level: str = "INFO",
    stream: BinaryIO | None = None,
    extra: Sequence[Processor] = (),
) -> None:
    """Set up logging for this process. Call it once, before the first line.

    Args:
        format: `json` for machines, `console` for people; `auto` is `console` where the output is a terminal.
        service: What the process is, on each line.
        level: The lowest level that is written.
        stream: Where lines go; the default is standard error.
        extra: What adds to each line, such as `durably.telemetry.tracing.with_trace_ids`.
    """
    out = stream or sys.stderr.buffer
    terminal = out.isatty()
    render = _console(colors=terminal) if format == "console" or (format == "auto" and terminal) else _json
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        *extra,
        _Stamp(service),
        structlog.processors.format_exc_info,
        render,
    ]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=chain,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    _adopt_standard_loggers(_Forwarder(chain, structlog.BytesLogger(out)), number)


class _Stamp:
    """Puts what every line has in front: the time, the level, the event, the process."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._pid = os.getpid()

    def __call__(self, _: WrappedLogger, method: str, event: EventDict) -> EventDict:
        stamped: EventDict = {
            "timestamp": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "level": _LEVEL_OF_METHOD.get(method, method),
            "event": event.pop("event", ""),
            "service": self._service,
            "pid": self._pid,
        }
        stamped.update(event)
        return stamped


def _json(_: WrappedLogger, __: str, event: MutableMapping[str, Any]) -> bytes:
    try:
        return to_json(event, fallback=repr, inf_nan_mode="null")
    except ValueError:  # text that is not Unicode, such as a lone surrogate: escaped, never lost
        return json.dumps(event, default=repr).encode()


def _console(*, colors: bool) -> Processor:
    renderer = structlog.dev.ConsoleRenderer(
        colors=colors, sort_keys=False, pad_event_to=20, exception_formatter=structlog.dev.plain_traceback
    )

    def render(logger: WrappedLogger, method: str, event: EventDict) -> bytes:
        event["timestamp"] = event["timestamp"][11:23]
        del event["service"]
        return renderer(logger, method, event).encode(errors="backslashreplace")

    return render


class _Forwarder(logging.Handler):
    """Sends the records of standard-library loggers through the same chain."""

    def __init__(self, chain: list[Processor], out: structlog.BytesLogger) -> None:
        super().__init__()
        self._chain = chain
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            event: Any = {"event": record.getMessage(), "logger": record.name}
            if record.exc_info and record.exc_info[0]:
                event["exc_info"] = record.exc_info
            for processor in self._chain:
                event = processor(None, record.levelname.lower(), event)
            self._out.msg(event)
        except Exception:  # noqa: BLE001 - the contract of a handler: a bad record must not fail its caller
            self.handleError(record)


def _adopt_standard_loggers(handler: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _OWN_HANDLERS:
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    for name in _ACCESS_LOGS:
        logging.getLogger(name).disabled = True
    logging.captureWarnings(capture=True)

import json
import logging
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
import structlog

from durably.telemetry import logging as telemetry_logging

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def output() -> Iterator[BytesIO]:
    """Where log lines go in a test; what `configure` changes in the process is put back."""
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = root.handlers[:]
    yield BytesIO()
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers = handlers
    root.setLevel(level)


@pytest.fixture
def lines(output: BytesIO) -> Lines:
    """Logging as JSON is set up; calling this gives the lines written so far."""
    telemetry_logging.configure(format="json", service="test", stream=output)
    return lambda: [json.loads(line) for line in output.getvalue().splitlines()]

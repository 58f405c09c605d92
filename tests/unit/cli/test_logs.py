import io
from pathlib import Path

import pytest

from durably.cli.logs import LogFiles, LogStream


def test_each_process_has_a_file_that_grows_over_starts(tmp_path: Path) -> None:
    for text in ("first", "second"):
        files = LogFiles(tmp_path)
        files.line("worker", 1, text)
        files.line("api", 2, text)
        files.close()
    assert (tmp_path / "worker.log").read_text() == "first\nsecond\n"
    assert (tmp_path / "api.log").read_text() == "first\nsecond\n"


def test_a_file_that_grew_too_long_is_set_aside(tmp_path: Path) -> None:
    with (tmp_path / "worker.log").open("wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    files = LogFiles(tmp_path)
    files.line("worker", 1, "new")
    files.close()
    assert (tmp_path / "worker.log").read_text() == "new\n"
    assert (tmp_path / "worker.log.1").exists()


def test_lines_that_cannot_be_written_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    LogFiles(tmp_path / "file").line("worker", 1, "lost")


def test_the_stream_has_the_name_in_front_and_no_control_codes_off_a_terminal() -> None:
    out = io.StringIO()
    LogStream(out).write("api", "hello")
    assert out.getvalue() == "api     | hello\n"


def test_the_name_is_coloured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    out = _Terminal()
    LogStream(out).write("worker", "hello")
    assert out.getvalue() == "\x1b[36mworker  |\x1b[0m hello\n"


def test_a_reader_that_went_away_does_no_harm() -> None:
    out = io.StringIO()
    stream = LogStream(out)
    out.close()
    stream.write("api", "hello")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        """Pretend."""
        return True

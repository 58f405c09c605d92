"""How long code may run in the command."""

import signal
from contextlib import suppress

import pytest

from durably.cli.commands.limiting import TimeIsUpError, limited


def _never_ends() -> None:
    while True:
        with suppress(Exception):
            _fails()


def _fails() -> None:
    raise ValueError


def _run(seconds: float) -> None:
    with limited(seconds):
        _never_ends()


def test_code_that_shrugs_off_every_error_is_ended_all_the_same() -> None:
    with pytest.raises(TimeIsUpError):
        _run(0.05)


def test_what_ends_in_time_leaves_no_alarm_behind_and_an_earlier_one_as_it_was() -> None:
    handler, (left, _) = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)
    with limited(30):
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 30
    assert signal.getsignal(signal.SIGALRM) is handler
    now = signal.getitimer(signal.ITIMER_REAL)[0]
    assert now == left == 0 or 0 < now <= left


def test_no_limit_sets_no_alarm() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with limited(0):
        assert signal.getsignal(signal.SIGALRM) is before

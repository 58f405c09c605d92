"""What is printed when a test fails: pods, events, and the logs of applications and sidecars."""

import subprocess
from typing import Final

from tests.e2e.cluster import DAPR_NAMESPACE, NAMESPACE
from tests.e2e.logs import Journal

_WITHIN_S: Final = 20
_EVENTS: Final = 40
_LINES: Final = 30


def clues(journal: Journal | None) -> str:
    """Everything that helps to understand a failure, as text.

    Args:
        journal: Has the last lines of workers that are gone.
    """
    present = _kubectl("get", "pods", "--namespace", NAMESPACE, "--output", "name").split()
    parts = [
        _titled("nodes", _kubectl("get", "nodes", "--output", "wide")),
        _titled("pods", _kubectl("get", "pods", "--namespace", NAMESPACE, "--output", "wide")),
        _titled("Dapr's pods", _kubectl("get", "pods", "--namespace", DAPR_NAMESPACE, "--output", "wide")),
        _titled("events", _last(_kubectl("get", "events", "--namespace", NAMESPACE, "--sort-by=.lastTimestamp"))),
    ]
    parts += [_titled(f"log of {pod}", _log(pod)) for pod in present]
    gone = [pod for pod in (journal.told_by if journal else ()) if f"pod/{pod}" not in present][-3:]
    parts += [_titled(f"last lines of {pod}, which is gone", journal.tail(pod)) for pod in gone if journal]
    return "\n".join(parts)


def _log(pod: str) -> str:
    return _kubectl("logs", "--namespace", NAMESPACE, pod, "--all-containers", "--prefix", f"--tail={_LINES}")


def _last(text: str) -> str:
    return "\n".join(text.splitlines()[-_EVENTS:])


def _titled(title: str, text: str) -> str:
    return f"--- {title}\n{text.rstrip()}\n"


def _kubectl(*arguments: str) -> str:
    """A clue that cannot be had is no reason to hide the failure that it was for."""
    try:
        outcome = subprocess.run(
            ["kubectl", *arguments], capture_output=True, text=True, check=False, timeout=_WITHIN_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"({error})"
    return outcome.stdout + outcome.stderr

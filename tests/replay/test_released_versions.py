"""Released versions are frozen: today's code does, step by step, what it did when these histories were recorded."""

import asyncio
import json
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

from durably.contracts.recordings import Recording
from durably.contracts.replays import Rehearsal
from durably.engine.history import rerun_of
from durably.engine.recording import events_of
from durably.engine.rehearsal import Rehearser
from tests.replay.paths import PATHS
from tests.replay.recorder import HISTORIES
from worker.candidate import candidate

FILES: Final = sorted(HISTORIES.glob("*.json"))


@pytest.fixture(scope="module")
def rehearser() -> Rehearser:
    """Today's code, found as a worker finds it."""
    return Rehearser(asyncio.run(candidate()))


def read(file: Path) -> Recording:
    return Recording.model_validate_json(file.read_bytes())


def rehearsed(rehearser: Rehearser, file: Path) -> Rehearsal:
    recording = read(file)
    return rehearser.rehearse(events_of(recording), instance_id=recording.instance_id)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_recorded_history_replays_at_every_prefix_with_the_same_inputs(rehearser: Rehearser, file: Path) -> None:
    rehearsal = rehearsed(rehearser, file)
    assert rehearsal.divergence is None, rehearsal.divergence
    assert rehearsal.warnings == ()
    assert rehearsal.version == read(file).version


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_history_that_ended_earlier_replays_too(rehearser: Rehearser, file: Path) -> None:
    """As that of an instance that was open at that moment: cut off after each of its turns; a rerun begins later."""
    events = events_of(read(file))
    whole = rehearser.rehearse(events)
    begins = max((place for place, event in enumerate(events) if rerun_of(event)), default=0)
    ends = [(turns, step.first_event) for turns, step in enumerate(whole.steps) if step.first_event > begins]
    assert ends
    for turns, end in ends:
        early = rehearser.rehearse(events[:end])
        assert early.divergence is None, (end, early.divergence)
        assert early.steps == whole.steps[:turns]


def test_every_released_version_was_recorded_on_both_engines() -> None:
    released = {(w.name, w.version) for w in asyncio.run(candidate()).workflows}
    recorded = defaultdict(set)
    for file in FILES:
        recording = read(file)
        recorded[recording.workflow, recording.version].add(file.stem.rsplit(".", 1)[-1])
    assert recorded == {version: {"embedded", "dapr"} for version in released}


def test_every_way_that_the_latest_versions_can_go_was_recorded_on_both_engines() -> None:
    ways = {tuple(file.stem.split(".")[-2:]) for file in FILES}
    assert ways == {(path.__name__, kind) for path in PATHS for kind in ("embedded", "dapr")}


def test_no_recording_holds_more_than_the_engines_events() -> None:
    """No token, no key, no trace of who recorded it."""
    for file in FILES:
        assert set(json.loads(file.read_bytes())) == {
            *("format", "format_version", "instance_id", "workflow", "version", "recorded_at", "events"),
        }

"""`durably replay`: recorded histories against the code that is installed here."""

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from durably.cli.commands.building import Packages, Strict, build
from durably.cli.commands.limiting import TimeIsUpError, TimeLimit, limited
from durably.cli.commands.output import document, note
from durably.cli.commands.rehearsals import BREAKS, OK, explain, headline, run_of, summary_of, too_long
from durably.cli.commands.text import printable, seconds_of
from durably.cli.exits import ExitCode, UsageError
from durably.contracts.complaints import complaint
from durably.contracts.recordings import Recording
from durably.contracts.replays import Rehearsal
from durably.engine.recording import events_of
from durably.engine.rehearsal import Rehearser

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Recordings, as `durably record` writes them.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def replay(
    *,
    files: Files,
    packages: Packages = None,
    strict: Strict = False,
    time_limit: TimeLimit = "60s",
    as_json: Json = False,
) -> None:
    """Run the code that is installed here against recorded histories, without any engine.

    Each history is replayed at every prefix: after each turn, what the code asks for has to be what was recorded.
    Exit code 1 says that a history differs. With --json: {"files": [...]}, each with its divergence or null.
    """
    limit_s = seconds_of(time_limit)
    recordings = [(file, _read(file)) for file in files]
    rehearser = Rehearser(build(packages))
    results = [(file, recording, _rehearsed(rehearser, file, recording, limit_s)) for file, recording in recordings]
    broken = [file for file, recording, one in results if _breaks(recording, one, strict=strict)]
    if as_json:
        document({"files": [_entry(file, one, broken=file in broken) for file, _, one in results]})
    else:
        for file, recording, one in results:
            _show(file, recording, one, broken=file in broken)
    if broken:
        raise typer.Exit(ExitCode.FAILED)


def _read(file: str) -> Recording:
    try:
        return Recording.model_validate_json(Path(file).read_bytes())
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", hint="`durably record ID` writes one") from None
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in wrong["loc"])
        said = f"{where}: {complaint(wrong)}" if where else complaint(wrong)
        hint = "`durably record ID` writes one; one of a newer version needs a newer `durably`"
        raise UsageError(f"{file} is no recording that this version reads: {said}", hint=hint) from None


def _rehearsed(rehearser: Rehearser, file: str, recording: Recording, limit_s: float) -> Rehearsal:
    try:
        events = events_of(recording)
    except ValueError as error:
        raise UsageError(f"{file}: {error}", hint="record it anew") from None
    if not events:
        note(f"{printable(file)} has no events: there was nothing to replay")
    try:
        with limited(limit_s):
            return rehearser.rehearse(events, instance_id=recording.instance_id)
    except TimeIsUpError:
        wrong = too_long(recording, limit_s)
        return Rehearsal(
            instance_id=recording.instance_id, workflow=wrong.workflow, version=wrong.version, divergence=wrong
        )


def _breaks(recording: Recording, rehearsal: Rehearsal, *, strict: bool) -> bool:
    """Of a recording that values were taken out of, inputs say nothing."""
    if rehearsal.divergence is not None:
        return True
    return strict and bool(rehearsal.warnings) and recording.redacted is None


def _entry(file: str, rehearsal: Rehearsal, *, broken: bool) -> dict[str, Any]:
    return {"file": file, "ok": not broken, **summary_of(rehearsal)}


def _show(file: str, recording: Recording, rehearsal: Rehearsal, *, broken: bool) -> None:
    headline(BREAKS if broken else OK, f"{file}  {run_of(rehearsal)}")
    if rehearsal.divergence is not None:
        explain(rehearsal.divergence)
    elif broken:
        explain(rehearsal.warnings[0])
    elif rehearsal.warnings and recording.redacted is None:
        note(f"        other inputs than recorded: {rehearsal.warnings[0].message}")

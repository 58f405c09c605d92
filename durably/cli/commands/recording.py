"""`durably record`: the history of an instance as a file."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from durably.cli.commands.api import path
from durably.cli.commands.declared import InstanceId
from durably.cli.commands.output import document, note, say
from durably.cli.commands.profile import Server
from durably.cli.commands.text import printable
from durably.cli.exits import CommandError, UsageError
from durably.contracts.recordings import Recording
from durably.domain.redaction import idle, redacted

_STANDARD_OUTPUT: Final = "-"

Output = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Where it goes; - is standard output. By default ID.json, here."
    ),
]
Redact = Annotated[
    list[str] | None,
    typer.Option(
        "--redact",
        "-r",
        metavar="PATTERN",
        help="What is taken out of inputs, results and events: a key at any depth, such as password or '*.iban', or a "
        "JSON pointer into each of them, such as /customer/name. Repeat it for several.",
        show_default=False,
    ),
]
Force = Annotated[bool, typer.Option("--force", "-f", help="Write over a file that is there.")]


def record(
    *, server: Server, instance_id: InstanceId, output: Output = None, redact: Redact = None, force: Force = False
) -> None:
    """Save the history of an instance as a file that `durably replay` runs code against.

    What is redacted is replaced by a placeholder of the same shape, and its text wherever else it stands in the file;
    the file says what was redacted. With --json: where the file is, and what is in it.
    """
    recording = Recording.model_validate(server.api().get(path("instances", instance_id, "recording")))
    unmatched = idle(recording, redact or ())
    recording = redacted(recording, redact or ())
    text = json.dumps(recording.model_dump(mode="json", exclude_none=True), ensure_ascii=False, indent=2)
    if output == _STANDARD_OUTPUT:
        say(text)
    else:
        file = Path(output or f"{recording.instance_id.replace('/', '_')}.json")
        _write(file, f"{text}\n", force=force)
        _tell(file, recording, unmatched, as_json=server.as_json)
    for pattern in unmatched:
        note(printable(f"warning: --redact {pattern} means nothing in this history, and took nothing out of it"))


def _write(file: Path, text: str, *, force: bool) -> None:
    try:
        with file.open("w" if force else "x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise UsageError(f"{file} is there already", hint="--force writes over it, --output names another") from None
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}", hint="--output names another file") from None


def _tell(file: Path, recording: Recording, unmatched: Sequence[str], *, as_json: bool) -> None:
    hidden = len(recording.redacted.places) if recording.redacted else 0
    if as_json:
        document({"file": str(file), "events": len(recording.events), "redacted": hidden, "unmatched": list(unmatched)})
        return
    say(str(file))
    note(f"{len(recording.events)} events, {hidden} values redacted; `durably replay {file}` runs code against it")

"""How what was noted gets into the store."""

from collections.abc import Mapping
from typing import Final

from worker.adapters.versions import Change, Versions
from worker.journal.executions import Key, Noted, decoded, encoded, merged

AT_ONCE: Final = 32
"""Documents in one call: a sidecar sends no message above 4 MiB, and a full one has some 100 KiB."""


def key_of(instance_id: str) -> str:
    """Where it stands what was noted of an instance."""
    return f"runs:{instance_id}"


async def write(store: Versions, batch: Mapping[str, Mapping[Key, Noted]]) -> bool:
    """Add rows to the documents of their instances; False where others were quicker, and it is to be done again.

    Done again it changes nothing that was done before.

    Raises:
        StateStoreError: The store is away.
    """
    found = await store.versions([key_of(each) for each in batch])
    changes = list[Change]()
    for instance_id, noted in batch.items():
        before = found[key_of(instance_id)]
        value = encoded(merged(decoded(before.value), noted.values()))
        if value != before.value:
            changes.append(Change(key_of(instance_id), before, value))
    return not changes or await store.replace(changes)

from collections.abc import Callable

from durably.authoring.ports import StateStore
from worker.index.ports import MEMBERS, Roll


class Members:
    """Whose logs make up the index: one small record, changed only by whoever has read its latest version.

    Every method raises `StateStoreError` where the store is away.

    Args:
        records: Where it is kept.
    """

    def __init__(self, records: StateStore) -> None:
        self._records = records

    async def join(self, owner: str) -> None:
        """Let everybody read a log. Its head has to be there."""
        await self._change(lambda owners: {**owners, owner: ""})

    async def claim(self, dead: str, *, by: str) -> bool:
        """Say that `by` takes a log over; False where somebody does who is still there, or it has happened."""

        def change(owners: dict[str, str]) -> dict[str, str]:
            free = dead in owners and owners[dead] not in owners.keys() - {by, dead}
            return {**owners, dead: by} if free else owners

        return (await self._change(change)).get(dead) == by

    async def release(self, dead: str) -> None:
        """Let nobody read a log any more: all of it stands in another one."""
        await self._change(lambda owners: {owner: claim for owner, claim in owners.items() if owner != dead})

    async def _change(self, change: Callable[[dict[str, str]], dict[str, str]]) -> dict[str, str]:
        while True:
            before = await self._records.read(MEMBERS)
            owners = Roll.model_validate_json(before.value).owners if before.value else {}
            after = change(owners)
            if after == owners:
                return owners
            if await self._records.replace(MEMBERS, before, Roll(owners=after).model_dump_json().encode()):
                return after

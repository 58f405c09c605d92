from typing import Generic, TypeVar

from pydantic import BaseModel

from durably.authoring.ports import StateStore

Model = TypeVar("Model", bound=BaseModel)


class FirstWrite(Generic[Model]):
    """Records of which the first one under a key stands.

    Args:
        records: Where they are kept.
        prefix: What their keys begin with.
        model: What they are.
    """

    def __init__(self, records: StateStore, *, prefix: str, model: type[Model]) -> None:
        self._records = records
        self._prefix = prefix
        self._model = model

    async def write(self, name: str, wanted: Model) -> Model:
        """Write a record unless there is one, and return the one that stands: a retry finds what it wrote.

        Raises:
            StateStoreError: The store could not be written or read.
        """
        key = f"{self._prefix}:{name}"
        standing = await self._records.read(key)
        if not standing.value:
            if await self._records.replace(key, standing, wanted.model_dump_json().encode()):
                return wanted
            standing = await self._records.read(key)
        return self._model.model_validate_json(standing.value)

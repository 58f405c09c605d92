import pytest

from durably.authoring import StateStoreError
from worker.stocking import Stocking


class Shelf:
    """A stock whose store is away for the first few calls."""

    def __init__(self, *, away: int = 0, **known: int) -> None:
        self.items = known
        self._away = away

    async def put(self, sku: str, quantity: int) -> bool:
        """See `worker.stocking.Shelf`."""
        if self._away:
            self._away -= 1
            raise StateStoreError("away")
        new = sku not in self.items
        self.items.setdefault(sku, quantity)
        return new


async def test_every_item_that_is_not_known_is_taken_in_and_no_other() -> None:
    shelf = Shelf(apple=3)
    await Stocking(shelf, {"apple": 10, "pear": 5}).run()
    assert shelf.items == {"apple": 3, "pear": 5}


async def test_a_store_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.stocking._PAUSE_S", 0.01)
    shelf = Shelf(away=3)
    await Stocking(shelf, {"apple": 10}).run()
    assert shelf.items == {"apple": 10}

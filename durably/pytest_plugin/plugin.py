"""The pytest plugin `durably`: the fixture `replayed_elsewhere`."""

import glob
from collections.abc import Callable, Sequence

import pytest

ReplayedElsewhere = Callable[..., None]


@pytest.fixture
def replayed_elsewhere() -> ReplayedElsewhere:
    """Replay recorded histories in processes with other clocks and other hash seeds; fail where anything differs.

    It is called with files or patterns such as `tests/histories/*.json`, as `durably record` writes them, and with
    `packages`, as `durably replay --package` takes them; by default the workflows of all that is installed are run.
    Every workflow version of them has to have a recording, unless `complete=False`.
    """

    def replay(*patterns: str, packages: Sequence[str] = (), complete: bool = True) -> None:
        from durably.pytest_plugin.comparing import differences  # noqa: PLC0415 - most runs of pytest need none of it

        files = sorted({file for pattern in patterns for file in glob.glob(pattern, recursive=True)})  # noqa: PTH207
        if not files:
            pytest.fail(f"there is no recording {' or '.join(patterns)}: `durably record ID` writes one", pytrace=False)
        found = list(differences(files, packages=packages, complete=complete))
        if found:
            pytest.fail("\n".join(found), pytrace=False)

    return replay

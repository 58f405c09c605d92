from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TypeVar

import aiohttp
import structlog
from pydantic_settings import BaseSettings

from durably.authoring.ports import Notifier, StateStore
from durably.contracts.settings import load_settings

SettingsT = TypeVar("SettingsT", bound=BaseSettings)

_ANSWER_S = 10.0


class Environment:
    """What a worker offers to the packages that it runs.

    Args:
        state: The state store.
        notifier: How people are told.

    Attributes:
        state: Records with ETags, in the worker's Dapr state store.
        notifier: How people are told; workflows do so by the activity `send_notification`.
    """

    def __init__(self, *, state: StateStore, notifier: Notifier) -> None:
        self.state = state
        self.notifier = notifier
        self._http: aiohttp.ClientSession | None = None
        self._opened = AsyncExitStack()

    @property
    def http(self) -> aiohttp.ClientSession:
        """An HTTP client that all packages share, without cookies; a request that takes longer than 10 s fails."""
        if self._http is None:
            timeout = aiohttp.ClientTimeout(total=_ANSWER_S)
            self._http = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
            self.closing(self._http.close)
        return self._http

    def settings(self, cls: type[SettingsT]) -> SettingsT:
        """The settings of a package, from environment variables with the prefix that the class names.

        Raises:
            SystemExit: With code 2, after one line for each wrong value; let it pass.
        """
        return load_settings(cls)

    def closing(self, close: Callable[[], Awaitable[None]]) -> None:
        """Have something closed when the worker has stopped and no activity runs any more; the last one comes first."""
        self._opened.push_async_callback(close)

    async def aclose(self) -> None:
        """Close what was opened; the worker calls this, and stops in order even where a package fails to close."""
        try:
            await self._opened.aclose()
        except Exception:  # noqa: BLE001 - somebody else's code, and what comes after it has to run
            structlog.get_logger().exception("package_not_closed")

"""A real Chromium, driven as a person would: by what is named on the page, with mouse and keyboard."""

import base64
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.harness.devtools import DevTools, DevToolsError
from tests.harness.processes import Process
from tests.harness.waiting import until

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
ENABLE: Final = "`apt-get install chromium`"
_FLAGS: Final = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--no-default-browser-check", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--mute-audio", "--hide-scrollbars", "--remote-debugging-port=0",
    "--force-color-profile=srgb", "--lang=en-GB",
)  # fmt: skip
_KEYS: Final[dict[str, tuple[str, int, str]]] = {
    "Tab": ("Tab", 9, ""), "Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), "Space": ("Space", 32, " "),
    "ArrowDown": ("ArrowDown", 40, ""), "ArrowLeft": ("ArrowLeft", 37, ""), "ArrowRight": ("ArrowRight", 39, ""),
}  # fmt: skip
_SHIFT: Final = 8


def chromium() -> str | None:
    """Where Chromium is, if it is installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Tab:
    """One tab.

    Attributes:
        requests: Every address that was asked for.
        complaints: What the page threw, and what the console says went wrong.
    """

    def __init__(self, devtools: DevTools, target: str, session: str) -> None:
        self._devtools = devtools
        self._target = target
        self._session = session
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._listen()

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """A command of the DevTools protocol."""
        return await self._devtools.ask(method, session=self._session, **params)

    async def goto(self, url: str) -> None:
        """Go to an address."""
        await self.ask("Page.navigate", url=url)

    async def run(self, script: str) -> Any:
        """The value of an expression; a promise is waited for."""
        answer = await self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise DevToolsError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def see(self, script: str, *, what: str | None = None, timeout_s: float = 15) -> Any:
        """Wait until an expression is true, and give its value."""

        async def look() -> Any:
            return await self.run(script)

        return await until(
            look, what=what or script, timeout_s=timeout_s, retry_on=(DevToolsError,), holds=bool, poll_s=0.05
        )

    async def read(self, text: str, *, timeout_s: float = 15) -> None:
        """Wait until a text stands on the page."""
        script = f"document.body.innerText.includes({json.dumps(text)})"
        await self.see(script, what=f"the page says {text!r}", timeout_s=timeout_s)

    async def find(self, role: str, name: str) -> int:
        """The node of a role and accessible name, as a screen reader knows it, once there is one."""

        async def look() -> list[dict[str, Any]]:
            document = await self.ask("DOM.getDocument", depth=0)
            node = document["root"]["nodeId"]
            tree = await self.ask("Accessibility.queryAXTree", nodeId=node, role=role, accessibleName=name)
            return [node for node in tree["nodes"] if not node.get("ignored")]

        found = await until(
            look, what=f"there is a {role} named {name!r}", timeout_s=15, retry_on=(DevToolsError,), poll_s=0.05
        )
        backend_id: int = found[0]["backendDOMNodeId"]
        return backend_id

    async def click(self, role: str, name: str) -> None:
        """Click in the middle of something."""

        async def middle() -> tuple[float, float] | None:
            node = await self.find(role, name)
            await self.ask("DOM.scrollIntoViewIfNeeded", backendNodeId=node)
            quad = (await self.ask("DOM.getContentQuads", backendNodeId=node))["quads"][0]
            at = sum(quad[0::2]) / 4, sum(quad[1::2]) / 4
            return at if await self._is_hit(node, at) else None

        # What is drawn anew, or moves, between the look and the click is looked for again.
        found = await until(middle, what=f"{role} {name!r} can be clicked", retry_on=(DevToolsError, IndexError))
        assert found is not None
        x, y = found
        for kind in ("mousePressed", "mouseReleased"):
            await self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def _is_hit(self, node: int, at: tuple[float, float]) -> bool:
        """Whether a click there arrives at the node."""
        this = (await self.ask("DOM.resolveNode", backendNodeId=node))["object"]["objectId"]
        look = """function (x, y) {
            const hit = document.elementFromPoint(x, y);
            return hit !== null && (this.contains(hit) || hit.contains(this));
        }"""
        arguments = [{"value": each} for each in at]
        answer = await self.ask(
            "Runtime.callFunctionOn", objectId=this, functionDeclaration=look, arguments=arguments, returnByValue=True
        )
        return bool(answer["result"]["value"])

    async def type(self, role: str, name: str, text: str) -> None:
        """Put a text into a field, in the place of what is there."""
        await self.ask("DOM.focus", backendNodeId=await self.find(role, name))
        await self.run("document.activeElement.select?.()")
        await self.ask("Input.insertText", text=text)

    async def choose(self, name: str, value: str) -> None:
        """Choose an option of a drop-down list by its text's beginning, with the keyboard."""
        await self.ask("DOM.focus", backendNodeId=await self.find("combobox", name))
        wanted = f"[...document.activeElement.options].findIndex((o) => o.text.startsWith({json.dumps(value)}))"
        for _ in range(await self.run(f"{wanted} - document.activeElement.selectedIndex")):
            await self.key("ArrowDown")

    async def key(self, name: str, *, shift: bool = False) -> None:
        """Press a key."""
        code, number, text = _KEYS[name]
        key = " " if name == "Space" else name
        shared = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": _SHIFT if shift else 0}
        await self.ask("Input.dispatchKeyEvent", type="keyDown", **shared, **({"text": text} if text else {}))
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **shared)

    async def write(self, text: str) -> None:
        """Type into whatever has the focus."""
        await self.ask("Input.insertText", text=text)

    async def colours(self, scheme: str) -> None:
        """Make the system's colour scheme `light` or `dark`."""
        await self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    async def screenshot(self, *, width: int = 1200, height: int = 760) -> bytes:
        """A picture of the page as it is now, as PNG."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.ask("Emulation.setDeviceMetricsOverride", **size)
        await self.run("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        picture = await self.ask("Page.captureScreenshot", format="png", optimizeForSpeed=False)
        return base64.b64decode(picture["data"])

    async def close(self) -> None:
        """Close the tab."""
        await self._devtools.ask("Target.closeTarget", targetId=self._target)

    def _listen(self) -> None:
        def on(event: str, take: Any) -> None:
            self._devtools.listen(event, take, session=self._session)

        on("Network.requestWillBeSent", lambda event: self.requests.append(event["request"]["url"]))
        on("Runtime.exceptionThrown", lambda event: self.complaints.append(json.dumps(event["exceptionDetails"])))
        on("Log.entryAdded", self._on_entry)

    def _on_entry(self, event: dict[str, Any]) -> None:
        entry = event["entry"]
        if entry["level"] == "error" and entry["source"] != "network":  # an answer of 404 may be what is tested
            self.complaints.append(entry["text"])


class Browser:
    """A browser that runs.

    Args:
        devtools: The connection to it.
    """

    def __init__(self, devtools: DevTools) -> None:
        self._devtools = devtools

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[Tab]:
        """A new tab with storage and cache of its own."""
        context = (await self._devtools.ask("Target.createBrowserContext"))["browserContextId"]
        made = await self._devtools.ask("Target.createTarget", url="about:blank", browserContextId=context)
        attached = await self._devtools.ask("Target.attachToTarget", targetId=made["targetId"], flatten=True)
        tab = Tab(self._devtools, made["targetId"], attached["sessionId"])
        for domain in ("Page", "Runtime", "Network", "Log", "DOM", "Accessibility"):
            await tab.ask(f"{domain}.enable")
        await tab.ask("Emulation.setFocusEmulationEnabled", enabled=True)
        yield tab
        await self._devtools.ask("Target.disposeBrowserContext", browserContextId=context)


@asynccontextmanager
async def browsing(folder: Path) -> AsyncIterator[Browser]:
    """Start Chromium, and stop it in the end."""
    executable = chromium()
    assert executable is not None, f"no Chromium: {ENABLE}"
    port_file = folder / "DevToolsActivePort"

    async def ready(_: Process) -> bool:
        return port_file.exists() and port_file.read_text().count("\n") >= 1

    command = [executable, *_FLAGS, f"--user-data-dir={folder}", "about:blank"]
    process = Process("chromium", command, log=folder / "chromium.log", ready=ready, start_timeout_s=60)
    await process.start()
    port, path = port_file.read_text().splitlines()[:2]
    try:
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"ws://127.0.0.1:{port}{path}", max_msg_size=64 * 1024 * 1024) as socket,
        ):
            devtools = DevTools(socket)
            yield Browser(devtools)
            await devtools.close()
    finally:
        process.kill()

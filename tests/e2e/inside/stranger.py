"""Runs in a pod whose sidecar has an app-id that nobody admits: asks for the control API, prints what came back."""

import asyncio
import json
import os
import sys
import time

import aiohttp

SIDECAR = "http://127.0.0.1:3500/v1.0"


async def main() -> None:
    """Wait for the sidecar, call the worker through it, and ask which components it was given."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            try:
                async with session.get(f"{SIDECAR}/healthz/outbound") as response:
                    if response.status == 204:
                        break
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)
        async with session.get(f"{SIDECAR}/invoke/{os.environ['WORKER']}/method/control/workflows") as response:
            status, text = response.status, await response.text()
        async with session.get(f"{SIDECAR}/metadata") as response:
            metadata = await response.json()
    components = [component["name"] for component in metadata.get("components", [])]
    told = {"status": status, "text": text, "app_id": metadata["id"], "components": components}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    asyncio.run(main())

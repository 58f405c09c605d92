"""Runs in a pod without a sidecar: tries to connect to a worker pod's ports, prints what became of each attempt."""

import asyncio
import json
import os
import sys


async def attempt(host: str, port: int) -> str:
    """How a connection ended: `connected`, `refused`, or `silence` where packets are dropped."""
    try:
        async with asyncio.timeout(3):
            _, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        return "silence"
    except OSError:
        return "refused"
    writer.close()
    return "connected"


async def main() -> None:
    """Try them all."""
    host, ports = os.environ["HOST"], [int(port) for port in os.environ["PORTS"].split(",")]
    seen = await asyncio.gather(*(attempt(host, port) for port in ports))
    sys.stdout.write(json.dumps(dict(zip(map(str, ports), seen, strict=True))) + "\n")


if __name__ == "__main__":
    asyncio.run(main())

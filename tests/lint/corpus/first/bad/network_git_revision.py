# expect: NETWORK
import subprocess
from collections.abc import Generator
from typing import Any

from durably.authoring import MUST_SUCCEED, WorkflowContext, retry


def release(ctx: WorkflowContext, version: str) -> Generator[Any, Any, str]:
    """Build and publish what is checked out."""

    def revision() -> str:
        command = ["git", "rev-parse", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # <- NETWORK

    build = yield ctx.call_activity("build", input={"version": version, "revision": revision()})
    yield ctx.call_activity("publish", input=build, retry_policy=retry(MUST_SUCCEED))
    return build["image"]

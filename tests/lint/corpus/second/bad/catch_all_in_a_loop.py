# expect: CATCH_ALL
from collections.abc import Generator
from typing import Any

from durably.authoring import OUTBOUND, WorkflowContext, retry


def mirror(ctx: WorkflowContext, packages: list[str]) -> Generator[Any, Any, dict[str, str]]:
    failed = {}
    for package in packages:
        try:
            yield ctx.call_activity("mirror_package", input=package, retry_policy=retry(OUTBOUND))
        except (OSError, Exception) as problem:  # <- CATCH_ALL
            failed[package] = type(problem).__name__
            continue
    return failed

# expect: UNBOUNDED
import itertools
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def crawl(ctx: WorkflowContext, site: str) -> Generator[Any, Any, None]:
    """Read page after page of a site that never ends."""
    for page in itertools.count(1):  # <- UNBOUNDED
        yield ctx.call_activity("read_page", input={"site": site, "page": page}, retry_policy=retry(LOCAL))
        yield ctx.create_timer(timedelta(minutes=1))

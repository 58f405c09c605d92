# near: NETWORK
import ipaddress
from collections.abc import Generator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from durably.authoring import OUTBOUND, WorkflowContext, retry


def check_link(ctx: WorkflowContext, link: str) -> Generator[Any, Any, bool]:
    """Whether a link leads to something; the activity follows it."""
    parts = urlsplit(link)
    if parts.hostname and parts.hostname[0].isdigit() and ipaddress.ip_address(parts.hostname).is_private:
        return False
    address = f"https://{parts.netloc}{parts.path}?{urlencode({'from': 'checker'})}"
    status = yield ctx.call_activity("follow", input=address, retry_policy=retry(OUTBOUND))
    return bool(status == HTTPStatus.OK)

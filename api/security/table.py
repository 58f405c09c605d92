"""Which role each route takes. A route that does not stand here takes all of them."""

from collections.abc import Mapping
from typing import Final, Literal

from api.security.callers import Role

OPEN: Final = None
"""No role, no token, no limit."""

ANYONE: Final = "anyone"
"""Whoever is let in at all."""

_VIEW, _OPERATE, _APPROVE = Role.VIEWER, Role.OPERATOR, Role.APPROVER

ROUTES: Final[Mapping[tuple[str, str], Role | Literal["anyone"] | None]] = {
    ("POST", "/tasks/process"): _OPERATE,
    ("GET", "/tasks/{instance_id}/status"): _VIEW,
    ("POST", "/orders"): _OPERATE,
    ("POST", "/applications"): _OPERATE,
    ("GET", "/workflows"): _VIEW,
    ("POST", "/workflows/{name}"): _OPERATE,
    ("GET", "/instances"): _VIEW,
    ("GET", "/instances/counts"): _VIEW,
    ("GET", "/instances/{instance_id}"): _VIEW,
    ("DELETE", "/instances/{instance_id}"): _OPERATE,
    ("GET", "/instances/{instance_id}/history"): _VIEW,
    ("GET", "/instances/{instance_id}/recording"): _VIEW,
    ("GET", "/instances/{instance_id}/replay"): _VIEW,
    ("GET", "/instances/{instance_id}/why"): _VIEW,
    ("GET", "/instances/{instance_id}/events"): _VIEW,
    ("POST", "/instances/{instance_id}/events/{name}"): _OPERATE,
    # A parameter that is filled in goes before one that is not: who may raise events may not vote with them.
    ("POST", "/instances/{instance_id}/events/approval"): _APPROVE,
    ("POST", "/instances/{instance_id}/pause"): _OPERATE,
    ("POST", "/instances/{instance_id}/resume"): _OPERATE,
    ("POST", "/instances/{instance_id}/terminate"): _OPERATE,
    ("POST", "/instances/{instance_id}/rerun"): _OPERATE,
    ("GET", "/approvals"): _VIEW,
    ("GET", "/workers"): _VIEW,
    ("GET", "/me"): ANYONE,
    ("GET", "/index"): _VIEW,
    ("POST", "/index/rebuild"): _OPERATE,
    # The platform asks these two, and has no token. They say whether the process runs, nothing of instances.
    ("GET", "/livez"): OPEN,
    ("GET", "/readyz"): OPEN,
    # Prometheus: counts by route and status. With a metrics port the route is there alone, out of customers' reach.
    ("GET", "/metrics"): OPEN,
    # The same for everybody, and in the source: what there is to ask, not what is in it.
    ("GET", "/openapi.json"): OPEN,
    ("GET", "/docs"): OPEN,
    # The web page is files without data, loaded before anybody can have given it a token.
    ("GET", "/"): OPEN,
    ("GET", "/ui/{name}"): OPEN,
}
"""By method and path as the route declares it."""

"""The routes of the HTTP API that are always there."""

from typing import Final

from api.routes import (
    applications,
    diagnosis,
    events,
    index,
    instances,
    listing,
    management,
    me,
    orders,
    probes,
    stream,
    tasks,
    workflows,
)

ROUTES: Final = (
    tasks,
    orders,
    applications,
    workflows,
    listing,
    instances,
    diagnosis,
    stream,
    management,
    events,
    me,
    index,
    probes,
)
"""In the order in which a path is looked up: what is fixed stands before what is in braces."""

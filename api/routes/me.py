from fastapi import APIRouter

from api.dependencies import Caller, Settings
from api.openapi import problems
from durably.contracts.access import Me

router = APIRouter(tags=["access"], responses=problems())


@router.get("/me")
async def show_me(caller: Caller, settings: Settings) -> Me:
    """Who the caller is, and what it may do. Where nobody is asked for a token, it is who it says it is."""
    return Me(name=caller.name, roles=tuple(sorted(caller.roles)), proven=settings.takes_keys or settings.takes_oidc)

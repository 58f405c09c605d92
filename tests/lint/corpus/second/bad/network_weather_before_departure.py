# expect: NETWORK
import httpx

import dapr.ext.workflow as wf


def _wind(harbour: str) -> float:
    forecast = httpx.get(f"https://weather.example/{harbour}")  # <- NETWORK
    return forecast.json()["wind"]


def leave_harbour(ctx: wf.DaprWorkflowContext, ship: dict):
    """Leave if the wind allows."""
    if _wind(ship["harbour"]) > 24:
        yield ctx.call_activity("stay", input=ship["id"])
        return "stays"
    yield ctx.call_activity("cast_off", input=ship["id"])
    return "left"

import asyncio
import time

from durably.telemetry.probes import NotReadyError, Pings


async def _fine() -> str | None:
    return None


async def _broken() -> str | None:
    raise NotReadyError("the stream is gone")


async def _stuck() -> str | None:
    await asyncio.Event().wait()
    return None


async def test_ready_is_when_each_ping_is_in_order() -> None:
    found = await Pings({"stream": _fine, "engine": _fine}).check()

    assert found.model_dump() == {
        "status": "ready",
        "checks": {"stream": {"ok": True, "detail": "ok"}, "engine": {"ok": True, "detail": "ok"}},
    }
    assert found.http_status == 200


async def test_one_failing_ping_is_enough_and_the_answer_says_which_and_why() -> None:
    found = await Pings({"stream": _broken, "engine": _fine}).check()

    assert (found.status, found.http_status) == ("not_ready", 503)
    assert (found.checks["stream"].ok, found.checks["stream"].detail) == (False, "the stream is gone")
    assert found.checks["engine"].ok


async def test_stuck_pings_are_bounded_together() -> None:
    begun = time.monotonic()

    found = await Pings({"one": _stuck, "two": _stuck}, timeout_s=0.05).check()

    assert time.monotonic() - begun < 1
    assert found.checks["one"].detail == "no answer within 0.05 s"


async def test_a_ping_may_say_more_than_ok() -> None:
    async def ping() -> str | None:
        return "3 ms"

    assert (await Pings({"engine": ping}).check()).checks["engine"].detail == "3 ms"

# near: ASYNCIO, LOGGING
import asyncio
import signal

import dapr.ext.workflow as wf

runtime = wf.WorkflowRuntime()


@runtime.activity
def water(ctx: wf.WorkflowActivityContext, plant: str) -> str:
    return f"watered {plant}"


@runtime.workflow
def garden(ctx: wf.DaprWorkflowContext, plants: list):
    for plant in plants:
        yield ctx.call_activity(water, input=plant)


async def main() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    runtime.start()
    print("ready")
    await stop.wait()
    runtime.shutdown()


if __name__ == "__main__":
    asyncio.run(main())

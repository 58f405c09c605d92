import asyncio, threading, requests
from concurrent.futures import ThreadPoolExecutor, as_completed


async def fetch(x):
    await asyncio.sleep(1)
    return requests.get(x)


def upload(x):
    requests.post(x)


class W:
    seen = []
    total = 0

    def run(self, ctx: DaprWorkflowContext, x):
        self.seen.append(x)  # <- GLOBALS
        type(self).total += 1  # <- GLOBALS
        self.__class__.total += 1  # <- GLOBALS
        r = asyncio.run(  # <- ASYNCIO
            fetch(x)
        )
        threading.Thread(target=upload, args=(x,)).start()  # <- THREADS
        with ThreadPoolExecutor() as pool:  # <- THREADS
            fs = [pool.submit(upload, i) for i in x]
            for f in as_completed(fs):  # <- UNORDERED
                yield ctx.call_activity("a", input=f.result())
        ctx.wait_for_external_event("q")  # <- UNYIELDED
        y = yield fetch(x)  # <- ASYNCIO
        ev = ctx.wait_for_external_event("z")  # <- DEADLINE
        data = yield ev
        note(data)


def note(x):
    return x

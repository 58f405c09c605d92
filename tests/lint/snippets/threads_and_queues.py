import threading, time, queue
from concurrent.futures import ThreadPoolExecutor

lock = threading.Lock()


def wf(ctx: DaprWorkflowContext, x):
    with lock:  # <- THREADS
        a = 1
    time.sleep(5)  # <- THREADS
    q = queue.Queue()  # <- THREADS
    q.put(1)
    with ThreadPoolExecutor() as pool:  # <- THREADS
        rs = list(pool.map(str, x))
    t = threading.Thread(target=print)  # <- THREADS
    t.start()
    yield ctx.call_activity("a", input=rs)

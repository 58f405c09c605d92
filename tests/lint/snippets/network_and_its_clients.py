import requests, httpx, subprocess, urllib.request, urllib.parse, os
from dapr.clients import DaprClient

session = requests.Session()


def wf(ctx: DaprWorkflowContext, x):
    r = requests.get(x)  # <- NETWORK
    body = r.json()
    with DaprClient() as d:  # <- NETWORK
        d.save_state("s", "k", "v")
    c = httpx.Client()  # <- NETWORK
    y = c.get(x)
    z = session.post(x)  # <- NETWORK
    subprocess.run(["ls"])  # <- NETWORK
    u = urllib.parse.quote(x)
    v = urllib.request.urlopen(x)  # <- NETWORK
    try:
        yield ctx.call_activity("a", input=u)
    except httpx.HTTPError:
        pass
    os.system("ls")  # <- NETWORK

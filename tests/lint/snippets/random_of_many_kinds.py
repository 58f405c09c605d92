import random
from random import choice, Random
import numpy as np
import secrets

rng = Random(5)


def wf(ctx: DaprWorkflowContext, x):
    a = choice(x)  # <- RANDOM
    b = np.random.rand()  # <- RANDOM
    c = secrets.token_hex(4)  # <- RANDOM
    d = Random(x["seed"]).random()
    r = random.Random(ctx.instance_id)
    e = r.choice(x)
    f = rng.random()  # <- RANDOM
    random.shuffle(x)  # <- RANDOM
    yield ctx.call_activity("a", input=a)

import random
from dapr.ext.workflow import DaprWorkflowContext


class Sampler:
    def __init__(self, rate):
        self.rate = rate
        self.rng = random.Random()  # <- RANDOM

    def chosen(self):
        return self.rng.random() < self.rate


def w(ctx: DaprWorkflowContext, x):
    s = Sampler(0.1)
    if s.chosen():
        yield ctx.call_activity("a", input=random.sample(x, 3))  # <- RANDOM
    r = random.SystemRandom().choice(x)  # <- RANDOM
    random.seed(5)  # <- RANDOM

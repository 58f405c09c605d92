# near: UNBOUNDED
import itertools

from dapr.ext.workflow import DaprWorkflowContext, WorkflowActivityContext, WorkflowRuntime


def primes():
    for number in itertools.count(2):
        if all(number % divisor for divisor in range(2, number)):
            yield number


def find_primes(ctx: WorkflowActivityContext, count: int) -> list:
    found = []
    for prime in primes():
        found.append(prime)
        if len(found) == count:
            return found
    return found


def sieve(ctx: DaprWorkflowContext, counts: list):
    found = []
    for number, count in zip(itertools.count(1), counts):
        found.append({"number": number, "primes": (yield ctx.call_activity(find_primes, input=count))})
    return found


def register(runtime: WorkflowRuntime) -> None:
    runtime.register_workflow(sieve)
    runtime.register_activity(find_primes)

# near: THREADS, LOGGING, UUID
import time
import uuid

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow(name="greet_all")
def greet_all(ctx: wf.DaprWorkflowContext, names: list):
    greetings = yield wf.when_all([ctx.call_activity(greet, input=name) for name in names])
    return greetings


@wfr.activity(name="greet")
def greet(ctx: wf.WorkflowActivityContext, name: str) -> str:
    print(f"greeting {name}", flush=True)
    return f"Hello, {name}!"


if __name__ == "__main__":
    wfr.start()
    time.sleep(10)
    client = wf.DaprWorkflowClient()
    instance = client.schedule_new_workflow(greet_all, input=["Ada", "Grace"], instance_id=str(uuid.uuid4()))
    print(f"started {instance}")
    state = client.wait_for_workflow_completion(instance, timeout_in_seconds=60)
    print(state.serialized_output)
    wfr.shutdown()

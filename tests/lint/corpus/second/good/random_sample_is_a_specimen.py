# near: RANDOM, UUID
import dapr.ext.workflow as wf


class Specimen:
    def __init__(self, tube: str) -> None:
        self.tube = tube

    def shuffle(self) -> str:
        return self.tube[::-1]


def analyse(ctx: wf.DaprWorkflowContext, uuid4: str):
    """`uuid4` is what the hospital calls the number of a tube."""
    random = Specimen(uuid4)
    result = yield ctx.call_activity("centrifuge", input={"tube": uuid4, "label": random.shuffle()})
    return {"tube": uuid4, "result": result}

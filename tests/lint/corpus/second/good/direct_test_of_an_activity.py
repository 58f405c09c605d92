# near: DIRECT
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity(name="to_celsius")
def to_celsius(ctx: wf.WorkflowActivityContext, degrees: float) -> float:
    return round((degrees - 32) / 1.8, 1)


@wfr.workflow(name="convert_series")
def convert_series(ctx: wf.DaprWorkflowContext, series: list):
    convert = to_celsius
    return (yield wf.when_all([ctx.call_activity(convert, input=degrees) for degrees in series]))


def test_water_freezes() -> None:
    assert to_celsius(None, 32) == 0
    assert [to_celsius(None, degrees) for degrees in (50, 68)] == [10, 20]

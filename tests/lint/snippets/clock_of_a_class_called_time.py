class time:
    @staticmethod
    def time():
        return 1


def wf(ctx: DaprWorkflowContext, x):
    a = time.time()
    random = x["random"]
    random.shuffle()
    yield ctx.call_activity("a", input=a)

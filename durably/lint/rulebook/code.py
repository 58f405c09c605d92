"""LOGGING, and what concerns files and comments: ALLOW, SYNTAX."""

from typing import Final

from durably.lint.rulebook.rule import Rule

CODE: Final = (
    Rule(
        id="LOGGING",
        title="told again at every replay",
        why="The line appears once for each replay: it looks as if things had happened several times.",
        hint="write `if not ctx.is_replaying:` before it, or tell it in an activity",
        bad="""\
def order(ctx: WorkflowContext, order: dict):
    print("charging", order["id"])
    yield ctx.call_activity("charge", input=order)
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    if not ctx.is_replaying:
        print("charging", order["id"])
    yield ctx.call_activity("charge", input=order)
""",
        fixes="where the call is a statement of its own",
    ),
    Rule(
        id="ALLOW",
        title="an exception that is none",
        why="An exception without a reason, for a rule that does not exist, or for code that is no longer there hides"
        " the next mistake in that line.",
        hint="write `# durably: allow[RULE] reason`, or take the comment out",
        bad="""\
def order(ctx: WorkflowContext, order: dict):
    yield ctx.call_activity("charge", input=order)  # durably: allow[CLOCK] it was here once
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    yield ctx.wait_for_external_event("paid")  # durably: allow[DEADLINE] whoever started it terminates it
    yield ctx.call_activity("charge", input=order)
""",
    ),
    Rule(
        id="SYNTAX",
        title="a file that cannot be read",
        why="What is no Python, or no text in the encoding that it names, cannot be checked.",
        hint="mend the file, or leave it out of the paths",
        bad="""\
def order(ctx: WorkflowContext, order: dict)
    yield ctx.call_activity("charge", input=order)
""",
        good="""\
def order(ctx: WorkflowContext, order: dict):
    yield ctx.call_activity("charge", input=order)
""",
    ),
)

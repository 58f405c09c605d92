# expect: DIRECT
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, ActivityContext, ActivityDefinition, Frozen, WorkflowContext, retry
from durably.authoring import WorkflowDefinition


class Text(Frozen):
    """A text to be translated."""

    words: tuple[str, ...]


async def count_words(_ctx: ActivityContext, text: Text) -> int:
    """Idempotent because it has no effect."""
    return len(text.words)


async def translate(_ctx: ActivityContext, text: Text) -> Text:
    """Idempotent because it has no effect."""
    return Text(words=tuple(word.upper() for word in text.words))


def translation(ctx: WorkflowContext, text: Text) -> Generator[Any, Any, Text]:
    count = yield count_words(ctx, text)  # <- DIRECT
    if not count:
        return text
    return Text.model_validate((yield ctx.call_activity("translate", input=text, retry_policy=retry(LOCAL))))


ACTIVITIES = (ActivityDefinition("count_words", count_words, Text), ActivityDefinition("translate", translate, Text))
TRANSLATION_V1 = WorkflowDefinition("translation", "v1", translation, Text, Text)

# near: GLOBALS
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, ActivityContext, ActivityDefinition, Frozen, WorkflowContext, WorkflowDefinition
from durably.authoring import retry

cache: dict[str, int] = {}
hits = 0


class Word(Frozen):
    """A word, and how often it was looked up."""

    text: str
    count: int = 0


async def look_up(_ctx: ActivityContext, word: Word) -> Word:
    """Idempotent as far as anybody minds: the count is that of this worker."""
    global hits
    hits += 1
    cache[word.text] = cache.get(word.text, 0) + 1
    return word.model_copy(update={"count": cache[word.text]})


def translate(ctx: WorkflowContext, word: Word) -> Generator[Any, Any, Word]:
    cache = {word.text: word}
    hits = 0
    for letter in word.text:
        cache[letter] = Word.model_validate(
            (yield ctx.call_activity("look_up", input=Word(text=letter), retry_policy=retry(LOCAL)))
        )
        hits += cache[letter].count
    return word.model_copy(update={"count": hits})


ACTIVITIES = (ActivityDefinition("look_up", look_up, Word),)
TRANSLATE_V1 = WorkflowDefinition("translate", "v1", translate, Word, Word)

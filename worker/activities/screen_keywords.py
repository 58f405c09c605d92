from durably.contracts.applications import KeywordScreening, Screening
from durably.contracts.names import SCREEN_KEYWORDS
from durably.domain.scoring import keyword_signals
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition


async def screen_keywords(_ctx: ActivityContext, given: KeywordScreening) -> Screening:
    """Look for the keywords in the resume. Idempotent because it has no effect."""
    return Screening(signals=keyword_signals(given.resume_text, given.keywords))


def definition() -> ActivityDefinition:
    """The activity, ready to be registered."""
    return ActivityDefinition(name=SCREEN_KEYWORDS, run=screen_keywords, input_model=KeywordScreening)

from durably.contracts.applications import Screening, SkillScreening
from durably.contracts.names import SCREEN_SKILLS
from durably.domain.scoring import skill_signals
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition


async def screen_skills(_ctx: ActivityContext, given: SkillScreening) -> Screening:
    """Look at skills and experience. Idempotent because it has no effect."""
    return Screening(signals=skill_signals(given.skills, given.years_experience, given.policy))


def definition() -> ActivityDefinition:
    """The activity, ready to be registered."""
    return ActivityDefinition(name=SCREEN_SKILLS, run=screen_skills, input_model=SkillScreening)

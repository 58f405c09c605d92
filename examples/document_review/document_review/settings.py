from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from durably.authoring import ApprovalTerms


class ReviewSettings(BaseSettings):
    """What the package can be told, by environment variables of the worker."""

    model_config = SettingsConfigDict(env_prefix="DOCUMENT_REVIEW_", frozen=True)

    reviewers: tuple[str, ...] = Field(default=("grace", "ada"), min_length=1, description="Who may review, as JSON.")
    deadline_s: float = Field(default=86_400, gt=0, description="Seconds until what nobody read is rejected.")

    @property
    def terms(self) -> ApprovalTerms:
        """The terms of a review that begins now."""
        return ApprovalTerms(approvers=self.reviewers, deadline_s=self.deadline_s, on_deadline="reject")

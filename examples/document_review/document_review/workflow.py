from collections.abc import Generator
from typing import Any

from document_review.models import Check, Document, Publication, Review
from durably.authoring import LOCAL, ApprovalRequest, WorkflowContext, WorkflowDefinition, approval, retry


def document_review(ctx: WorkflowContext, document: Document) -> Generator[Any, Any, Review]:
    """Check a document, have it read, publish it.

    A document that has a problem, or that its reader turns down, ends `rejected`, and so does one that nobody has read
    by the deadline. There is nothing to compensate: what was published stays published.
    """
    check = Check.model_validate((yield ctx.call_activity("check_document", input=document, retry_policy=retry(LOCAL))))
    if check.terms is None:
        return Review(document_id=document.document_id, status="rejected", message=check.problem or "")
    request = ApprovalRequest(subject=f"Publish {document.title}?", **check.terms.model_dump())
    decision = yield from approval(ctx, request)
    if decision.outcome == "rejected":
        return Review(document_id=document.document_id, status="rejected", message=decision.reason)
    published = Publication.model_validate(
        (yield ctx.call_activity("publish_document", input=document, retry_policy=retry(LOCAL)))
    )
    return Review(document_id=document.document_id, status="published", message=published.address)


DOCUMENT_REVIEW_V1 = WorkflowDefinition("document_review_workflow", "v1", document_review, Document, Review)

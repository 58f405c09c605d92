"""Everything that touches the world, or that may be decided differently tomorrow."""

from document_review.models import Check, Document, Publication
from durably.authoring import ActivityContext, ActivityDefinition, ApprovalTerms, FirstWrite


def check_document(terms: ApprovalTerms) -> ActivityDefinition:
    """The activity that looks at a document, and says who is to read it."""

    async def run(_ctx: ActivityContext, document: Document) -> Check:
        """Idempotent because it has no effect. The terms go into the history, and so stay as they are now."""
        readers = tuple(person for person in terms.approvers if person != document.author)
        if not document.title.strip():
            return Check(problem="it has no title")
        if not readers:
            return Check(problem=f"nobody but {document.author} could read it")
        return Check(terms=terms.model_copy(update={"approvers": readers}))

    return ActivityDefinition("check_document", run, Document)


def publish_document(publications: FirstWrite[Publication]) -> ActivityDefinition:
    """The activity that publishes a document."""

    async def run(ctx: ActivityContext, document: Document) -> Publication:
        """Idempotent because the first publication of a document stands, whichever attempt wrote it."""
        address = f"/documents/{document.document_id}"
        wanted = Publication(document_id=document.document_id, address=address, task_execution_id=ctx.task_execution_id)
        return await publications.write(document.document_id, wanted)

    return ActivityDefinition("publish_document", run, Document)

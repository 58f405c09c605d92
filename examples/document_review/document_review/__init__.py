"""Documents are checked, read by a person, and published: a package of workflows for Durably."""

from document_review.activities import check_document, publish_document
from document_review.models import Publication
from document_review.settings import ReviewSettings
from document_review.workflow import DOCUMENT_REVIEW_V1
from durably.authoring import Environment, FirstWrite, Package


def declare(environment: Environment) -> Package:
    """What the worker calls at its start: the workflow, and its activities with what they need."""
    publications = FirstWrite(environment.state, prefix="publication", model=Publication)
    return Package(
        workflows=(DOCUMENT_REVIEW_V1,),
        activities=(
            check_document(environment.settings(ReviewSettings).terms),
            publish_document(publications),
        ),
    )

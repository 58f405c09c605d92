"""What goes in, what comes out, and what the activities pass on; all of it stands in the history."""

from typing import Literal

from pydantic import Field

from durably.authoring import ApprovalTerms, Frozen


class Document(Frozen):
    """A document that is to be published. Its text stays where it is: histories are for ids, not for documents."""

    document_id: str = Field(pattern="^[a-z0-9-]{1,50}$", description="Identifies the document.")
    title: str = Field(max_length=200, description="What it is called.")
    author: str = Field(max_length=100, description="Who wrote it; nobody reviews what they wrote.")


class Check(Frozen):
    """What was found before anybody reads it: a problem, or the terms of its review."""

    problem: str | None = None
    terms: ApprovalTerms | None = None


class Publication(Frozen):
    """Where a document was published; the first one that was written stands."""

    document_id: str
    address: str
    task_execution_id: str = Field(description="The execution of the activity that wrote it.")


class Review(Frozen):
    """How it ended."""

    document_id: str
    status: Literal["published", "rejected"]
    message: str

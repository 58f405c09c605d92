"""Releases of the example's package: as it stands, and as somebody changed it. Each is an image of the worker."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.e2e.commands import run
from tests.e2e.installation import ROOT

REPOSITORY: Final = "document-review"
WORKFLOW: Final = "document_review_workflow"
_EXAMPLE: Final = ROOT / "examples" / "document_review"
_BUILD_S: Final = 300
_ASK: Final = '    request = ApprovalRequest(subject=f"Publish {document.title}?"'
_PUBLISH: Final = "    published = Publication.model_validate("
_CHECK: Final = 'ctx.call_activity("check_document", input=document, retry_policy=retry(LOCAL))'
_DEFINED: Final = (
    'DOCUMENT_REVIEW_V1 = WorkflowDefinition("document_review_workflow", "v1", document_review, Document, Review)\n'
)

Change = Callable[[Path], None]
"""Changes a copy of the package."""


def unchanged(_package: Path) -> None:
    """What is released."""


def breaking(package: Path) -> None:
    """A second look before anybody is asked: those who have been asked never had it."""
    _replace(package / "workflow.py", _ASK, f"    yield {_CHECK}\n{_ASK}")


def compatible(package: Path) -> None:
    """A log line, a field with a default, and a second look after the decision, where nobody who waits has been yet."""
    workflow = package / "workflow.py"
    _replace(workflow, "from collections.abc", "import logging\nfrom collections.abc")
    _replace(workflow, _ASK, f"    if not ctx.is_replaying:\n        logging.getLogger(__name__).info('asks')\n{_ASK}")
    _replace(workflow, _PUBLISH, f"    yield {_CHECK}\n{_PUBLISH}")
    _replace(package / "models.py", "    message: str\n", '    message: str\n    edition: str = "first"\n')


def versioned(package: Path) -> None:
    """The change that breaks, as version v2; v1 stays as it is."""
    workflow = package / "workflow.py"
    v1 = workflow.read_text(encoding="utf-8")
    breaking(package)
    _replace(workflow, "def document_review(", "def document_review_v2(")
    _replace(workflow, _DEFINED, _DEFINED.replace("V1", "V2").replace("v1", "v2").replace("w, D", "w_v2, D"))
    workflow.rename(package / "workflow_v2.py")
    workflow.write_text(v1, encoding="utf-8")
    declared = package / "__init__.py"
    _replace(
        declared,
        "import DOCUMENT_REVIEW_V1\n",
        "import DOCUMENT_REVIEW_V1\nfrom document_review.workflow_v2 import DOCUMENT_REVIEW_V2\n",
    )
    _replace(declared, "(DOCUMENT_REVIEW_V1,)", "(DOCUMENT_REVIEW_V1, DOCUMENT_REVIEW_V2)")


RELEASES: Final[tuple[Change, ...]] = (unchanged, breaking, compatible, versioned)


async def build(kind_name: str) -> None:
    """Make an image of each release, tagged with its name, and put them on the nodes.

    Args:
        kind_name: The name that kind has for the cluster.
    """
    with TemporaryDirectory() as folder:
        for change in RELEASES:
            context = Path(folder) / change.__name__
            await asyncio.to_thread(shutil.copytree, _EXAMPLE, context)
            change(context / "document_review")
            await run("docker", "build", "--quiet", f"--tag={image(change)}", str(context), within_s=_BUILD_S)
    images = [image(change) for change in RELEASES]
    await run("kind", "load", "docker-image", f"--name={kind_name}", *images, within_s=_BUILD_S)


def image(change: Change) -> str:
    """The image of a release."""
    return f"{REPOSITORY}:{change.__name__}"


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file.name} has {text.count(old)} times {old!r}"
    file.write_text(text.replace(old, new), encoding="utf-8")

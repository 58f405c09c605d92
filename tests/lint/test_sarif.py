"""The SARIF document has what SARIF 2.1.0 requires, of the right kinds, and leads to the right places."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

from durably.lint.rulebook import RULES
from tests.lint.command import durably, written

PLACES = ["startLine", "startColumn", "endLine", "endColumn"]
REGION = {
    "type": "object",
    "required": PLACES,
    "properties": {name: {"type": "integer", "minimum": 1} for name in PLACES},
    "additionalProperties": False,
}
MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
ARTIFACT = {"type": "object", "required": ["uri"], "properties": {"uri": {"type": "string", "format": "uri-reference"}}}
CHANGE = {
    "type": "object",
    "required": ["artifactLocation", "replacements"],
    "properties": {
        "artifactLocation": ARTIFACT,
        "replacements": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["deletedRegion"],
                "properties": {"deletedRegion": REGION, "insertedContent": MESSAGE},
            },
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
    "properties": {
        "ruleId": {"enum": list(RULES)},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": MESSAGE,
        "locations": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["physicalLocation"],
                "properties": {
                    "physicalLocation": {
                        "required": ["artifactLocation", "region"],
                        "properties": {"artifactLocation": ARTIFACT, "region": REGION},
                    }
                },
            },
        },
        "fixes": {
            "type": "array",
            "items": {
                "required": ["artifactChanges"],
                "properties": {
                    "description": MESSAGE,
                    "artifactChanges": {"type": "array", "minItems": 1, "items": CHANGE},
                },
            },
        },
    },
}
DRIVER = {
    "type": "object",
    "required": ["name", "rules"],
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "rules": {
            "type": "array",
            "uniqueItems": True,
            "items": {"required": ["id"], "properties": {"id": {"type": "string"}, "shortDescription": MESSAGE}},
        },
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {"required": ["driver"], "properties": {"driver": DRIVER}},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}
"""What the standard requires of the parts that are used here."""
CODE = """\
import uuid

def order(ctx: WorkflowContext, order: dict):
    ä = str(uuid.uuid4())
    yield ctx.call_activity("charge", input=ä)
"""


def sarif(tree: Path) -> dict[str, Any]:
    done = durably(tree, "lint", "--format", "sarif")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_it_is_valid_with_and_without_findings(tmp_path: Path) -> None:
    jsonschema_rs.validate(SARIF, sarif(tmp_path))
    jsonschema_rs.validate(SARIF, sarif(written(tmp_path, order=CODE)))


def test_a_result_leads_to_the_line_and_its_fix_replaces_exactly_the_call(tmp_path: Path) -> None:
    (run,) = sarif(written(tmp_path, order=CODE))["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "UUID"
    assert place["artifactLocation"]["uri"] == "order.py"
    region = place["region"]
    line = CODE.splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "uuid.uuid4()"
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement == {"deletedRegion": region, "insertedContent": {"text": "ctx.uuid4()"}}

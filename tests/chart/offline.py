"""Checks objects as an API server would, without one: against tests/chart/schemas, where unknown fields fail."""

import functools
import json
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

_SCHEMAS: Final = Path(__file__).parent / "schemas"


def faults(found: dict[str, Any], kubernetes: str) -> list[str]:
    """What is wrong with an object, for a version of Kubernetes such as `1.29`; empty if nothing is."""
    kind = f"{found['apiVersion']}/{found['kind']}"
    schemas = _validators(kubernetes)
    if kind not in schemas:
        return [f"tests/chart/schemas has no {kind}"]
    name = found["metadata"]["name"]
    return [f"{kind} {name} at {error.instance_path}: {error.message}" for error in schemas[kind].iter_errors(found)]


@functools.cache
def _validators(kubernetes: str) -> dict[str, Any]:
    own = json.loads((_SCHEMAS / f"kubernetes-{kubernetes}.json").read_text())
    schemas = {kind: {**schema, "$defs": own["$defs"]} for kind, schema in own["kinds"].items()}
    metadata = {"$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
    for path in sorted((_SCHEMAS / "crds").glob("*.json")):
        crd = json.loads(path.read_text())["spec"]
        for version in crd["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = metadata
            kind = f"{crd['group']}/{version['name']}/{crd['names']['kind']}"
            schemas[kind] = {**schema, "$defs": own["$defs"]}
    return {kind: jsonschema_rs.Draft202012Validator(schema) for kind, schema in schemas.items()}


def strict(schema: Any) -> Any:
    """The schema of a custom resource as plain JSON schema; a field that an API server would drop is an error."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(value) for key, value in schema.items() if not key.startswith("x-kubernetes-")}
    if schema.get("x-kubernetes-int-or-string"):
        found["type"] = ["integer", "string"]
        found.pop("anyOf", None)
    open_ended = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict) and not open_ended:
        found["additionalProperties"] = False
    found.pop("format", None)
    return found

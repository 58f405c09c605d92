# near: UNORDERED
import hashlib

from dapr.ext.workflow import DaprWorkflowContext


def _shard(key: str, shards: int) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % shards


def store_reading(ctx: DaprWorkflowContext, reading: dict):
    known = {"temperature", "pressure"}
    if not known.issuperset(reading["values"]):
        return "unknown values"
    missing = set()
    for name in known:
        if name not in reading["values"]:
            missing.add(name)
    shard = _shard(reading["sensor"], 8)
    yield ctx.call_activity("store", input={"shard": shard, "reading": reading, "missing": sorted(missing)})
    return shard

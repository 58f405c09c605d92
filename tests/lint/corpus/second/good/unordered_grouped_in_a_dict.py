# near: UNORDERED
import zlib
from itertools import groupby

from dapr.ext.workflow import DaprWorkflowContext, when_all


def mail_by_town(ctx: DaprWorkflowContext, letters: list):
    """One bag for each town, in the order of the towns."""
    bags = {}
    for town, group in groupby(sorted(letters, key=lambda one: one["town"]), key=lambda one: one["town"]):
        bags[town] = [letter["id"] for letter in group]
    lanes = {town: zlib.crc32(town.encode()) % 4 for town in bags}
    yield when_all([ctx.call_activity("load_bag", input={"town": town, "lane": lanes[town]}) for town in bags])
    for town, ids in bags.items():
        yield ctx.call_activity("drive", input={"town": town, "letters": ids})
    return list(bags.keys())

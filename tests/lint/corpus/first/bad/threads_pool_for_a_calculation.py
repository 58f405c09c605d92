# expect: THREADS
from concurrent.futures import ThreadPoolExecutor

import dapr.ext.workflow as wf


def _weight(parcel: dict) -> float:
    return parcel["length"] * parcel["width"] * parcel["height"] / 5000


def quote_shipment(ctx: wf.DaprWorkflowContext, parcels: list):
    with ThreadPoolExecutor(max_workers=4) as pool:  # <- THREADS
        weights = list(pool.map(_weight, parcels))
    return (yield ctx.call_activity("quote", input={"weights": weights}))

"""Why an instance is where it is: here the evidence is gathered, `durably.domain.diagnosis` makes a verdict of it.

`gathering` reads one instance, its history and the heartbeats, and follows children; `outages` finds out what is away
where that cannot be read; `watch` gives every instance that has not ended a verdict for the metric.
"""

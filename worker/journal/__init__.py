"""Who ran which activity, and who asked for what: what the engine does not record, noted for people to look at.

Each worker notes the executions of its activities (`observing`) and who started an instance or raised an event through
it (`acts`), and writes what is new to the state store in bulk (`journal`), one document for each instance
(`executions`). The history is shown together with it (`showing`). Nothing depends on it: where the store is away, all
goes on all the same.
"""

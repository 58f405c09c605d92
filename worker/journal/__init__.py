"""Who ran which activity, and when: what the engine does not record, noted by the workers for people to look at.

Each worker notes the executions of its activities (`observing`), and writes what is new to the state store in bulk
(`journal`), one document for each instance (`executions`). The history is shown together with it (`showing`). Nothing
depends on it: where the store is away, an activity runs all the same.
"""

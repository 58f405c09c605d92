"""Workers say every few seconds that they are there, and what they are about.

`pulse` makes what one says of itself, `heartbeats` writes it to the state store, with a time to live, and reads what
the others say. Who the others are, the index knows (`worker.index.members`): a beat goes with the log of its worker.
"""

"""The index of instances: what no engine can be asked for in one call. Never the source of truth, always repairable.

Each worker keeps all of it in memory (`table`), answers from there (`questions`), and shares what it learns with the
others through a log of its own in the state store (`log`, `members`). `index` puts the parts together.
"""

"""The development engine: the part of a Dapr sidecar that Durably uses, in one process, on SQLite.

For development and tests on one machine. Production is Dapr.
"""

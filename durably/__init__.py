"""Durable workflows in Python on Dapr Workflow."""

__version__ = "0.1.0"

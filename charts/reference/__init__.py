"""Writes the chart's schema and the value table of its README from the comments in values.yaml. `make docs` runs it."""

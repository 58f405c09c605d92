from charts.reference.declarations import CHART
from charts.reference.schema import schema_text
from charts.reference.table import readme

(CHART / "values.schema.json").write_text(schema_text())
(CHART / "README.md").write_text(readme((CHART / "README.md").read_text()))

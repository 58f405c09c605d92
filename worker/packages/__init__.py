"""The built-in packages. Each is declared as anybody's would be: by an entry point, see pyproject.toml."""

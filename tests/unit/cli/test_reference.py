from pathlib import Path

import durably
from api.settings import ApiSettings
from durably.cli.reference import document
from durably.contracts.settings import variables
from worker.settings import WorkerSettings

PAGE = Path(durably.__file__).parents[1] / "docs" / "configuration.md"


def test_every_variable_of_worker_and_api_is_described() -> None:
    text = document()
    for settings in (WorkerSettings, ApiSettings):
        for name, field in settings.model_fields.items():
            assert field.description, f"{name} has no description"
            for variable in variables(settings, name):
                assert f"`{variable}`" in text


def test_every_option_of_the_command_is_described_with_its_variable_and_default() -> None:
    lines = document().splitlines()
    assert any(line.startswith("| `--port` | `DURABLY_DEV_PORT` | `8080` | ") for line in lines)
    assert any(line.startswith("| `--delay` | `DURABLY_DEMO_DELAY` | `3.0` | ") for line in lines)


def test_the_page_in_docs_is_what_the_declarations_say() -> None:
    assert PAGE.read_text() == document(), "run `make docs`"

from pathlib import Path

import pytest

import durably
from api.settings import ApiSettings
from durably.cli import manual, reference
from durably.cli.commands.catalogue import COMMANDS, load
from durably.cli.exits import ExitCode
from durably.contracts.settings import variables
from worker.settings import WorkerSettings

DOCS = Path(durably.__file__).parents[1] / "docs"


def test_every_variable_of_worker_packages_and_api_is_described() -> None:
    text = reference.document()
    for settings in (WorkerSettings, ApiSettings, *reference.PACKAGES.values()):
        for name, field in settings.model_fields.items():
            assert field.description, f"{name} has no description"
            for variable in variables(settings, name):
                assert f"`{variable}`" in text


def test_every_command_and_every_option_of_it_is_described() -> None:
    text = manual.document()
    for name in COMMANDS:
        assert f"\n## durably {name}\n" in text
        for option in load(name).params:
            assert option.help, f"{option.name} of {name} has no help"
            written = option.opts if option.param_type_name == "option" else (option.metavar,)
            assert all(f"`{one}`".replace("|", "\\|") in text for one in written), f"{option.name} of {name}"


def test_an_option_stands_there_with_its_variable_and_default() -> None:
    lines = manual.document().splitlines()
    assert any(line.startswith("| `--port` | `DURABLY_DEV_PORT` | `8080` | ") for line in lines)
    assert any(line.startswith("| `--delay` | `DURABLY_DEMO_DELAY` | `3.0` | ") for line in lines)
    assert any(line.startswith("| `--server` | `DURABLY_SERVER` | ") for line in lines)


def test_every_exit_code_is_described() -> None:
    for code in ExitCode:
        assert f"| {code.value} | {code.name.lower()} | " in manual.document()


def test_the_list_of_commands_says_of_each_what_the_command_says_of_itself() -> None:
    for name, entry in COMMANDS.items():
        first_paragraph = load(name).help.split("\n\n")[0]
        assert entry.about == " ".join(first_paragraph.split())


@pytest.mark.parametrize(
    ("page", "text"),
    [("configuration.md", reference.document()), ("cli.md", manual.document())],
    ids=["settings", "command"],
)
def test_the_page_in_docs_is_what_the_declarations_say(page: str, text: str) -> None:
    assert (DOCS / page).read_text() == text, "run `make docs`"

"""The API does not start where it would let in somebody whom nobody chose to let in."""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from api.bootstrap import application
from api.settings import ApiSettings
from durably.contracts.settings import load_settings
from tests.harness.ports import free_port
from tests.unit.api.api_process import api_process
from tests.unit.api.keyholders import Keyholder, entries

ADA: Final = Keyholder("ada")
ISSUER: Final = {"AUTH": "oidc", "OIDC_ISSUER": "https://i.example.org", "OIDC_AUDIENCE": "durably"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org"])  # noqa: S104 - refused
def test_an_address_that_others_reach_needs_a_choice(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DURABLY_API_HOST", host)

    with pytest.raises(SystemExit) as stopped:
        load_settings(ApiSettings)

    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("DURABLY_API_AUTH: is not set")
    assert host in line
    assert "none, keys, oidc or keys+oidc" in line


async def test_the_process_ends_with_that_line_and_that_code(tmp_path: Path) -> None:
    process = api_process(tmp_path, env={"DURABLY_API_HOST": "0.0.0.0"})  # noqa: S104 - refused
    process.spawn()

    assert await process.wait_exit() == 2
    (line,) = process.output().splitlines()
    assert line.startswith("DURABLY_API_AUTH: is not set")


@pytest.mark.parametrize(
    "settings",
    [
        {"HOST": "127.0.0.1"},
        {"HOST": "::1"},
        {"HOST": "localhost"},
        {"HOST": "0.0.0.0", "AUTH": "none"},  # noqa: S104 - not listened on
        {"HOST": "0.0.0.0", "AUTH": "keys", "KEYS": entries(ADA)},  # noqa: S104 - as above
        {"HOST": "0.0.0.0", **ISSUER},  # noqa: S104 - as above
        {"HOST": "0.0.0.0", **ISSUER, "AUTH": "keys+oidc", "KEYS": entries(ADA)},  # noqa: S104 - as above
        {**ISSUER, "OIDC_ISSUER": "http://127.0.0.1:9"},
    ],
)
def test_loopback_needs_no_choice_and_elsewhere_each_choice_will_do(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"DURABLY_API_{name}", value)

    assert ApiSettings().host


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"AUTH": "maybe"}, "DURABLY_API_AUTH: "),
        ({"AUTH": "keys"}, "DURABLY_API_KEYS: "),
        ({"AUTH": "keys+oidc"}, "DURABLY_API_KEYS: "),
        ({"AUTH": "keys", "KEYS": "[]"}, "DURABLY_API_KEYS: has no entry"),
        ({"AUTH": "keys", "KEYS": '[{"name": "a-secret"}]'}, "DURABLY_API_KEYS: [0][sha256]: Field required"),
        ({"AUTH": "keys", "KEYS_FILE": "/nowhere"}, "DURABLY_API_KEYS_FILE: cannot read /nowhere: No such file"),
        ({"AUTH": "oidc"}, "DURABLY_API_OIDC_ISSUER: is not set"),
        ({**ISSUER, "OIDC_AUDIENCE": ""}, "DURABLY_API_OIDC_AUDIENCE: is not set"),
        ({**ISSUER, "OIDC_ISSUER": "http://i.example.org"}, "DURABLY_API_OIDC_ISSUER: has to begin with https://"),
        ({**ISSUER, "OIDC_ISSUER": "i.example.org"}, "DURABLY_API_OIDC_ISSUER: has to begin with https://"),
        ({**ISSUER, "OIDC_JWKS_URL": "http://i.example.org"}, "DURABLY_API_OIDC_JWKS_URL: has to begin with https://"),
        ({**ISSUER, "OIDC_ROLES": '{"a": ["admin"]}'}, "DURABLY_API_OIDC_ROLES[a][0]: "),
        ({"RATE_PER_S": "-1"}, "DURABLY_API_RATE_PER_S: "),
        ({"METRICS_PORT": "0"}, "DURABLY_API_METRICS_PORT: "),
    ],
)
def test_a_choice_that_is_not_complete_stops_the_start_with_one_line_that_names_what_is_missing(
    settings: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"DURABLY_API_{name}", value)

    with pytest.raises(SystemExit) as stopped:
        load_settings(ApiSettings)

    assert stopped.value.code == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(line)
    assert "a-secret" not in said


def test_keys_are_never_shown_with_the_settings() -> None:
    assert "sha256" not in repr(ApiSettings(auth="keys", keys=entries(ADA)))


@pytest.mark.parametrize(
    ("settings", "unused"),
    [
        ({"keys": entries(ADA)}, ["DURABLY_API_KEYS"]),
        ({"keys_file": Path("/nowhere"), "auth": "none"}, ["DURABLY_API_KEYS_FILE"]),
        ({"oidc_issuer": "https://i.example.org"}, ["DURABLY_API_OIDC_ISSUER"]),
        ({"keys": entries(ADA), "auth": "keys"}, []),
        ({}, []),
    ],
)
def test_what_says_whom_to_let_in_where_everybody_is_let_in_is_known(settings: Any, unused: list[str]) -> None:
    assert ApiSettings(**settings).unused == unused


async def test_keys_that_nobody_is_asked_for_are_warned_of_at_the_start(tmp_path: Path) -> None:
    process = api_process(tmp_path, env={"DURABLY_API_KEYS": entries(ADA)})
    await process.start()
    await process.stop()

    lines = [json.loads(line) for line in process.output().splitlines()]
    (warning,) = [line for line in lines if line["level"] == "warning"]
    assert (warning["event"], warning["unused"]) == ("api_lets_everybody_in", ["DURABLY_API_KEYS"])
    assert warning["reason"] == "DURABLY_API_AUTH is not set"


async def test_metrics_can_have_a_port_of_their_own_and_are_then_not_on_the_other(tmp_path: Path) -> None:
    port, metrics_port = free_port(), free_port()
    process = api_process(tmp_path, port=port, env={"DURABLY_API_METRICS_PORT": str(metrics_port)})
    await process.start()

    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/metrics") as public:
            assert public.status == 404
        async with session.get(f"http://127.0.0.1:{metrics_port}/metrics") as answer:
            assert 'durably_http_requests_total{method="GET",route="/livez"' in await answer.text()
        for path in ("/", "/livez", "/instances", "/openapi.json"):
            async with session.get(f"http://127.0.0.1:{metrics_port}{path}") as other:
                assert other.status == 404
    await process.stop()


async def test_a_metrics_port_that_is_taken_stops_the_start_with_one_line_that_names_it(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    taken = server.sockets[0].getsockname()[1]
    process = api_process(tmp_path, env={"DURABLY_API_METRICS_PORT": str(taken)})
    process.spawn()

    assert await process.wait_exit() == 1
    server.close()
    (line,) = process.output().splitlines()
    assert line.startswith("DURABLY_API_METRICS_PORT: cannot listen on")


def test_the_document_asks_for_tokens_exactly_where_they_are_asked_for() -> None:
    document = application(settings=ApiSettings(auth="keys", keys=entries(ADA))).openapi()
    plain = application(settings=ApiSettings()).openapi()

    open_to_all = {
        path for path, methods in document["paths"].items() for one in methods.values() if "security" not in one
    }
    assert open_to_all == {"/livez", "/readyz", "/metrics"}
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    pause = document["paths"]["/instances/{instance_id}/pause"]["post"]
    assert pause["x-durably-roles"] == ["operator"]
    assert {"401", "403", "429"} <= pause["responses"].keys()
    assert "security" not in json.dumps(plain)
    assert "unauthorized" not in json.dumps(plain)


def test_a_limit_is_documented_without_tokens_too() -> None:
    document = application(settings=ApiSettings(rate_per_s=1)).openapi()
    responses = document["paths"]["/orders"]["post"]["responses"]

    assert responses["429"]["headers"]["Retry-After"]["required"] is True
    assert "401" not in responses
    assert "429" not in document["paths"]["/livez"]["get"]["responses"]

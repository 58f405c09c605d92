import os
import socket
from pathlib import Path

import pytest

from durably.cli.checks import StartError, check_loopback, check_python, owned_folder
from durably.cli.ports import ANY, API, ENGINE, Ports, claimed


def test_an_old_python_is_refused_with_the_version_that_is_needed() -> None:
    with pytest.raises(StartError, match=r"this is Python 3\.10, Durably needs 3\.11 or newer"):
        check_python((3, 10))
    check_python((3, 11))
    check_python()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback_addresses_are_accepted(host: str) -> None:
    check_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.com", ""])  # noqa: S104 - refused
def test_addresses_that_others_can_reach_are_refused(host: str) -> None:
    with pytest.raises(StartError, match="not a loopback address"):
        check_loopback(host)


def test_a_folder_is_made_with_its_log_folder(tmp_path: Path) -> None:
    with owned_folder(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b" / "logs").is_dir()


def test_a_second_owner_is_told_who_has_the_folder(tmp_path: Path) -> None:
    with owned_folder(tmp_path), pytest.raises(StartError, match=rf"in use by another durably \(PID {os.getpid()}\)"):
        owned_folder(tmp_path).__enter__()


def test_a_folder_is_free_again_after_its_owner(tmp_path: Path) -> None:
    for _ in range(2):
        with owned_folder(tmp_path):
            pass


def test_a_folder_that_cannot_be_written_to_is_named_with_the_option(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match=r"cannot write to .*file/data .*--data or DURABLY_DEV_DATA"):
        owned_folder(tmp_path / "file" / "data").__enter__()


def test_a_taken_port_is_named_with_the_option_and_the_variable_that_change_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = rf"^port {port} of the worker's control API is taken; .*--worker-port or DURABLY_DEV_WORKER_PORT$"
        with pytest.raises(StartError, match=line):
            claimed(Ports(0, port, 0, 0, 0), host="127.0.0.1")


def test_one_port_for_two_things_is_refused() -> None:
    port = claimed(ANY, host="127.0.0.1").api
    with pytest.raises(StartError, match=f"--port and --engine-port are both {port}"):
        claimed(Ports(port, 0, 0, 0, port), host="127.0.0.1")


def test_an_address_that_this_machine_does_not_have_is_refused() -> None:
    with pytest.raises(StartError, match="port 12345 of the API cannot be used"):
        claimed(Ports(12_345, 0, 0, 0, 0), host="192.0.2.1")


def test_zero_takes_free_ports_that_differ() -> None:
    ports = claimed(ANY, host="127.0.0.1")
    numbers = set(ports.by_option().values())
    assert len(numbers) == 5
    assert 0 not in numbers


def test_ports_that_are_asked_for_are_kept_in_their_places() -> None:
    ports = claimed(Ports(api=0, control=0, probes=0, receiver=0, engine=12_346), host="127.0.0.1")
    assert ports.by_option()[ENGINE] == ports.engine == 12_346
    assert ports.by_option()[API] == ports.api

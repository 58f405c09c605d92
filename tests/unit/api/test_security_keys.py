"""API keys: their form, what is kept of them, and how they are exchanged."""

import json
import os
from pathlib import Path

import pytest
import structlog

from api.security.callers import Role
from api.security.keyring import Keyring
from api.security.keys import KeysError, hashed, is_key, new_key, owner, parsed
from durably.contracts.access import UnauthorizedError
from tests.unit.api.keyholders import Keyholder, entries

PAST, FUTURE = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"


def test_a_key_is_recognised_as_one_and_never_made_twice() -> None:
    one, two = new_key(), new_key()

    assert one != two
    assert is_key(one)
    assert one.startswith("durably_")
    assert len(one) == len("durably_") + 43  # 32 bytes


def test_the_owner_of_a_key_is_found_with_the_roles_of_its_entry() -> None:
    ada, ben = Keyholder("ada", Role.VIEWER), Keyholder("ben", Role.OPERATOR, Role.APPROVER)
    known = parsed(entries(ada, ben))

    assert (owner(ada.key, known).name, owner(ada.key, known).roles) == ("ada", {Role.VIEWER})
    assert (owner(ben.key, known).name, owner(ben.key, known).roles) == ("ben", {Role.OPERATOR, Role.APPROVER})


def test_two_keys_of_one_name_are_both_good_so_that_they_can_be_exchanged() -> None:
    old, new = Keyholder("ci"), Keyholder("ci", until=FUTURE)
    known = parsed(entries(old, new))

    assert owner(old.key, known).name == owner(new.key, known).name == "ci"


def test_a_key_that_nobody_has_is_refused() -> None:
    with pytest.raises(UnauthorizedError, match="not known"):
        owner(new_key(), parsed(entries(Keyholder("ada"))))


def test_a_key_that_has_expired_is_refused() -> None:
    ada = Keyholder("ada", until=PAST)

    with pytest.raises(UnauthorizedError, match="expired"):
        owner(ada.key, parsed(entries(ada)))


def test_a_password_is_no_key_even_if_its_hash_is_configured() -> None:
    known = parsed(json.dumps([{"name": "ada", "sha256": hashed("hunter2"), "roles": ["viewer"]}]))

    with pytest.raises(UnauthorizedError):
        owner("hunter2", known)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("secret-thing", "Invalid JSON"),
        ("{}", "valid array"),
        ("[]", "durably api-key"),
        ('[{"name": "a", "sha256": "secret-thing", "roles": ["viewer"]}]', r"^\[0\]\[sha256\]: "),
        ('[{"name": "a", "key": "secret-thing"}]', r"^\[0\]\[sha256\]: Field required"),
        (json.dumps([{**Keyholder("a").entry, "key": "secret-thing"}]), r"^\[0\]\[key\]: Extra inputs"),
        (json.dumps([{**Keyholder("a").entry, "roles": []}]), r"^\[0\]\[roles\]: "),
        (json.dumps([{**Keyholder("a").entry, "roles": ["admin"]}]), r"^\[0\]\[roles\]\[0\]: "),
        (json.dumps([{**Keyholder("a").entry, "name": "a\nb"}]), r"^\[0\]\[name\]: "),
        (
            json.dumps([{**Keyholder("a").entry, "not_after": "2030-01-01T00:00:00"}]),
            r"^\[0\]\[not_after\]: .*timezone",
        ),
    ],
)
def test_entries_that_cannot_be_used_are_refused_by_their_place_and_never_quoted(text: str, said: str) -> None:
    with pytest.raises(KeysError, match=said) as refused:
        parsed(text)

    assert "secret-thing" not in str(refused.value)


def test_a_file_that_is_replaced_is_read_again(tmp_path: Path) -> None:
    old, new, fixed = Keyholder("ci"), Keyholder("ci"), Keyholder("fixed")
    file = tmp_path / "keys.json"
    file.write_text(entries(old))
    keyring = Keyring(inline=entries(fixed), file=file, look_s=0)
    assert keyring.owner(old.key).name == "ci"

    (tmp_path / "next.json").write_text(entries(new))
    (tmp_path / "next.json").replace(file)

    assert keyring.owner(new.key).name == "ci"
    assert keyring.owner(fixed.key).name == "fixed"
    with pytest.raises(UnauthorizedError):
        keyring.owner(old.key)


def test_the_way_in_which_kubernetes_replaces_a_secret_is_noticed(tmp_path: Path) -> None:
    old, new = Keyholder("old"), Keyholder("new")
    for holder in (old, new):
        (tmp_path / holder.name).mkdir()
        (tmp_path / holder.name / "keys.json").write_text(entries(holder))
    (tmp_path / "..data").symlink_to("old")
    (tmp_path / "keys.json").symlink_to("..data/keys.json")
    keyring = Keyring(inline=None, file=tmp_path / "keys.json", look_s=0)
    assert keyring.owner(old.key).name == "old"

    (tmp_path / "..tmp").symlink_to("new")
    (tmp_path / "..tmp").replace(tmp_path / "..data")

    assert keyring.owner(new.key).name == "new"


@pytest.mark.parametrize("gone", [True, False], ids=["deleted", "half written"])
def test_a_file_that_becomes_unreadable_leaves_the_keys_that_were_good_and_is_told_once(
    tmp_path: Path,
    gone: bool,  # noqa: FBT001 - a case
) -> None:
    ada, file = Keyholder("ada"), tmp_path / "keys.json"
    file.write_text(entries(ada))
    keyring = Keyring(inline=None, file=file, look_s=0)

    file.unlink() if gone else file.write_text("[{")

    with structlog.testing.capture_logs() as lines:
        assert [keyring.owner(ada.key).name for _ in range(3)] == ["ada"] * 3
    assert [line["event"] for line in lines] == ["api_keys_not_read"]


def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    ada, file = Keyholder("ada"), tmp_path / "keys.json"
    file.write_text(entries(ada))
    keyring = Keyring(inline=None, file=file, look_s=0)
    before = file.stat()

    file.write_text(" " * before.st_size)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert keyring.owner(ada.key).name == "ada"

"""Law: what is kept comes back, to nobody else, encrypted, and every file is the user's alone from its first moment."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from llmos_core.config.paths import find_paths
from llmos_core.config.secret_reading import read_secret
from llmos_core.config.secret_ref import SecretRef
from llmos_core.config.secret_vault import KEY_VARIABLE, key_path, read_vault, vault_path
from llmos_core.errors import ConfigError, UsageError
from llmos_core.protocols.context import Paths
from llmos_std.cli.secrets import secrets
from llmos_std.secrets.vault import Kept, Vault, working_keyring

SPEC = Path(__file__).parents[3] / "specs" / "secrets" / "1"
SCHEMA = Draft202012Validator(json.loads((SPEC / "schema.json").read_text("utf-8")))
VALUE = "correct-horse-7-battery"
only_root = pytest.mark.skipif(os.getuid() != 0, reason="an ordinary user cannot enter the folders that he makes so")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths(tmp_path, {"LLMOS_HOME": str(tmp_path / "home")})


class Keyring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, user: str, value: str) -> None:
        self.entries[service, user] = value

    def get_password(self, service: str, user: str) -> str | None:
        return self.entries.get((service, user))

    def delete_password(self, service: str, user: str) -> None:
        del self.entries[service, user]


@given(st.text(min_size=6), st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20))
def test_what_was_kept_comes_back(tmp_path_factory: pytest.TempPathFactory, value: str, passphrase: str) -> None:
    folder = tmp_path_factory.mktemp("vault")
    environ = {KEY_VARIABLE: passphrase} if passphrase.strip() and value[0] < "b" else {}
    vault = Vault(find_paths(folder, {"LLMOS_HOME": str(folder)}), environ)
    if any("\ud800" <= each <= "\udfff" for each in value):
        return
    vault.set("NAME", value)
    assert vault.get("NAME") == value
    assert vault.list() == (Kept(name="NAME", place="file"),)


@pytest.mark.spec("SE-030")
def test_neither_value_nor_key_is_in_the_file_and_the_user_is_told_where_the_key_is(paths: Paths) -> None:
    vault = Vault(paths, {})
    for _ in range(2):
        _, notices = vault.set("NAME", VALUE)
        assert str(key_path(paths)) in "".join(notices)
    data = vault_path(paths).read_bytes()
    assert VALUE.encode() not in data
    assert key_path(paths).read_bytes().strip() not in data
    assert key_path(paths).parent != vault_path(paths).parent
    SCHEMA.validate(json.loads(data))


@pytest.mark.spec("SE-030")
def test_with_a_passphrase_in_the_environment_no_key_is_written(paths: Paths) -> None:
    environ = {KEY_VARIABLE: "my own long passphrase"}
    _, notices = Vault(paths, environ).set("NAME", VALUE)
    assert notices == ()
    assert not key_path(paths).exists()
    assert Vault(paths, environ).get("NAME") == VALUE
    with pytest.raises(ConfigError):
        Vault(paths, {KEY_VARIABLE: "another"}).get("NAME")
    with pytest.raises(ConfigError, match="LLMOS_SECRET_KEY"):
        Vault(paths, {}).get("NAME")


@pytest.mark.spec("SE-031")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, pytest.param(0o777, marks=only_root)])
def test_everything_is_private_under_any_umask(tmp_path: Path, umask: int) -> None:
    tmp_path.chmod(0o755)
    old = os.umask(umask)
    try:
        Vault(find_paths(tmp_path, {"LLMOS_HOME": str(tmp_path / "home")}), {}).set("NAME", VALUE)
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.lstat().st_mode) for path in (tmp_path / "home").rglob("*")}
    wanted = {"data": 0o700, "state": 0o700, "secrets": 0o700, "secrets.json": 0o600, "vault.key": 0o600}
    assert {name: mode & ~wanted[name] for name, mode in modes.items()} == dict.fromkeys(wanted, 0)


@pytest.mark.spec("SE-031")
@pytest.mark.parametrize("which", [vault_path, key_path])
def test_a_file_that_others_may_use_is_not_believed(paths: Paths, which: Any) -> None:
    vault = Vault(paths, {})
    vault.set("NAME", VALUE)
    which(paths).chmod(0o640)
    with pytest.raises(ConfigError, match="0600"):
        vault.get("NAME")


def test_a_working_keyring_keeps_the_value_and_the_file_only_names_it(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    vault = Vault(paths, {}, keyring=keyring)
    assert vault.set("NAME", VALUE) == (Kept(name="NAME", place="keyring"), ())
    assert keyring.entries == {("llmos", "NAME"): VALUE}
    assert vault.get("NAME") == VALUE
    assert read_vault(paths)["secrets"] == {"NAME": {"keyring": True}}
    assert vault.remove("NAME")
    assert keyring.entries == {}
    assert not vault.remove("NAME")


@pytest.mark.parametrize("priority", [0, 0.5, -1])
def test_a_keyring_that_keeps_nothing_or_keeps_it_open_is_none(
    monkeypatch: pytest.MonkeyPatch, priority: float
) -> None:
    fake = SimpleNamespace(get_keyring=lambda: SimpleNamespace(priority=priority))
    monkeypatch.setitem(sys.modules, "keyring", fake)
    assert working_keyring() is None
    fake.get_keyring = lambda: SimpleNamespace(priority=5)
    assert working_keyring() is fake
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert working_keyring() is None


@pytest.mark.parametrize(("name", "value"), [("a b", VALUE), ("", VALUE), ("A#1", VALUE), ("A", "short")])
def test_a_name_or_value_that_could_not_be_used_is_refused(paths: Paths, name: str, value: str) -> None:
    with pytest.raises(UsageError):
        Vault(paths, {}).set(name, value)
    assert not vault_path(paths).exists()


@pytest.mark.parametrize("path", sorted((SPEC / "vectors" / "valid").glob("*.json")), ids=lambda path: path.stem)
def test_a_valid_vector_is_read(paths: Paths, path: Path) -> None:
    SCHEMA.validate(_put(paths, path.read_bytes()))
    assert len(Vault(paths, {}).list()) == len(read_vault(paths)["secrets"])


@pytest.mark.spec("SE-033")
@pytest.mark.parametrize("path", sorted((SPEC / "vectors" / "invalid").glob("*.json")), ids=lambda path: path.stem)
def test_an_invalid_vector_is_refused_and_left_as_it_is(paths: Paths, path: Path) -> None:
    assert not SCHEMA.is_valid(_put(paths, path.read_bytes()))
    with pytest.raises(ConfigError, match=r"secrets\.json"):
        Vault(paths, {}).set("NEW", VALUE)
    assert vault_path(paths).read_bytes() == path.read_bytes()


def _put(paths: Paths, data: bytes) -> Any:
    vault_path(paths).parent.mkdir(parents=True)
    vault_path(paths).write_bytes(data)
    vault_path(paths).chmod(0o600)
    return json.loads(data)


@pytest.mark.spec("SE-033")
def test_another_key_is_said_to_be_another_key(paths: Paths) -> None:
    vault = Vault(paths, {})
    vault.set("NAME", VALUE)
    key_path(paths).write_bytes(Fernet.generate_key())
    with pytest.raises(ConfigError, match="another key"):
        vault.get("NAME")


@pytest.mark.spec("SE-033")
def test_a_damaged_salt_is_said_to_be_damaged(paths: Paths) -> None:
    environ = {KEY_VARIABLE: "my own long passphrase"}
    Vault(paths, environ).set("NAME", VALUE)
    vault_path(paths).write_text(json.dumps({**read_vault(paths), "salt": "x"}))
    with pytest.raises(ConfigError, match="salt is damaged"):
        Vault(paths, environ).get("NAME")


@pytest.mark.spec("SE-034")
def test_processes_that_keep_secrets_at_once_lose_none(paths: Paths) -> None:
    code = (
        "import sys; from llmos_core.config.paths import find_paths; from llmos_std.secrets.vault import Vault\n"
        "vault = Vault(find_paths(None, {'LLMOS_HOME': sys.argv[1]}), {})\n"
        "for number in range(4): vault.set(f'N{sys.argv[2]}-{number}', f'value-of-{sys.argv[2]}-{number}')\n"
    )
    home = str(paths.user_data.parent)
    running = [subprocess.Popen([sys.executable, "-c", code, home, str(number)]) for number in range(3)]
    assert [process.wait(600) for process in running] == [0, 0, 0]
    vault = Vault(paths, {})
    assert {each.name: vault.get(each.name) for each in vault.list()} == {
        f"N{one}-{two}": f"value-of-{one}-{two}" for one in range(3) for two in range(4)
    }


@pytest.mark.spec("SE-032")
def test_the_command_reads_standard_input_and_prints_no_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMOS_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "keyring", None)
    runner = CliRunner()
    said = runner.invoke(secrets, ["set", "NAME"], input=f"{VALUE}\n", standalone_mode=False)
    assert "{{secret:NAME}}" in said.output
    said_again = runner.invoke(secrets, ["list"], standalone_mode=False)
    assert "NAME" in said_again.output
    assert VALUE not in said.output + said_again.output
    assert Vault(find_paths(tmp_path, {"LLMOS_HOME": str(tmp_path)}), {}).get("NAME") == VALUE
    assert runner.invoke(secrets, ["set", "NAME", VALUE]).exit_code == 2
    runner.invoke(secrets, ["remove", "NAME"], standalone_mode=False)
    assert json.loads(runner.invoke(secrets, ["list", "--json"], standalone_mode=False).output) == []


def test_a_setting_can_name_what_is_kept_in_the_file(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    Vault(paths, {}).set("NAME", VALUE)
    environ = {"LLMOS_HOME": str(paths.user_data.parent)}
    assert read_secret(SecretRef(keyring="llmos/NAME"), environ) == VALUE
    with pytest.raises(ConfigError):
        read_secret(SecretRef(keyring="llmos/OTHER"), environ)

"""Law: what a name, a setting or the user says is a secret is known; and looking costs next to nothing without any."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.config import secret_reading
from llmos_core.config.paths import find_paths
from llmos_core.config.secret_ref import SecretRef
from llmos_core.config.secret_vault import key_path, vault_path
from llmos_core.errors import PluginError
from llmos_core.protocols.context import PluginContext
from llmos_core.runtime.redacting import WITHHELD, Hider
from llmos_core.types.record import Record
from llmos_std.secrets.config import SecretsConfig
from llmos_std.secrets.digests import Digests
from llmos_std.secrets.knowing import Known
from llmos_std.secrets.naming import is_secret_variable, is_worth_hiding
from llmos_std.secrets.redactor import SecretRedactor
from llmos_std.secrets.vault import Vault

VALUE = "correct-horse-7-battery"


@pytest.fixture(autouse=True)
def _nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_reading, "_READ", {})


def context(folder: Path, environ: dict[str, str], **more: Any) -> PluginContext:
    home = {"LLMOS_HOME": str(folder / "home")}
    return PluginContext(
        paths=find_paths(folder, home),
        clock=SimpleNamespace(now=lambda: datetime(2026, 1, 1, tzinfo=UTC), monotonic=lambda: 0.0),
        new_id=lambda: "1",
        environ={**environ, **home},
        **{"section": lambda _: None, **more},
    )


@pytest.mark.spec("SE-022")
@pytest.mark.parametrize(
    "name",
    [
        "OPENAI_API_KEY",
        "GITHUB_TOKEN",
        "PGPASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "SECRET_KEY_BASE",
        "TOKEN1",
        "API_KEY_2",
        "SENTRY_DSN",
        "db_password",
        "MYSQL_PWD",
        "NPM_CONFIG_AUTH",
        "MY_CREDENTIALS",
        "LLMOS_SECRET_KEY",
        "GH_PAT",
    ],
)
def test_a_variable_that_is_named_so_is_a_secret(tmp_path: Path, name: str) -> None:
    assert Known(context(tmp_path, {name: VALUE}))()[name] == VALUE


@pytest.mark.parametrize(
    "name",
    [
        "PWD",
        "OLDPWD",
        "PATH",
        "SSH_AUTH_SOCK",
        "GITHUB_TOKEN_FILE",
        "AWS_ACCESS_KEY_ID",
        "TOKEN_URL",
        "KEYBOARD",
        "MONKEY",
        "LANG",
        "PASSWORD_LENGTH",
        "COMPASS_DIR",
        "AUTHOR",
        "TURKEY",
    ],
)
def test_a_variable_that_is_named_otherwise_is_none(tmp_path: Path, name: str) -> None:
    assert Known(context(tmp_path, {name: VALUE}))() == {}


def test_what_everybody_knows_is_no_secret() -> None:
    assert not is_worth_hiding("postgres")
    assert not is_worth_hiding("short")
    assert is_worth_hiding(VALUE)


@given(st.text())
def test_every_name_is_judged(name: str) -> None:
    assert is_secret_variable(f"{name}_PASSWORD")
    assert is_secret_variable(name) in {True, False}


def test_the_user_may_say_otherwise(tmp_path: Path) -> None:
    section = SecretsConfig(variables=("PLAIN",), not_secret=("GPG_KEY",))
    found = Known(context(tmp_path, {"PLAIN": VALUE, "GPG_KEY": VALUE}, config=section))()
    assert found == {"PLAIN": VALUE}


@pytest.mark.spec("SE-022")
def test_what_the_user_keeps_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    given_context = context(tmp_path, {})
    Vault(given_context.paths, given_context.environ).set("DEPLOY", "hunter")
    assert Known(given_context)() == {"DEPLOY": "hunter"}


def _other_key(given: PluginContext) -> None:
    key_path(given.paths).write_bytes(Fernet.generate_key())


def _no_key(given: PluginContext) -> None:
    key_path(given.paths).unlink()


def _damaged(given: PluginContext) -> None:
    vault_path(given.paths).write_text("{")


def _keyring_gone(given: PluginContext) -> None:
    vault_path(given.paths).write_text('{"schema": "llmos.secrets/1", "secrets": {"DEPLOY": {"keyring": true}}}')


@pytest.mark.spec("SE-033")
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_other_key, r"'DEPLOY' was encrypted with another key than that in .*vault\.key; bring .* remove DEPLOY`"),
        (_no_key, r"in neither LLMOS_SECRET_KEY nor .*vault\.key; bring it back"),
        (_damaged, r"secrets\.json: is no JSON .* restore"),
        (_keyring_gone, r"in the keyring \(llmos/DEPLOY\), .* `llmos secrets remove DEPLOY`"),
    ],
)
def test_where_a_kept_secret_cannot_be_read_nothing_passes_and_one_message_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[PluginContext], object], said: str
) -> None:
    """Known as it is not, it could not be hidden; the key is not tried again for every text."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    given_context = context(tmp_path, {})
    Vault(given_context.paths, given_context.environ).set("DEPLOY", VALUE)
    harm(given_context)
    known = Known(given_context)
    hider = Hider(SecretRedactor(known, lambda _: "0"))
    with pytest.raises(PluginError, match=f"nothing is done: .*{said}") as first:
        hider.text(f"deploy with {VALUE}")
    assert VALUE not in str(first.value)
    assert "\n" not in str(first.value)
    monkeypatch.setattr(known, "_gathered", lambda: pytest.fail("it was read again"))
    with pytest.raises(PluginError) as second:
        hider.value({"path": "harmless"})
    assert str(second.value) == str(first.value)
    assert hider.last_words(VALUE) == WITHHELD


class Section(Record):
    """A section with references."""

    key: Any = None
    more: Any = None


@pytest.mark.spec("SE-022")
def test_what_a_setting_s_file_holds_is_known_before_anybody_reads_it(tmp_path: Path) -> None:
    private = tmp_path / "private.key"
    private.write_text(VALUE)
    private.chmod(0o600)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "config.toml").write_text(f'[x]\nkey = {{ file = "{private}" }}\n')
    section = Section(key=SecretRef(keyring="a/b"), more={"deep": SecretRef(file=str(private))})
    found = Known(
        context(
            tmp_path,
            {},
            section=lambda _: section,
            offers=lambda kind: (SimpleNamespace(section="x" if kind == "provider" else ""),),
        )
    )()
    assert found == {"private.key": VALUE}


@pytest.mark.spec("SE-022")
def test_what_was_read_later_is_known_from_then_on(tmp_path: Path) -> None:
    known = Known(context(tmp_path, {}))
    before = known()
    assert before == {}
    assert known() is before
    secret_reading.read_secret(SecretRef(env="ODD_NAME"), {"ODD_NAME": VALUE})
    assert known() == {"ODD_NAME": VALUE}
    assert known() is known()
    secret_reading.read_secret(SecretRef(env="ODD_NAME"), {"ODD_NAME": "another-secret"})
    assert known() == {"ODD_NAME": VALUE, "ODD_NAME@2": "another-secret"}


@pytest.mark.spec("SE-015")
@given(st.text(min_size=1), st.text(min_size=1))
def test_digests_are_of_this_user_alone(tmp_path_factory: pytest.TempPathFactory, one: str, other: str) -> None:
    mine, theirs = tmp_path_factory.mktemp("mine"), tmp_path_factory.mktemp("theirs")
    assert Digests(mine)(one) == Digests(mine)(one)
    assert Digests(mine)(one) != Digests(theirs)(one)
    assert (Digests(mine)(one) == Digests(mine)(other)) is (one == other)
    assert (mine / "digest.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in mine.iterdir()] == ["digest.key"]


def test_where_no_key_can_be_kept_digests_still_hide(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    digests = Digests(tmp_path / "file" / "below")
    assert digests(VALUE) == digests(VALUE)
    assert len(digests(VALUE)) == 12


def test_a_text_without_secrets_costs_no_import() -> None:
    """On the way to a replay neither regular expressions nor a key nor a configuration is loaded."""
    code = (
        "import sys, types, pathlib\n"
        "from llmos_core.protocols.context import Paths\n"
        "from llmos_std.secrets.opening import open_redactor\n"
        "here = pathlib.Path('/nowhere')\n"
        "paths = Paths(workspace=here, user_config=here / 'c', user_data=here, user_state=here, user_cache=here)\n"
        "context = types.SimpleNamespace(paths=paths, environ={'MY_TOKEN': 'x1y2z3x1y2z3'}, config=None)\n"
        "before = set(sys.modules)\n"
        "redactor = open_redactor(context)\n"
        "redactor.hide('create a file hello.txt that says hello')\n"
        "redactor.hide_in({'path': 'hello.txt', 'content': 'hello'})\n"
        "redactor.reveal({'path': 'hello.txt', 'content': 'hello'})\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == []

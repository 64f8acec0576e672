"""A configuration holds where a secret is and never the secret; what is read from there is in no text for people.

Laws: a reference survives TOML; every reading either gives the secret or a sentence with a next step and without it.
"""

import os
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import tomli_w
from config_worlds import World
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.config.checking import Checker
from llmos_core.config.fields import secret, text
from llmos_core.config.secret_reading import read_secret
from llmos_core.config.secret_ref import SecretRef, secret_ref
from llmos_core.config.secret_shapes import is_secret_name, may_be_secret, redacted, secret_in
from llmos_core.config.tables import plain
from llmos_core.errors import ConfigError
from llmos_core.types.record import Record

names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1).filter(str.strip)
refs = st.one_of(
    st.builds(SecretRef, env=names),
    st.builds(SecretRef, file=names),
    st.builds(lambda service, user: SecretRef(keyring=f"{service.replace('/', '-')}/{user}"), names, names),
)


class Safe(Record):
    """A section with a secret."""

    key: SecretRef | None = secret(help="a key")
    name: str = text("", help="a name")


SECTIONS = {"safe": Safe}


def failure_of(ref: SecretRef, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        read_secret(ref, environ or {})
    return str(caught.value)


@given(refs)
def test_a_reference_survives_toml_and_structuring(ref: SecretRef) -> None:
    table = tomllib.loads(tomli_w.dumps({"key": plain(ref)}))
    assert secret_ref(table["key"]) == ref
    assert Checker().section(Safe, table) == Safe(**table) == Safe(key=ref)
    assert list(Checker().findings(Safe, table, ("safe",))) == []


@pytest.mark.spec("CG-020")
@given(
    st.text().map("hush{}".format) | st.integers() | st.lists(st.text()) | st.dictionaries(st.text(), names, min_size=2)
)
def test_whatever_else_stands_there_is_refused_without_being_repeated(value: object) -> None:
    (finding,) = Checker().findings(Safe, {"key": value}, ("safe",))
    assert '{ env = "NAME" }' in finding.what
    assert "hush" not in finding.what
    with pytest.raises(ValueError, match="env") as caught:
        Safe(key=value)
    assert "hush" not in str(caught.value)


@pytest.mark.spec("CG-022")
def test_a_resolved_secret_is_in_no_text_of_the_configuration(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(user='[safe]\nkey = { env = "WHERE" }\n')
    environ = {"WHERE": "the-secret-itself"}
    config = world.load(environ, sections=SECTIONS)
    section = config.section("safe")
    assert read_secret(section.key, environ) == "the-secret-itself"
    told = [repr(section), str(section.key), repr(config.explain()), repr(config.to_dict()), repr(config.notes)]
    assert "the-secret-itself" not in "".join(told)
    assert config.to_dict() == {"safe": {"key": {"env": "WHERE"}, "name": ""}}


@pytest.mark.spec("CG-010")
def test_one_place_replaces_another_as_a_whole(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(user='[safe]\nkey = { env = "WHERE" }\n', project='[safe]\nkey = { file = "/k" }\n')
    assert world.load(sections=SECTIONS).section("safe").key == SecretRef(file="/k")
    assert world.load({"LLMOS_SAFE__KEY__ENV": "X"}, sections=SECTIONS).section("safe").key == SecretRef(env="X")
    assert world.load({"LLMOS_SAFE__KEY": '{ env = "Y" }'}, sections=SECTIONS).section("safe").key.env == "Y"


def test_a_variable_that_is_missing_or_blank_is_named() -> None:
    assert read_secret(SecretRef(env="KEY"), {"KEY": " s3 \n"}) == "s3"
    for environ in ({}, {"KEY": " "}):
        assert "environment variable KEY is not set" in failure_of(SecretRef(env="KEY"), environ)


@pytest.mark.spec("CG-023")
@pytest.mark.parametrize("mode", [0o600, 0o400, 0o644, 0o640, 0o604, 0o660, 0o700, 0o610, 0o601])
def test_a_file_is_read_only_when_it_is_private(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_text("from-file\n")
    file.chmod(mode)
    if mode in {0o600, 0o400}:
        assert read_secret(SecretRef(file=str(file)), {}) == "from-file"
    else:
        problem = failure_of(SecretRef(file=str(file)))
        assert f"{mode:04o}" in problem
        assert "chmod 600" in problem
        assert "from-file" not in problem


@pytest.mark.spec("CG-023")
def test_a_file_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    file.write_text("from-file")
    file.chmod(0o600)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert "another user" in failure_of(SecretRef(file=str(file)))


@pytest.mark.spec("CG-023")
def test_what_is_no_file_with_a_secret_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "empty").touch(0o600)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "large").write_text("x" * 70_000)
    for file in tmp_path.iterdir():
        file.chmod(0o600)
    (tmp_path / "folder").mkdir(0o700)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    said = {
        "pipe": "no regular file",
        "folder": "no regular file",
        "empty": "is empty",
        "bytes": "no UTF-8 text",
        "large": "larger than",
        "link": "No such file",
        "absent": "No such file",
    }
    for name, words in said.items():
        assert words in failure_of(SecretRef(file=str(tmp_path / name)))


def test_a_file_may_be_named_from_home(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-home")
    (tmp_path / "key").chmod(0o600)
    assert read_secret(SecretRef(file="~/key"), {"HOME": str(tmp_path)}) == "from-home"


class Vault(ModuleType):
    """Stands for the keyring package."""

    def __init__(self, held: dict[tuple[str, str], str], error: Exception | None = None) -> None:
        super().__init__("keyring")
        self.held, self.error = held, error

    def get_password(self, service: str, user: str) -> str | None:
        if self.error is not None:
            raise self.error
        return self.held.get((service, user))


@pytest.mark.spec("CG-024")
def test_a_keyring_is_asked_by_service_and_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", Vault({("openai", "me/work"): "from-keyring"}))
    assert read_secret(SecretRef(keyring="openai/me/work"), {}) == "from-keyring"


@pytest.mark.spec("CG-024")
@pytest.mark.parametrize("vault", [None, Vault({}), Vault({}, RuntimeError("locked: the-secret-itself"))])
def test_a_keyring_that_gives_nothing_is_told_with_the_other_way(
    monkeypatch: pytest.MonkeyPatch, vault: Vault | None
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", vault)
    problem = failure_of(SecretRef(keyring="openai/me"))
    assert "mode 0600" in problem
    assert "openai" in problem
    assert "the-secret-itself" not in problem


def test_keyring_is_not_imported_before_it_is_needed() -> None:
    import subprocess

    code = "import sys, llmos_core.config.secret_reading, llmos_core.config.loading; sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


SECRETS = [
    "sk-1234567890abcdef",
    "sk-proj-Ab12_cd34-Ef56Gh78Ij90",
    "sk-or-v1-0123456789abcdef0123456789abcdef",
    "sk-ant-api03-Abcdefghijklmnop-qrst",
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "A1b2" * 10,
    "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "xoxb-123456789012-abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    "AIza" + "aB1_" * 8 + "xyz",
    "hf_" + "aB1" * 11,
    "gsk_" + "aB1" * 11,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
    "Bearer abcdef0123456789",
    "basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    "postgres://me:hunter2@db.example.org/x",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
]
HARMLESS = [
    "openai/gpt-4o-mini",
    "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0",
    "fireworks_ai/accounts/fireworks/models/llama-v3p1-405b-instruct",
    "NousResearch/Nous-Hermes-2-Mixtral-8x7B-DPO",
    "meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8",
    "Qwen/Qwen2.5-Coder-32B-Instruct-GPTQ-Int4",
    "sk-learn-compatible-model",
    "task-sk-2024-model-for-everything",
    "http://127.0.0.1:11434",
    "https://api.example.org:8443/v1/chat?x=1&y=2#top",
    "https://user@example.org/path",
    "postgres://me:${PASSWORD}@db/x",
    "git@github.com:someone/something.git",
    "e83c5163316f89bfbde7d9ab23ca2e25604af290",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "550e8400-e29b-41d4-a716-446655440000",
    "/home/me/Projects/SomeVeryLongFolderName2WithoutAnyBreaksInItAtAll/file.txt",
    "You are a basic understanding and the bearer of good news in 2024.",
    "OPENAI_API_KEY",
    "TEAM_SK_LIVE_OPENAI_API_KEY_2024",
    "pytest -q tests/core/test_config_secrets.py --maxfail=1",
    "",
]


@pytest.mark.spec("CG-021")
@pytest.mark.parametrize("secret_text", SECRETS)
def test_the_shape_of_a_token_is_known_wherever_it_stands(secret_text: str) -> None:
    assert secret_in(secret_text)
    assert secret_in(f"curl -H 'x: {secret_text}' https://example.org")
    assert secret_text not in redacted(f"({secret_text})")


@pytest.mark.spec("CG-021")
@pytest.mark.parametrize("name", HARMLESS)
def test_names_addresses_and_sentences_are_no_secrets(name: str) -> None:
    assert not secret_in(name)
    assert not may_be_secret(name)
    assert redacted(name) == name


@pytest.mark.spec("CG-021")
@pytest.mark.parametrize("token", ["Zx81Qw7eRt6yUi5oPa4sDf3gHj2kLm1n", "0123456789abcdef0123456789abcdef"])
def test_a_random_token_is_refused_in_a_project_and_noted_in_ones_own_file(tmp_path: Path, token: str) -> None:
    world = World(tmp_path)
    world.write(user={"safe": {"name": token}})
    for _ in range(2):
        (note,) = world.load(sections=SECTIONS).notes
        assert "safe.name: looks like a secret token" in note
        assert token not in note
    world.write(project={"safe": {"name": token}})
    with pytest.raises(ConfigError) as caught:
        world.load(sections=SECTIONS)
    assert token not in str(caught.value)


def test_names_say_whether_they_hold_a_secret_or_are_about_one() -> None:
    secret_names = ["api_key", "apiKey", "X-Api-Key", "token", "client_secret", "Authorization", "db.password"]
    others = ["api_key_env", "max_tokens", "token_file", "keyboard", "keys_folder", "secretary", "monkey"]
    assert all(is_secret_name(name) for name in secret_names)
    assert not any(is_secret_name(name) for name in others)


def test_a_text_under_a_secret_name_is_not_explained(tmp_path: Path) -> None:
    class Careless(Record):
        """A stranger's section, whose key is a plain text."""

        api_key: str = text("", help="a key")

    world = World(tmp_path)
    world.write(user={"careless": {"api_key": "hush"}})
    (setting,) = world.load(sections={"careless": Careless}).explain()
    assert (setting.value, setting.said[0].value) == ("***", "***")

"""Law: the schema that editors are given is that of the installed plugins; nothing that is shown holds a secret."""

import json
import tomllib

import pytest
from jsonschema import Draft202012Validator

MINE = """# mine
preset = "development"

[kernel]
budget_usd = 3 # three
"""


@pytest.fixture
def mine(shell):
    shell.configure(MINE)
    return shell.home / "config.toml"


def test_the_schema_is_one_and_init_names_it(shell, mine):
    schema = shell.json("config", "schema")
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(tomllib.loads(MINE))
    shell("init")
    house = shell.workspace / ".llmos"
    first = (house / "config.toml").read_text().splitlines()[0]
    written = json.loads((house / first.removeprefix("#:schema ")).read_text())
    assert "disabled" not in written["properties"]["plugins"]["properties"]
    assert written == shell.json("config", "schema", "--project")
    code, out, _ = shell("config", "schema", "--output", "s.json")
    assert (code, json.loads((shell.workspace / "s.json").read_text())) == (0, schema)
    assert "#:schema s.json" in out


@pytest.mark.spec("CG-022")
def test_a_secret_is_in_nothing_that_is_shown(shell, mine, monkeypatch):
    monkeypatch.setenv("WHERE", "the-secret-itself")
    mine.write_text('[provider.litellm]\nmodel = "openai/x"\napi_key = { env = "WHERE" }\n')
    told = [shell("config", "show"), shell("config", "explain", "provider.litellm.api_key"), shell("doctor")]
    assert "the-secret-itself" not in str(told)
    assert "WHERE" in told[1][1]

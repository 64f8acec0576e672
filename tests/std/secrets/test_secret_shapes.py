"""Law: what has the shape of a secret is found, in any surroundings, and what merely looks random is left alone.

The samples were written before the shapes were first tried on them.
"""

import base64
import random
from pathlib import Path

import pytest
import secret_samples
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.secrets.redactor import SecretRedactor, may_hold_shape
from llmos_std.secrets.shapes import Shapes

LEFT = 12
"""That many characters of a secret in a row count as a secret that was missed."""

MOSTLY_PUBLIC = {"slack-hook", "discord-hook"}
"""Addresses of which only the last part is secret."""


def hidden(text: str) -> str:
    return SecretRedactor(dict, lambda _: "0" * 12).hide(text)


def is_left(service: str, secret: str, text: str) -> bool:
    core = secret.rpartition("/")[2] if service in MOSTLY_PUBLIC else secret
    return any(core[at : at + LEFT] in text for at in range(max(1, len(core) - LEFT + 1)))


@pytest.mark.spec("SE-020")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_five_hundred_tokens_at_least_ninety_six_in_a_hundred_are_found(seed: int) -> None:
    missed = [
        (service, text)
        for service, secret, text in secret_samples.tokens(500, seed)
        if is_left(service, secret, hidden(text))
    ]
    assert len(missed) <= 500 * 0.04, missed


@pytest.mark.spec("SE-021")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_harmless_line_is_touched(seed: int) -> None:
    lines = list(secret_samples.harmless(1000, seed))
    assert [(line, hidden(line)) for line in lines if hidden(line) != line] == []


def test_the_project_s_own_code_is_harmless() -> None:
    """Thousands of lines about keys, tokens and passwords that hold none, written by nobody who thought of shapes."""
    sources = sorted((Path(__file__).parents[3] / "src" / "llmos_core").rglob("*.py"))
    changed = {
        f"{path.name}: {line.strip()}"
        for path in sources
        if "testing" not in path.parts  # there, secrets are made up
        for line in path.read_text(encoding="utf-8").splitlines()
        if hidden(line) != line
    }
    assert len(sources) > 50
    assert changed == set()


@given(st.integers(0, 2**32), st.text(max_size=40), st.text(max_size=40))
def test_a_token_is_found_between_any_words(seed: int, before: str, after: str) -> None:
    secret = secret_samples.BARE["github-classic"](random.Random(seed))
    assert secret not in hidden(f"{before} {secret} {after}")


@given(st.one_of(st.text(), st.integers(0, 10**6).map(lambda seed: next(secret_samples.tokens(1, seed))[2])))
def test_the_quick_look_never_says_no_where_the_slow_one_finds_something(text: str) -> None:
    assert may_hold_shape(text) or Shapes().find(text) == []


@pytest.mark.parametrize("sample", [text for _, _, text in secret_samples.tokens(120, 7)])
def test_the_quick_look_lets_every_sample_pass(sample: str) -> None:
    assert may_hold_shape(sample)


def test_a_private_key_without_an_end_is_hidden_to_the_end() -> None:
    key = secret_samples.BARE["private-key"](random.Random(5)).rpartition("\n")[0]
    assert key.splitlines()[3] not in hidden(f"here it is:\n{key}")


def test_a_private_key_written_in_one_json_line_is_hidden_whole() -> None:
    key = secret_samples.BARE["private-key"](random.Random(5)).replace("\n", "\\n")
    assert hidden(f'{{"private_key": "{key}", "type": "x"}}').endswith('", "type": "x"}')


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("https://bob:Tr0ubadour3@example.com/x", "https://bob:{}@example.com/x"),
        ("mysql --password Tr0ubadour3 --host db", "mysql --password {} --host db"),
        ('{"user": "bob", "password": "Tr0ub@dour3"}', '{{"user": "bob", "password": "{}"}}'),
        ("<password>Tr0ub@dour3</password>", "<password>{}</password>"),
        ("machine h login bob password Tr0ubadour3", "machine h login bob password {}"),
    ],
)
def test_what_stands_around_a_password_stays(line: str, left: str) -> None:
    assert hidden(line) == left.format("{{secret:password#000000000000}}")


@pytest.mark.parametrize("end", ["", '-----END OPENSSH PRIVATE KEY-----"\n'])
def test_code_that_knows_how_a_key_begins_is_no_key(end: str) -> None:
    code = f'START = b"-----BEGIN OPENSSH PRIVATE KEY-----"\nEND = b"{end}\nprint("PuTTY-User-Key-File-3: ", START)\n'
    assert hidden(code) == code


@pytest.mark.spec("SE-021")
@given(st.binary(min_size=32, max_size=32), st.sampled_from(["sha256=", "sha256-", "sha512-"]))
def test_a_digest_in_base64_is_harmless(digest: bytes, label: str) -> None:
    line = f"package/module.py,{label}{base64.urlsafe_b64encode(digest).decode().rstrip('=')},1024"
    assert hidden(line) == line

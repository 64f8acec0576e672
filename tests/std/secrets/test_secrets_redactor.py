"""Laws of the redactor: no known secret is left in any form; hiding twice is hiding once; a call gets it back."""

import base64
import json
from hashlib import blake2b
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmos_core.config.secret_vault import is_name
from llmos_core.errors import ToolRefusedError
from llmos_std.secrets.forms import forms_of
from llmos_std.secrets.redactor import SecretRedactor
from llmos_std.secrets.references import OPEN, name_for, parts, reference

secrets = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, categories=("L", "N", "P", "S")), min_size=8
).filter(lambda secret: secret not in "{{secret:MY_SECRET}}")
plain_text = st.text().filter(lambda text: OPEN not in text)

CODINGS = {
    "plain": lambda value: value,
    "json": lambda value: json.dumps(value)[1:-1],
    "url": lambda value: quote(value, safe=""),
    "form": quote_plus,
    "hex": lambda value: value.encode().hex(),
    "HEX": lambda value: value.encode().hex().upper(),
    "shell": lambda value: value.replace("'", "'\"'\"'"),
}


def keyed(secret: str) -> str:
    return blake2b(secret.encode("utf-8", "surrogatepass"), key=b"k", digest_size=6).hexdigest()


def fixed(**known: str) -> SecretRedactor:
    table = dict(known)
    return SecretRedactor(lambda: table, keyed)


@pytest.mark.spec("SE-010")
@given(secrets, st.text(), st.text(), st.sampled_from(sorted(CODINGS)))
def test_a_known_secret_is_left_in_no_form(secret: str, before: str, after: str, coding: str) -> None:
    assume(OPEN not in secret)
    form = CODINGS[coding](secret)
    hidden = fixed(MY_SECRET=secret).hide(f"{before}{form}{after}")
    pieces = [piece for is_one, piece in parts(hidden) if not is_one]
    assert all(form not in piece for piece in pieces)


@pytest.mark.spec("SE-010")
@given(secrets, st.binary(max_size=20), st.binary(max_size=20), st.booleans())
def test_a_known_secret_is_left_in_no_base64_that_holds_it(
    secret: str, before: bytes, after: bytes, is_for_urls: bool
) -> None:
    encode = base64.urlsafe_b64encode if is_for_urls else base64.b64encode
    coded = encode(before + secret.encode() + after).decode()
    hidden = fixed(MY_SECRET=secret).hide(coded)
    assert hidden != coded
    left = "".join(piece for is_one, piece in parts(hidden) if not is_one)
    assert len(left) <= len(encode(before)) + len(encode(after)) + 4


@pytest.mark.spec("SE-011")
@given(secrets, st.text(), st.text(), st.sampled_from(sorted(CODINGS)))
def test_hiding_twice_is_hiding_once(secret: str, before: str, after: str, coding: str) -> None:
    hider = fixed(MY_SECRET=secret, OTHER="pass:word{{x}}9")
    once = hider.hide(f"{before}{CODINGS[coding](secret)}{after} password={after}{before}")
    assert hider.hide(once) == once


@pytest.mark.spec("SE-012")
@given(secrets, plain_text, plain_text, st.sampled_from(sorted(CODINGS)))
def test_a_call_is_given_exactly_what_was_hidden(secret: str, before: str, after: str, coding: str) -> None:
    text = f"{before}{CODINGS[coding](secret)}{after}"
    assume(OPEN not in text)
    hider = fixed(MY_SECRET=secret)
    assert hider.reveal(hider.hide(text)) == text


@pytest.mark.spec("SE-013")
@given(secrets, st.dictionaries(st.text(), st.text(), max_size=4))
def test_a_json_text_stays_json_of_the_same_structure(secret: str, extra: dict[str, str]) -> None:
    text = json.dumps({**extra, "header": f"Bearer {secret}", "password": secret})
    hidden = json.loads(fixed(MY_SECRET=secret).hide(text))
    assert len(hidden) == len(json.loads(text))
    assert secret not in hidden["header"]
    assert secret not in hidden["password"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_a_value_without_a_secret_comes_back_as_the_same_object(value: object) -> None:
    hider = fixed()
    hidden = hider.hide_in(value)
    assert hidden is value or json.dumps(hidden) != json.dumps(value)
    assert hider.hide_in(hidden) == hidden


def test_a_value_is_hidden_by_the_name_of_its_key() -> None:
    value = {"login": {"user": "bob", "password": "Tr0ub@dour3"}, "rows": [{"api_key": "9f8a7b6c5d4e3f2a1b0c"}]}
    hidden = fixed().hide_in(value)
    assert "Tr0ub@dour3" not in json.dumps(hidden)
    assert "9f8a7b6c5d4e3f2a1b0c" not in json.dumps(hidden)
    assert hidden["login"]["user"] == "bob"


def test_what_was_hidden_in_a_value_is_revealed_there() -> None:
    value = {"password": "Tr0ub@dour3", "list": ["ghp_" + "a1B2" * 9, ("x", 1)]}
    hider = fixed()
    assert hider.reveal(hider.hide_in(value)) == value


@pytest.mark.spec("SE-014")
def test_an_unknown_secret_is_refused_with_the_next_step() -> None:
    with pytest.raises(ToolRefusedError, match="llmos secrets set DEPLOY_KEY"):
        fixed().reveal({"text": "use {{secret:DEPLOY_KEY}}"})


@pytest.mark.spec("SE-014")
def test_another_process_does_not_know_what_was_seen_by_its_shape() -> None:
    hidden = fixed().hide("ghp_" + "a1B2" * 9)
    with pytest.raises(ToolRefusedError, match="another run"):
        fixed().reveal([hidden])


@pytest.mark.spec("SE-015")
def test_the_same_secret_has_the_same_reference_and_others_have_others() -> None:
    one, other = "ghp_" + "a1B2" * 9, "ghp_" + "a1B3" * 9
    assert fixed().hide(one) == fixed().hide(one) != fixed().hide(other)


@pytest.mark.spec("SE-016")
def test_a_look_alike_is_written_with_two_colons() -> None:
    hider = fixed(DEPLOY_KEY="hunter2-hunter2")
    assert hider.reveal("{{secret::DEPLOY_KEY}}") == "{{secret:DEPLOY_KEY}}"
    assert hider.hide("{{secret::DEPLOY_KEY}}") == "{{secret::DEPLOY_KEY}}"


@given(st.text())
def test_the_pieces_of_a_text_are_the_text(text: str) -> None:
    assert "".join(reference(piece) if is_one else piece for is_one, piece in parts(text)) == text


@given(st.text(min_size=1))
def test_every_place_has_a_name_that_a_reference_can_hold(place: str) -> None:
    name = name_for(place)
    assert list(parts(f"a {reference(name)} b")) == [(False, "a "), (True, name), (False, " b")]


@given(secrets)
def test_the_forms_of_a_secret_are_found_by_their_names(secret: str) -> None:
    forms = forms_of(secret)
    assert forms[secret] == ""
    assert len(set(forms.values())) == len(forms)


@pytest.mark.parametrize(
    ("name", "is_one"), [("A_b-1.x/y@z", True), ("", False), ("a#b", False), ("-a", False), ("a b", False)]
)
def test_names_of_secrets_are_plain(name: str, is_one: bool) -> None:
    assert is_name(name) is is_one

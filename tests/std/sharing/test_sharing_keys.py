"""Law: a signature is of one key over one digest; the private key is one user's; trust is only what the user said."""

import stat
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import ConfigError, StorageError, UsageError
from llmos_core.testing.records.traces import small_trace
from llmos_core.types.record import evolve
from llmos_std.sharing.reach import hosts_in, reach_of
from llmos_std.sharing.signing import Keys, Signature, fingerprint, is_key, is_signed


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    keys = Keys(tmp_path_factory.mktemp("state"))
    keys.make()
    return keys


@given(st.text(), st.text())
def test_a_signature_is_of_one_digest(keys: Keys, digest: str, other: str) -> None:
    signature = keys.sign(digest.encode("utf-8", "replace").decode())
    assert is_signed(digest.encode("utf-8", "replace").decode(), signature)
    assert is_signed(other.encode("utf-8", "replace").decode(), signature) is (digest == other)


@given(st.text(), st.text())
def test_nothing_else_is_a_signature(keys: Keys, key: str, value: str) -> None:
    assert not is_signed("digest", Signature(key=key, value=value))
    assert not is_signed("digest", Signature(key=keys.public(), value=value))


@pytest.mark.spec("BU-020")
def test_the_private_key_is_the_user_s_alone_and_stays(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "state")
    assert keys.public() == ""
    with pytest.raises(UsageError, match="llmos keys new"):
        keys.sign("digest")
    public = keys.make()
    assert stat.S_IMODE(keys.path.lstat().st_mode) == 0o600
    assert stat.S_IMODE(keys.path.parent.lstat().st_mode) == 0o700
    assert public == keys.public() == Keys(tmp_path / "state").public()
    assert public.encode() not in keys.path.read_bytes()
    with pytest.raises(UsageError):
        keys.make()
    assert keys.public() == public
    keys.path.chmod(0o644)
    with pytest.raises(ConfigError):
        keys.sign("digest")
    keys.path.chmod(0o600)
    keys.path.write_bytes(b"damaged")
    with pytest.raises(StorageError):
        keys.sign("digest")


@pytest.mark.spec("BU-021")
def test_a_key_is_trusted_from_the_word_to_the_contrary_word(tmp_path: Path) -> None:
    keys, key = Keys(tmp_path), b64encode(bytes(32)).decode()
    assert keys.trusted() == {}
    keys.trust(key, "Ada")
    assert Keys(tmp_path).trusted() == {key: "Ada"}
    assert not keys.distrust("Bob")
    assert keys.distrust("Ada")
    assert keys.trusted() == {}
    with pytest.raises(UsageError):
        keys.trust("no key", "Ada")


@pytest.mark.parametrize("text", ["", "x", "A" * 43, "A" * 43 + "=\n", "A" * 42 + "B=", b64encode(bytes(31)).decode()])
def test_a_key_has_one_form(text: str) -> None:
    assert not is_key(text)
    assert is_key(b64encode(bytes(32)).decode())
    assert len(fingerprint(b64encode(bytes(32)).decode())) == 29


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("see https://Example.com/a and http://user:pass@evil.test:8080/x?y", ["example.com", "evil.test"]),
        ("ftp://[::1]/x", ["[::1]"]),
        ("no address: a//b", []),
    ],
)
def test_hosts_are_found_wherever_they_stand(text: str, hosts: list[str]) -> None:
    assert list(hosts_in(text)) == hosts


@pytest.mark.spec("BU-030")
def test_the_reach_of_a_trace_is_all_that_its_arguments_name() -> None:
    step = small_trace().steps[0]
    deep = evolve(
        step, arguments={"command": "curl http://a.test", "more": [{"path": "x"}, {"url": "https://b.test/"}]}
    )
    reach = reach_of(evolve(small_trace(), steps=(step, deep, step)))
    assert reach.paths == ("hello.txt", "x")
    assert reach.hosts == ("a.test", "b.test")
    assert reach.programs == ("curl http://a.test",)

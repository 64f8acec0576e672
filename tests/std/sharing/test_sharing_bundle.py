"""Laws of bundles: the same traces give the same bytes, also after a journey; no changed byte is ever taken."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from llmos_core.errors import TraceError
from llmos_core.testing.records.traces import small_trace, traces
from llmos_core.types.json import canonical_json, text_digest
from llmos_core.types.record import evolve
from llmos_core.types.trace import TraceState
from llmos_std.sharing import bundle as bundles
from llmos_std.sharing.bundle import SCHEMA, pack, portable, unpack
from llmos_std.sharing.signing import Signature

SPEC = Path(__file__).parents[3] / "specs" / "bundle" / "1"
VALID = sorted((SPEC / "vectors" / "valid").glob("*.json"))
INVALID = sorted((SPEC / "vectors" / "invalid").glob("*.json"))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def sign(digest: str) -> Signature:
    value = KEY.sign(b"llmos.bundle/1\n" + digest.encode())
    return Signature(key=b64encode(KEY.public_key().public_bytes_raw()).decode(), value=b64encode(value).decode())


def sealed(content: dict[str, object]) -> bytes:
    """Return a bundle of any content with the digest that fits it: what a careful forger would write."""
    body = {"schema": content["schema"], "traces": content["traces"]}
    return canonical_json({**content, "digest": text_digest(canonical_json(body))}).encode() + b"\n"


signers = st.sampled_from([None, sign])


@pytest.mark.spec("BU-001", "BU-002")
@settings(max_examples=50)
@given(st.lists(traces(), min_size=1, max_size=3, unique_by=lambda trace: trace.id), signers, st.randoms())
def test_export_import_and_export_again_give_the_same_bytes(given_traces, signer, chance) -> None:
    data = pack(given_traces, signer)
    Draft202012Validator(json.loads((SPEC / "schema.json").read_text("utf-8"))).validate(json.loads(data))
    taken = list(unpack(data).traces)
    assert [trace.id for trace in taken] == sorted(trace.id for trace in given_traces)
    there = [evolve(trace, state=TraceState.IMPORTED, episodes=("run-there",)) for trace in taken]
    chance.shuffle(there)
    assert pack(there, signer) == data


@pytest.mark.spec("BU-010", "BU-013")
@settings(max_examples=300)
@given(signers, st.data())
def test_no_flipped_bit_is_taken(signer, data) -> None:
    whole = pack([small_trace(), small_trace("create another hello.txt")], signer)
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(TraceError):
        unpack(bytes(changed))


@pytest.mark.spec("BU-010")
@given(signers, st.data())
def test_no_cut_or_lengthened_bundle_is_taken(signer, data) -> None:
    whole = pack([small_trace()], signer)
    end = data.draw(st.integers(0, len(whole) - 1))
    for changed in (whole[:end], whole + whole[end:], whole[end:]):
        if changed != whole:
            with pytest.raises(TraceError):
                unpack(changed)


@given(st.binary(max_size=200))
def test_no_other_bytes_are_taken(data: bytes) -> None:
    with pytest.raises(TraceError):
        unpack(data)


@pytest.mark.spec("BU-011")
@pytest.mark.parametrize(
    "name", ["../{}.md", "/etc/{}.md", "{}", "{}.md/..", "{}.MD", "x/{}.md", "{}.md\0", "{} .md", ".md"]
)
def test_a_name_that_is_a_path_is_refused_even_with_a_fitting_digest(name: str) -> None:
    found = json.loads(pack([small_trace()]))
    entry = found["traces"][0]
    entry["name"] = name.format(entry["name"].removesuffix(".md"))
    with pytest.raises(TraceError):
        unpack(sealed(found))


@pytest.mark.spec("BU-012")
def test_a_trace_twice_or_out_of_order_is_refused() -> None:
    found = json.loads(pack([small_trace(), small_trace("create another hello.txt")]))
    for entries in (found["traces"] * 2, found["traces"][::-1], [found["traces"][0]] * 2, []):
        with pytest.raises(TraceError):
            unpack(sealed({**found, "traces": entries}))


@pytest.mark.spec("BU-012")
@pytest.mark.parametrize("limit", ["MOST_ENTRIES", "LONGEST_ENTRY_BYTES", "LONGEST_BYTES"])
def test_what_is_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    data = pack([small_trace(), small_trace("create another hello.txt")])
    monkeypatch.setattr(bundles, limit, 1)
    with pytest.raises(TraceError):
        unpack(data)


@pytest.mark.spec("BU-011")
def test_a_text_that_is_another_trace_or_quarantined_is_refused() -> None:
    one, other = json.loads(pack([small_trace()])), json.loads(pack([small_trace("create another hello.txt")]))
    swapped = [{"name": one["traces"][0]["name"], "text": other["traces"][0]["text"]}]
    with pytest.raises(TraceError):
        unpack(sealed({**one, "traces": swapped}))
    edited = one["traces"][0]["text"].replace('"hello.txt"', '"../evil"')
    assert edited != one["traces"][0]["text"]
    with pytest.raises(TraceError):
        unpack(sealed({**one, "traces": [{**one["traces"][0], "text": edited}]}))


@pytest.mark.spec("BU-013")
def test_a_signature_of_another_bundle_is_refused() -> None:
    signed = json.loads(pack([small_trace("create another hello.txt")], sign))
    plain = json.loads(pack([small_trace()]))
    with pytest.raises(TraceError, match="signature"):
        unpack(sealed({**plain, "signature": signed["signature"]}))


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_vector_is_taken(path: Path) -> None:
    found = unpack(path.read_bytes())
    assert (found.signature is not None) is (path.stem == "signed")
    assert all(portable(trace) == trace for trace in found.traces)
    assert json.loads(path.read_bytes())["schema"] == SCHEMA


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_vector_is_refused(path: Path) -> None:
    with pytest.raises(TraceError):
        unpack(path.read_bytes())

"""One bundle: traces in one file whose bytes follow from the traces alone, so that any change of a byte is noticed.

The format is specs/bundle/1: one line of canonical JSON. An entry's name is the id of its trace, never a path.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from llmos_core.errors import TraceError
from llmos_core.types.json import canonical_json, text_digest
from llmos_core.types.record import Record, evolve
from llmos_core.types.trace import TraceState
from llmos_std.memory.document import Document
from llmos_std.memory.reader import parse
from llmos_std.memory.writer import render
from llmos_std.sharing.signing import Signature, is_signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from llmos_core.types.trace import Trace

SCHEMA = "llmos.bundle/1"
MOST_ENTRIES = 1_000
LONGEST_ENTRY_BYTES = 4 * 2**20
LONGEST_BYTES = 32 * 2**20

_SUFFIX = ".md"
_ID_LENGTH = 16
_ID_LETTERS = frozenset("0123456789abcdef")


class Bundle(Record):
    """The traces of a bundle, in the order of their ids, and who signed it (None: nobody)."""

    traces: tuple[Trace, ...]
    digest: str
    signature: Signature | None = None


def portable(trace: Trace) -> Trace:
    """Return a trace as it travels: without what is only true here – its state and the runs that are its evidence."""
    return evolve(trace, state=TraceState.LEARNED, episodes=())


def pack(traces: Iterable[Trace], sign: Callable[[str], Signature] | None = None) -> bytes:
    """Return the bytes of the bundle of these traces. Raises TraceError when there are none, too many or too large."""
    texts = {trace.id: render(Document(trace=portable(trace))).decode() for trace in traces}
    if not texts:
        raise TraceError("a bundle holds at least one trace; see `llmos traces list`")
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "traces": [{"name": name + _SUFFIX, "text": text} for name, text in sorted(texts.items())],
    }
    digest = text_digest(canonical_json(content))
    signature = None if sign is None else sign(digest)
    data = _written(content, digest, signature)
    if problem := _too_much(data, content["traces"]):
        raise TraceError(f"this would be no bundle that can be imported: {problem}")
    return data


def unpack(data: bytes) -> Bundle:
    """Return what a bundle holds. Raises TraceError for bytes that `pack` never makes, whatever they are."""
    if len(data) > LONGEST_BYTES:
        raise TraceError(f"the bundle is larger than {LONGEST_BYTES >> 20} MiB; expected fewer traces in one file")
    try:
        found = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise TraceError(f"this is no bundle: {error}; expected the file that `llmos traces export` wrote") from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise TraceError(f'this is no bundle of this version; expected "schema": "{SCHEMA}"')
    if found.keys() - {"signature"} != {"schema", "traces", "digest"} or not isinstance(found["traces"], list):
        raise TraceError('this is no bundle; expected "schema", "traces", "digest" and perhaps "signature"')
    if problem := _too_much(data, found["traces"]):
        raise TraceError(f"the bundle is refused: {problem}")
    traces = tuple(map(_trace, found["traces"]))
    names = [trace.id for trace in traces]
    if names != sorted(set(names)):
        raise TraceError("the bundle holds a trace twice, or its traces are not in order; it was changed")
    signature = _signature(found.get("signature"), str(found["digest"]))
    bundle = Bundle(traces=traces, digest=str(found["digest"]), signature=signature)
    if pack(traces, None if signature is None else lambda _: signature) != data:
        raise TraceError("the bundle was changed after it was written: its content does not have its digest")
    return bundle


def _written(content: Mapping[str, Any], digest: str, signature: Signature | None) -> bytes:
    signed = {} if signature is None else {"signature": {"key": signature.key, "value": signature.value}}
    return canonical_json({**content, "digest": digest, **signed}).encode() + b"\n"


def _too_much(data: bytes, entries: list[Any]) -> str:
    if len(data) > LONGEST_BYTES:
        return f"it is larger than {LONGEST_BYTES >> 20} MiB"
    if not 0 < len(entries) <= MOST_ENTRIES:
        return f"it has {len(entries)} traces; expected 1 to {MOST_ENTRIES}"
    return ""


def _trace(entry: Any) -> Trace:
    """Return the trace of one entry, which is exactly what `pack` would have written for it."""
    if not isinstance(entry, dict) or entry.keys() != {"name", "text"} or not all(map(_is_text, entry.values())):
        raise TraceError('an entry of the bundle is not {"name": …, "text": …}')
    name = entry["name"].removesuffix(_SUFFIX)
    if len(name) != _ID_LENGTH or not _ID_LETTERS.issuperset(name) or entry["name"] == name:
        raise TraceError(f"the bundle has an entry {entry['name']!r}; expected the id of a trace and .md, never a path")
    text = entry["text"].encode("utf-8", "surrogatepass")
    if len(text) > LONGEST_ENTRY_BYTES:
        raise TraceError(f"trace {name} of the bundle is larger than {LONGEST_ENTRY_BYTES >> 20} MiB")
    trace = parse(text, f"{name} in the bundle").trace
    if trace.id != name or trace.state is not TraceState.LEARNED or trace.episodes:
        raise TraceError(f"trace {name} of the bundle is not the trace that its name and its seal say; it was changed")
    return trace


def _signature(value: Any, digest: str) -> Signature | None:
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() != {"key", "value"} or not all(map(_is_text, value.values())):
        raise TraceError('the signature of the bundle is not {"key": …, "value": …}')
    signature = Signature(key=value["key"], value=value["value"])
    if not is_signed(digest, signature):
        raise TraceError("the signature of the bundle is wrong: it was changed, or not signed with the key it names")
    return signature


def _is_text(value: object) -> bool:
    return isinstance(value, str)

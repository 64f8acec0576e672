"""From source to function. What is loaded here was checked before: when it was promoted, or by `load`."""

from __future__ import annotations

import marshal
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

from llmos_core.errors import UsageError

if TYPE_CHECKING:
    from types import CodeType

    from llmos_std.compiling.source import Function

PYTHON = sys.version
"""What byte code is good for: exactly this interpreter."""

_DIGEST = 32
"""The bytes of a digest."""


def load(source: str, name: str) -> Function:
    """Return the one function of a compiled module. Raises UsageError when the source is not of the emitted form."""
    from llmos_std.compiling.checking import require_own_form

    require_own_form(source)
    return function_of(compile_source(source, name))


def compile_source(source: str, name: str) -> CodeType:
    """Return the code of a module that is known to be of the emitted form.

    Raises UsageError where this Python cannot compile it: how deep values may be nested differs between versions.
    """
    try:
        code: CodeType = compile(source, f"{name}.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UsageError(f"this Python cannot compile it: {error}") from error
    return code


def function_of(code: CodeType) -> Function:
    """Run the code of a module and return its one function."""
    space: dict[str, object] = {"__name__": "llmos_compiled"}
    exec(code, space)  # noqa: S102 – emitted and checked
    return next(value for value in space.values() if getattr(value, "__module__", "") == "llmos_compiled")  # type: ignore[return-value]


def packed(source: str, name: str) -> bytes:
    """Return the byte code of a module, good for this interpreter: reading it costs a tenth of compiling it.

    Its digest stands before it, since one flipped bit may be a constant that reads well and says something else.
    """
    code = marshal.dumps(compile_source(source, name))
    return sha256(code).digest() + code


def unpacked(data: bytes, python: str) -> CodeType | None:
    """Return code that was packed where only the user can write; None when it is damaged or another Python's."""
    if python != PYTHON or sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
        return None
    try:
        code: CodeType = marshal.loads(data[_DIGEST:])  # noqa: S302 – our own bytes, from the user's private state
    except (EOFError, ValueError, TypeError):
        return None
    return code

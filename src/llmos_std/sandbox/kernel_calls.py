"""The system calls that Python has no function for, as few and as bare as the launcher needs them.

Imported by the launcher: it must load fast, so it imports ctypes and nothing else. Every function raises OSError.
"""

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)
_SYSCALL = _LIBC.syscall
_SYSCALL.restype = ctypes.c_long

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF, _OPENAT2 = 444, 445, 446, 437
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_CAPSET = {"x86_64": 126, "aarch64": 91}
_RENAMEAT2 = {"x86_64": 316, "aarch64": 276}
_VERSION_FLAG = 1
_BENEATH = 1

SET_DEATH_SIGNAL, NO_NEW_PRIVILEGES, SUBREAPER = 1, 38, 36
_DROP_BOUND, _AMBIENT, _CLEAR_ALL = 24, 47, 4
_CAPABILITY_VERSION = 0x2008_0522
_LAST_CAPABILITY = 63

_SET_FILTER = 1
_NEW_LISTENER, _WAIT_KILLABLE = 1 << 3, 1 << 5

EXECUTE, WRITE, READ, LIST = 1, 2, 4, 8
TRUNCATE = 1 << 14
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_RIGHTS = (1 << 16) - 1
OF_FILES = EXECUTE | WRITE | READ | TRUNCATE | 1 << 15
"""The rights that mean something for what is no folder."""
_TCP = 3
_ABSTRACT_SOCKETS, _SIGNALS = 1, 2
ABI_WITH_NET, ABI_WITH_SCOPES = 4, 6


def call(number: int, *arguments: object) -> int:
    """Make a system call; numbers, bytes and ctypes values are passed as they are."""
    result = int(_SYSCALL(ctypes.c_long(number), *(_passed(one) for one in arguments)))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _passed(value: object) -> object:
    return ctypes.c_long(value) if isinstance(value, int) else value


def control(option: int, *values: int) -> None:
    """Call prctl; `option` is the kernel's code."""
    if _LIBC.prctl(option, *(ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4])) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def landlock_abi() -> int:
    """Return the version of Landlock that the kernel offers, 0 for none."""
    try:
        return call(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def rights_of(abi: int) -> int:
    """Return all rights over files that the version `abi` can take away."""
    return _RIGHTS.get(abi, _ALL_RIGHTS)


def new_ruleset(abi: int, *, files: bool) -> int:
    """Return a ruleset that takes away all rights over files and TCP, and with a new version (`abi`) signals to others.

    Without `files` it takes away signals only.
    """
    scopes = (_ABSTRACT_SOCKETS | _SIGNALS) if files else _SIGNALS
    values = [rights_of(abi) if files else 0]
    if abi >= ABI_WITH_NET:
        values.append(_TCP if files else 0)
    if abi >= ABI_WITH_SCOPES:
        values.append(scopes)
    attributes = b"".join(value.to_bytes(8, "little") for value in values)
    return call(_CREATE_RULESET, attributes, len(attributes), 0)


def allow(ruleset: int, place: str, rights: int, abi: int) -> None:
    """Give rights over a file, or over a folder and all below it; what does not exist is left out.

    `ruleset` is the number of a descriptor; `rights` is a code of one bit each, of which the version `abi` knows some.
    """
    try:
        descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        is_folder = os.path.isdir(f"/proc/self/fd/{descriptor}")
        kept = rights & rights_of(abi) & (-1 if is_folder else OF_FILES)
        rule = kept.to_bytes(8, "little") + descriptor.to_bytes(4, "little")
        call(_ADD_RULE, ruleset, _BENEATH, rule, 0)
    finally:
        os.close(descriptor)


def restrict_self(ruleset: int) -> None:
    """Take rights away from this process and all it will start, for good; `ruleset` is the number of a descriptor."""
    call(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def install_filter(machine: str, code: bytes) -> int:
    """Install a seccomp filter for this process and all it will start; return the descriptor for its questions."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))

    program = Program(len(code) // 8, code)
    pointer = ctypes.byref(program)
    try:
        return call(_SECCOMP[machine], _SET_FILTER, _NEW_LISTENER | _WAIT_KILLABLE, pointer)
    except OSError:
        return call(_SECCOMP[machine], _SET_FILTER, _NEW_LISTENER, pointer)


def drop_capabilities(machine: str, kept: int) -> None:
    """Keep no capability but those in `kept`, a code of one bit each, now and in whatever is executed later."""
    for number in range(_LAST_CAPABILITY + 1):
        if not kept >> number & 1:
            try:
                control(_DROP_BOUND, number)
            except OSError:
                break  # beyond the last one, or there is no right to drop any: then there is none to gain either
    control(_AMBIENT, _CLEAR_ALL)
    header = _CAPABILITY_VERSION.to_bytes(4, "little") + bytes(4)
    low, high = (kept & 0xFFFF_FFFF).to_bytes(4, "little"), (kept >> 32).to_bytes(4, "little")
    call(_CAPSET[machine], header, low + low + bytes(4) + high + high + bytes(4))


def open_beneath(folder: int, path: bytes, flags: int, mode: int, resolve: int) -> int:
    """Open a path that may not leave the open folder; `flags`, `mode` and `resolve` are codes as for openat2."""
    how = b"".join(value.to_bytes(8, "little") for value in (flags | os.O_CLOEXEC, mode, resolve))
    return call(_OPENAT2, folder, path, how, len(how))


def rename(machine: str, source: tuple[int, bytes], target: tuple[int, bytes], flags: int) -> None:
    """Rename an entry of one open folder to one of another; `flags` is a code as for renameat2."""
    call(_RENAMEAT2[machine], source[0], source[1], target[0], target[1], flags)

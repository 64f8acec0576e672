"""Contents under their own digest: each is stored once, compressed where that pays, and checked when it is read.

What is stored is never changed. It is certain to survive a loss of power only after `flush`.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from llmos_core.errors import StorageError

CHUNK_BYTES = 1 << 20
"""How much of a file is in memory at a time."""

_FEW = 16
_RAW, _PACKED = b"r", b"z"
_SMALL_BYTES = 4 << 20
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Objects:
    """The contents in one folder, which only its user may enter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._new: list[str] = []

    def path(self, digest: str) -> str:
        """Return where the content with this digest is, or would be."""
        return f"{self.folder}/{digest[:2]}/{digest[2:]}"

    def has(self, digest: str) -> bool:
        """Say whether this content is stored; a loss of power can leave an empty file, which is none."""
        try:
            return os.lstat(self.path(digest)).st_size > 0
        except FileNotFoundError:
            return False

    def put(self, data: bytes) -> str:
        """Store bytes and return their digest (SHA-256, 64 hex digits). OSError when that fails."""
        digest = hashlib.sha256(data).hexdigest()
        if not self.has(digest):
            pieces = iter([data])
            self._publish(self._written(pieces), digest)
        return digest

    def put_file(self, descriptor: int) -> tuple[str, int]:
        """Store what is in an open file from here on; return its digest and size in bytes."""
        first = os.read(descriptor, _SMALL_BYTES)
        if len(first) < _SMALL_BYTES:
            data = first + b"".join(_chunks(descriptor))
            return self.put(data), len(data)
        found, size = hashlib.sha256(), 0

        def pieces() -> Iterator[bytes]:
            nonlocal size
            for piece in (first, *_chunks(descriptor)):
                found.update(piece)
                size += len(piece)
                yield piece

        temporary = self._written(pieces())
        self._publish(temporary, found.hexdigest())
        return found.hexdigest(), size

    def get(self, digest: str) -> bytes:
        """Return a content. Raises StorageError when it is gone or damaged."""
        return b"".join(self.pieces(digest))

    def pieces(self, digest: str) -> Iterator[bytes]:
        """Yield a content piece by piece; StorageError when it is gone or, at the end at the latest, damaged."""
        import zlib

        path, found = self.path(digest), hashlib.sha256()
        try:
            with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
                unpack = zlib.decompressobj() if file.read(1) == _PACKED else None
                while chunk := file.read(CHUNK_BYTES):
                    piece = chunk if unpack is None else unpack.decompress(chunk)
                    found.update(piece)
                    yield piece
        except (OSError, zlib.error) as error:
            raise StorageError(f"the snapshot's file {path} cannot be read ({error})") from error
        if found.hexdigest() != digest:
            raise StorageError(f"the snapshot's file {path} is damaged: its content is not what was stored")

    def flush(self) -> None:
        """Return once everything that was put has reached the disk; what could not is tried again the next time."""
        new = set(self._new)
        if len(new) > _FEW:
            os.sync()  # one wait for all of them
        else:
            for path in new:
                _sync(path, os.O_RDONLY)
            for folder in {os.path.dirname(path) for path in new}:  # noqa: PTH120 – texts all along
                _sync(folder, os.O_RDONLY | os.O_DIRECTORY)
        self._new.clear()

    def _written(self, pieces: Iterator[bytes]) -> str:
        """Write pieces to a new file under a name of its own and return that name."""
        temporary = f"{self.folder}/.new-{os.urandom(8).hex()}"
        try:
            descriptor = os.open(temporary, _CREATE, 0o600)
        except FileNotFoundError:
            from llmos_std.storage.files import make_private_folder

            make_private_folder(self.folder)
            descriptor = os.open(temporary, _CREATE, 0o600)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123 – a descriptor
                file.writelines(_packed(pieces))
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108 – texts all along
            raise
        return temporary

    def _publish(self, temporary: str, digest: str) -> None:
        path = self.path(digest)
        try:
            os.rename(temporary, path)  # noqa: PTH104 – texts all along
        except FileNotFoundError:
            with suppress(FileExistsError):
                os.mkdir(os.path.dirname(path), 0o700)  # noqa: PTH102, PTH120
            os.rename(temporary, path)  # noqa: PTH104
        self._new.append(path)


def digest_of(descriptor: int) -> tuple[str, int]:
    """Return digest and size (bytes) of what is in an open file from here on."""
    found, size = hashlib.sha256(), 0
    for piece in _chunks(descriptor):
        found.update(piece)
        size += len(piece)
    return found.hexdigest(), size


def _chunks(descriptor: int) -> Iterator[bytes]:
    while piece := os.read(descriptor, CHUNK_BYTES):
        yield piece


def _packed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces as they are stored: compressed when the first of them shrinks."""
    import zlib

    first = next(pieces, b"")
    sample = first[: 1 << 16]
    if len(zlib.compress(sample, 1)) > 0.9 * len(sample):
        yield _RAW
        yield first
        yield from pieces
        return
    pack = zlib.compressobj(1)
    yield _PACKED
    yield pack.compress(first)
    for piece in pieces:
        yield pack.compress(piece)
    yield pack.flush()


def _sync(path: str, flags: int) -> None:
    try:
        descriptor = os.open(path, flags | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENOENT:
            return  # another process has stored and pruned it meanwhile; nothing of ours depends on it
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

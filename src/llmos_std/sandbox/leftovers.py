"""Look after a call whether guarded files came into being, and take them out of the workspace.

A file that does not exist yet cannot be covered without leaving an empty one behind. So what is new is moved into a
quarantine outside the workspace when the call ends, and the call counts as refused.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Self

from llmos_core.errors import ToolError, ToolRefusedError
from llmos_std.sandbox.guarded import Findings, Mark, Walker, targets
from llmos_std.sandbox.quarantine import Quarantine

_MOST_NAMED = 5
_OVER = "over"
"""In the name of a note, in place of when the process began: its call has ended."""


class Before:
    """What was guarded in the workspace `root` before a call; links are remembered by what they said.

    `closed` are the folders that could not be looked through: they were covered, so no program changed anything there.
    """

    def __init__(self, root: str, guarded: Mapping[str, str | None], closed: Sequence[str]) -> None:
        """Take path → what a link there said, None for what is no link."""
        self._root = root
        self.guarded = dict(guarded)
        self.closed = tuple(closed)

    @classmethod
    def found(cls, root: str, findings: Findings) -> Self:
        """Return what is guarded now."""
        places = {mark.path: f"{root}/{mark.path}" for mark in findings.of("guarded")}
        links = {mark.path for mark in findings.of("guarded") if mark.is_link}
        guarded = {path: _target(place) if path in links else None for path, place in places.items()}
        guarded |= dict.fromkeys(_led_to(root, findings.of("guarded")))
        return cls(root, guarded, [mark.path for mark in findings.of("closed")])

    def settle(self, walker: Walker, quarantine: Quarantine) -> None:
        """Move what is guarded now and was not into the quarantine, and put changed links back.

        Raises ToolRefusedError when there was anything to do, ToolError when it could not be done.
        """
        marks = walker.walk_after(self.closed).of("guarded")
        new = [mark.path for mark in marks if self._is_new(mark)]
        old = [mark for mark in marks if mark.path not in new]
        new += [path for path in _led_to(self._root, old) if path not in self.guarded]
        place = quarantine.take(self._root, new) if new else "it is as it was"
        restored = self._restore_links()
        if new or restored:
            raise ToolRefusedError(_told(new + restored, place))

    def _is_new(self, mark: Mark) -> bool:
        said = self.guarded.get(mark.path, "nothing was there")
        # what was covered could not be changed from inside: another file in its place is the user's own doing
        return (said is not None) if not mark.is_link else said != _target(f"{self._root}/{mark.path}")

    def _restore_links(self) -> list[str]:
        restored = []
        for path, said in self.guarded.items():
            place = f"{self._root}/{path}"
            if said is not None and not os.path.lexists(place):
                with suppress(OSError):
                    os.symlink(said, place)
                restored.append(path)
        return restored


class Ward:
    """Looks after the calls in one workspace, `root`, so that nothing guarded is left by one, whatever ends it.

    What was there before a call is written down beside the quarantine while it runs. A note that a killed process left
    behind is settled before the next call.
    """

    def __init__(self, root: str, walker: Walker, state: Path, quarantine: Quarantine) -> None:
        self._root, self._walker = root, walker
        self._quarantine = quarantine
        self._notes = state / "calls"
        self._name = sha256(os.fsencode(root)).hexdigest()[:16]

    @contextmanager
    def watched(self) -> Iterator[Findings]:
        """Give what is guarded and covered now; afterwards ToolRefusedError when a call left something guarded.

        A cancelled call stays cancelled, whatever it left.
        """
        self._quarantine.drop_old()
        self._settle_old()
        findings = self._walker.walk()
        before = Before.found(self._root, findings)
        note = self._written(before)
        try:
            yield findings
        except BaseException as error:
            hushed = () if isinstance(error, Exception) else (ToolError,)  # a refusal is an answer: the run would go on
            with suppress(*hushed):
                self._settle(before, note)
            raise
        self._settle(before, note)

    def _settle(self, before: Before, note: Path) -> None:
        """Settle a call and forget it. Where that fails it is tried again before the next one: nothing is started."""
        try:
            before.settle(self._walker, self._quarantine)
        except ToolRefusedError:
            note.unlink(missing_ok=True)
            raise
        except BaseException:
            with suppress(OSError):
                note.rename(self._note(_OVER))
            raise
        note.unlink(missing_ok=True)

    def _note(self, start: str) -> Path:
        return self._notes / f"{self._name}-{os.getpid()}-{start}-{os.urandom(4).hex()}.json"

    def _written(self, before: Before) -> Path:
        import json

        note = self._note(_start_of(os.getpid()))
        try:
            self._notes.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump({"guarded": before.guarded, "closed": before.closed}, file)
        except OSError as error:
            reason = error.strerror
            raise ToolError(
                f"what is guarded cannot be noted in {self._notes}: {reason}; nothing is started"
            ) from error
        return note

    def _settle_old(self) -> None:
        """Settle what calls have left whose process was killed; the next call need not suffer for it."""
        for note in self._notes.glob(f"{self._name}-*.json"):
            _, pid, start, _ = note.stem.split("-")
            if _start_of(int(pid)) == start:
                continue
            import json

            with suppress(ToolRefusedError, ValueError, TypeError):  # a note not written to its end: nothing had begun
                self._settle(Before(self._root, **json.loads(note.read_text())), note)
            note.unlink(missing_ok=True)


def _led_to(root: str, marks: Sequence[Mark]) -> list[str]:
    """Return what is there where links lead: whoever makes it, or another, makes what runs by the link's name."""
    return [mark.path for mark in targets(root, marks) if os.path.exists(f"{root}/{mark.path}")]


def _start_of(pid: int) -> str:
    """Return when a process began, in ticks since the machine did; "" for one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _target(place: str) -> str:
    try:
        return os.readlink(place)
    except OSError:
        return ""


def _told(paths: Sequence[str], place: str) -> str:
    named = ", ".join(paths[:_MOST_NAMED]) + (
        f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    )
    return (
        f"refused: the program made or changed {named}, which would run by itself or change what runs; {place}. "
        "What else it did stands. Make such files yourself, or with Write, which asks"
    )

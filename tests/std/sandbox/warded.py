"""A workspace under a ward, without a sandbox: what a test does in it, a program might have done inside one."""

from pathlib import Path

from llmos_std.sandbox.guarded import Walker
from llmos_std.sandbox.leftovers import Ward
from llmos_std.sandbox.quarantine import Quarantine


def make(root: Path, paths: list[str]) -> None:
    for path in paths:
        place = root / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
        except OSError:
            continue  # a file of that name is in the way


class Workspace:
    """A workspace before and after something that a sandbox let happen."""

    def __init__(self, folder: Path, *, most_days: int = 30, most_bytes: int = 1 << 20) -> None:
        self.root = folder / "ws"
        self.root.mkdir()
        self.state = folder / "state"
        self.quarantine = self.state / "quarantine"
        quarantine = Quarantine(self.quarantine, most_days=most_days, most_bytes=most_bytes)
        self.ward = Ward(str(self.root), Walker(str(self.root)), self.state, quarantine)

    def kept(self) -> set[str]:
        """What is in quarantine, below the folder of its call."""
        files = (path for path in self.quarantine.rglob("*") if not path.is_dir() or path.is_symlink())
        return {"/".join(path.relative_to(self.quarantine).parts[1:]) for path in files}

    def notes(self) -> list[Path]:
        return list((self.state / "calls").iterdir())

"""Which paths below a workspace are guarded: what runs or is obeyed without being asked. The launcher needs it too."""

from collections.abc import Sequence

from llmos_std.protected import is_self_starting

GIT, LLMOS = ".git", ".llmos"
_OF_GIT = frozenset({"hooks", "config", "config.worktree"})
INSIDE_GIT = frozenset({"modules", "worktrees"})
"""Folders of git that hold further repositories."""
_ASSEMBLED = frozenset({GIT, ".github"})


def is_guarded(parts: Sequence[str], *, is_folder: bool) -> bool:
    """Say whether something at this path below a workspace runs or is obeyed without being asked.

    A folder named `.git` is not guarded itself, but a file or a link of that name is: it names another repository.
    """
    names = [part.lower() for part in parts]
    if LLMOS in names or is_self_starting(parts):
        return True
    if GIT not in names:
        return False
    inner = names[names.index(GIT) + 1 :]
    if not inner:
        return not is_folder
    return inner[0] in _OF_GIT or (inner[0] in INSIDE_GIT and any(name in _OF_GIT for name in inner[1:]))


def would_be_guarded_inside(parts: Sequence[str]) -> bool:
    """Say whether a folder that is moved to this path may bring guarded files with it that were none before."""
    names = [part.lower() for part in parts]
    return GIT in names or names[-1:] == [".github"] or any(name in _ASSEMBLED for name in names[-1:])

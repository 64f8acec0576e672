"""Say how far a shell command can be trusted, without running it.

`read` and `workspace` are given only to what is understood to the last word; everything else is `unknown`, which means
asking, or `destructive`, which means no. Adding a command to a text never lowers its level.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from llmos_core.types.record import Record
from llmos_std.shell.commands import paths_read
from llmos_std.shell.dangers import Danger, find_danger, is_fork_bomb
from llmos_std.shell.parsing import MAX_CHARS, parse
from llmos_std.shell.programs import DoubtError, paths_of, text_of, writers
from llmos_std.shell.script import SUBSTITUTED, Command, Script, Word

Level = Literal["read", "workspace", "unknown", "destructive"]
LEVELS: tuple[Level, ...] = ("read", "workspace", "unknown", "destructive")
"""From harmless to refused."""

_MAX_NESTING = 5
_MAX_PREFIXES = 16
_SHELL_WORDS = 3
_SEPARATOR = re.compile(r"[;&|\n]")
_PLAIN_PATH = re.compile(r"(\./)?[\w@%+=:,][\w@%+=:,. -]*(/[\w@%+=:,][\w@%+=:,. -]*)*/?")
_SECRET_NAME = re.compile(
    r"\.(env|netrc|npmrc|pypirc|htpasswd|git-credentials|pgpass)\b.*|\.(ssh|aws|gnupg|docker|kube|azure|llmos)|id_(rsa|dsa|ecdsa|ed25519)"
    r"|.*\.(pem|key|p12|pfx|kdbx|jks|keystore)|.*(secret|credential|password|passwd|shadow).*",
    re.IGNORECASE,
)
_SECRET_SAMPLES = (".env", "id_rsa", "server.key", "cert.pem", "secrets.json", "credentials", ".netrc")


class Classification(Record):
    """How far a command can be trusted, a sentence on why, and the name of the rule that decided."""

    level: Level
    reason: str
    rule: str


def classify(command: str, workspace: Path | None = None) -> Classification:
    """Return the level of a command for `bash -c`.

    With `workspace`, the folder it would run in, links are looked at as well: a path that leads out is not known to be
    harmless. Without it the text alone decides.
    """
    script = parse(command[:MAX_CHARS])
    if danger := danger_of(command, script):
        return Classification(level="destructive", reason=danger.reason, rule=danger.rule)
    if len(command) > MAX_CHARS:
        return Classification(level="unknown", reason=f"longer than {MAX_CHARS} characters", rule="too-long")
    try:
        return _harmless(script, workspace, 0)
    except DoubtError as doubt:
        return Classification(level="unknown", reason=f"not understood: {doubt}", rule="not-understood")


def danger_of(text: str, script: Script) -> Danger | None:
    """Return the first known danger in a text, also in the beginning of one that breaks off, or None."""
    if is_fork_bomb(text[:MAX_CHARS]):
        return Danger(rule="fork-bomb", reason="it would multiply until the machine stands still")
    danger = find_danger(script)
    if danger is None and (script.is_broken or len(text) > MAX_CHARS):
        return next(filter(None, map(find_danger, _whole_beginnings(text[:MAX_CHARS]))), None)
    return danger


def _whole_beginnings(text: str) -> Iterator[Script]:
    """Yield the longest beginning of a broken text that is a whole script: what follows must not hide it."""
    for end in [found.start() for found in _SEPARATOR.finditer(text)][: -_MAX_PREFIXES - 1 : -1]:
        script = parse(text[:end])
        if not script.is_broken:
            yield script
            return


def _harmless(script: Script, workspace: Path | None, depth: int) -> Classification:
    """Return the level of a script that is harmless; raises DoubtError for any other."""
    if script.strange:
        raise DoubtError(script.strange)
    if script.substitutions:
        if depth >= _MAX_NESTING:
            raise DoubtError("commands within commands without end")
        for inner in script.substitutions:
            if _harmless(parse(inner), workspace, depth + 1).level != "read":
                raise DoubtError("a command inside a command that does more than read")
        return _harmless(parse(script.spliced), workspace, depth + 1)
    folders = _Folders(workspace)
    writes = [_writes(command, folders, depth) for command in script.commands]
    writes += [_redirects(redirect.operator, redirect.target, folders) for redirect in script.redirects]
    if not writes:
        raise DoubtError("no command")
    if any(writes):
        return Classification(level="workspace", reason="writes only to files it names here", rule="known-writer")
    return Classification(level="read", reason="only looks", rule="known-reader")


def _writes(command: Command, folders: "_Folders", depth: int) -> bool:
    """Return whether a command writes to the workspace, once it is known to do nothing worse."""
    name = text_of(command.words[0]) if command.words else ""
    if name in ("bash", "sh") and len(command.words) == _SHELL_WORDS and command.words[1].text == "-c":
        if folders.have_changed or depth >= _MAX_NESTING:
            raise DoubtError("a shell within a shell, in another folder")
        return _harmless(parse(text_of(command.words[2])), folders.workspace, depth + 1).level != "read"
    if name == "cd":
        folders.enter(command.words[1:])
        return False
    if name not in writers():
        paths, shows = paths_read(command.words)
        for path in paths:
            folders.check_read(path, shows=shows)
        return False
    targets = paths_of(command.words[1:], writers()[name])
    for target in targets:
        folders.check_write(target)
    if name in ("cp", "mv") and targets:
        folders.check_inside_of(targets[-1], targets[:-1])
    return bool(targets)


def _redirects(operator: str, target: Word, folders: "_Folders") -> bool:
    """Return whether a redirection writes to the workspace, once it is known to do nothing worse."""
    path = text_of(target)
    if path == "/dev/null" or (operator == ">&" and path in ("1", "2")):
        return False
    if operator == "<":
        folders.check_read(target, shows=True)
        return False
    if operator not in (">", ">>"):
        raise DoubtError(f"the redirection {operator}{target.raw}")
    folders.check_write(target)
    return True


class _Folders:
    """Where the paths of a script may lead: the workspace, and the one folder below it that `cd` enters."""

    def __init__(self, workspace: Path | None) -> None:
        self.workspace = workspace
        self._below = ["."]

    @property
    def have_changed(self) -> bool:
        """Whether a `cd` came before."""
        return len(self._below) > 1

    def enter(self, words: Sequence[Word]) -> None:
        """Take note of a `cd`; raises DoubtError unless it stays below the workspace."""
        if len(words) != 1 or self.have_changed:
            raise DoubtError("cd with more or less than one folder, or more than once")
        self.check_write(words[0])
        self._below.append(text_of(words[0]))

    def check_read(self, word: Word, *, shows: bool) -> None:
        """Raise DoubtError unless a path stays inside the workspace and, where content is shown, holds no secret."""
        path = text_of(word)
        parts = path.split("/")
        if path in ("/dev/null", "-"):
            return
        if path.startswith(("/", "~", "-")) or ".." in parts or SUBSTITUTED in path:
            raise DoubtError(f"the path {word.raw}, which may lead out of the workspace")
        if word.is_glob and any(part.startswith(".") and set(part) & set("*?[") for part in parts):
            raise DoubtError(f"the pattern {word.raw}, which may lead out of the workspace")
        names = [name for part in parts for name in part.split(":")]
        if shows and (
            any(map(_SECRET_NAME.fullmatch, names)) or ".git" in parts or (word.is_glob and _finds_secrets(parts[-1]))
        ):
            raise DoubtError(f"the path {word.raw}, which may hold a secret")
        self._check_links(path, is_glob=word.is_glob)

    def check_write(self, word: Word) -> None:
        """Raise DoubtError unless a path is a plain name below the workspace."""
        path = text_of(word)
        if word.is_glob or SUBSTITUTED in path or not _PLAIN_PATH.fullmatch(path):
            raise DoubtError(f"the path {word.raw}, which is no plain name in the workspace")
        self.check_read(word, shows=True)

    def check_inside_of(self, folder: Word, sources: Sequence[Word]) -> None:
        """Raise DoubtError when a file of the same name as a source is, in `folder`, a link that leads out."""
        for source in sources:
            self._check_links(f"{text_of(folder)}/{text_of(source).rstrip('/').rpartition('/')[2]}", is_glob=False)

    def _check_links(self, path: str, *, is_glob: bool) -> None:
        if self.workspace is None:
            return
        root = os.path.realpath(self.workspace)
        for folder in (f"{root}/{below}" for below in self._below):
            for each in _expanded(folder, path) if is_glob else [f"{folder}/{path}"]:
                real = os.path.realpath(each)
                if real != root and not real.startswith(root.rstrip("/") + "/"):
                    raise DoubtError(f"the link {each}, which leads out of the workspace")


def _expanded(folder: str, pattern: str) -> list[str]:
    return [str(found) for found in Path(folder).glob(pattern)]


def _finds_secrets(pattern: str) -> bool:
    from fnmatch import fnmatchcase

    return any(fnmatchcase(sample, pattern) for sample in _SECRET_SAMPLES)
